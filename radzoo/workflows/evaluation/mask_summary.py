"""Per-case values of masks to averages with intervals, and their spread."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np
from numpy.typing import NDArray

from radzoo.core.mask_values import LIMITS
from radzoo.core.plugins import Metric, Vector
from radzoo.core.report import MetricValue
from radzoo.core.report_tasks import MaskCase, MaskSpread
from radzoo.metrics.estimate import IntervalOptions, estimate_metrics
from radzoo.metrics.masks.averages import (
    ANY,
    mean_of,
    median_of,
    ratio_of,
)
from radzoo.metrics.sample import make_other_sample

HIGHER_IS_BETTER = {
    "dice": True, "iou": True, "hd95": False, "assd": False, "nsd": True, "hd": False,
    "sensitivity": True, "precision": True,
}  # fmt: skip
WITH_MEDIAN = ("dice", "iou", "hd95", "assd", "nsd")
IN_MM = ("hd95", "assd", "nsd", "hd")
SIZES = (("volume", "ml"), ("area", "mm2"))

Make = Callable[[Sequence[int]], Metric]


@dataclass(frozen=True, slots=True)
class Summary:
    """What is said of one structure."""

    metrics: list[MetricValue]
    spread: list[MaskSpread] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One average, and the columns that it is made of.

    Attributes:
        make: positions of the columns to the metric.
    """

    name: str
    columns: tuple[str, ...]
    make: Make


@dataclass(frozen=True, slots=True)
class Structure:
    """The cases of one structure as columns.

    Attributes:
        columns: name to values `(n_cases,)`, NaN where there is none.
        patients: `(n_cases,)`; None = every case stands alone.
    """

    label: str
    columns: Mapping[str, Vector]
    patients: Sequence[str] | None


def summarise(
    label: str,
    cases: Sequence[MaskCase],
    patients: Sequence[str] | None,
    options: IntervalOptions,
    tolerance_mm: float | None,
) -> Summary:
    """Average the cases of one structure.

    Args:
        label: name of the structure.
        cases: those of the structure, in an order that does not depend on that of the file.
        patients: who each case belongs to; None = every case stands alone.
        options: how intervals are made.
        tolerance_mm: of `nsd`, to be said beside it.
    """
    structure = Structure(label, make_columns(cases), patients)
    spread = [
        describe_spread(structure, name) for name in WITH_MEDIAN if has_values(structure, name)
    ]
    notes = {f"{one.metric}_median": describe(one) for one in spread}
    metrics = [
        finish(value, notes, tolerance_mm)
        for value in estimate_wanted(structure, list_wanted(structure), options)
    ]
    return Summary(metrics, spread)


def make_columns(cases: Sequence[MaskCase]) -> dict[str, Vector]:
    """Return the values of cases as columns, and the differences of sizes."""
    names = dict.fromkeys(name for name in LIMITS for case in cases if name in case.values)
    columns = {
        name: np.array([as_float(case.values.get(name)) for case in cases]) for name in names
    }
    nothing = np.array([case.empty == "both" for case in cases])
    for size, unit in SIZES:
        reference, predicted = f"reference_{size}_{unit}", f"predicted_{size}_{unit}"
        if reference not in columns or predicted not in columns:
            continue
        true, found = columns[reference], columns[predicted]
        difference = np.where(nothing, np.nan, found - true)
        columns |= {
            f"{size}_difference_{unit}": difference,
            f"absolute_{size}_difference_{unit}": np.abs(difference),
            f"relative_{size}_difference": difference / np.where(true > 0, true, np.nan),
        }
    return columns


def as_float(value: float | None) -> float:
    """Return a value, NaN for none."""
    return float("nan") if value is None else value


def list_wanted(structure: Structure) -> list[Wanted]:
    """Return the averages that the columns allow."""
    wanted = []
    for name, higher in HIGHER_IS_BETTER.items():
        if name in structure.columns:
            wanted.append(mean_wanted(name, LIMITS[name], higher=higher))
            if name in WITH_MEDIAN:
                wanted.append(median_wanted(name, higher=higher))
    for size, unit in SIZES:
        if f"{size}_difference_{unit}" in structure.columns:
            wanted += [
                mean_wanted(f"{size}_difference_{unit}", ANY, higher=None),
                mean_wanted(f"absolute_{size}_difference_{unit}", (0, inf), higher=False),
                mean_wanted(f"relative_{size}_difference", ANY, higher=None),
            ]
    if {"lesions", "lesions_found"} <= structure.columns.keys():
        wanted.append(Wanted("lesion_sensitivity", ("lesions_found", "lesions"), found_of_all))
    if "false_positive_lesions" in structure.columns:
        wanted.append(mean_wanted("false_positive_lesions", (0, inf), higher=False))
    return wanted


def mean_wanted(name: str, limits: tuple[float, float], *, higher: bool | None) -> Wanted:
    """Want the mean of a column."""
    return Wanted(name, (name,), lambda at: mean_of(name, at[0], limits, higher_is_better=higher))


def median_wanted(name: str, *, higher: bool) -> Wanted:
    """Want the median of a column."""
    called, limits = f"{name}_median", LIMITS[name]
    return Wanted(
        called, (name,), lambda at: median_of(called, at[0], limits, higher_is_better=higher)
    )


def found_of_all(at: Sequence[int]) -> Metric:
    """Want the share of all lesions of all cases that was found."""
    return ratio_of("lesion_sensitivity", (at[0], at[1]), (0, 1), higher_is_better=True)


def estimate_wanted(
    structure: Structure, wanted: Sequence[Wanted], options: IntervalOptions
) -> list[MetricValue]:
    """Estimate averages; those of the same cases share their draws."""
    groups: dict[bytes, list[Wanted]] = {}
    for one in wanted:
        groups.setdefault(rows_of(structure, one).tobytes(), []).append(one)
    found = {
        value.name: value
        for group in groups.values()
        for value in estimate_group(structure, group, options)
    }
    return [found[one.name] for one in wanted]


def rows_of(structure: Structure, wanted: Wanted) -> NDArray[np.bool_]:
    """Return the cases that have everything an average needs."""
    known = [~np.isnan(structure.columns[name]) for name in wanted.columns]
    return np.asarray(np.logical_and.reduce(known))


def estimate_group(
    structure: Structure, group: Sequence[Wanted], options: IntervalOptions
) -> list[MetricValue]:
    """Estimate averages of the same cases."""
    rows = rows_of(structure, group[0])
    names = list(dict.fromkeys(name for one in group for name in one.columns))
    matrix = np.stack([structure.columns[name][rows] for name in names], axis=1)
    patients = structure.patients
    sample = make_other_sample(
        "values",
        np.zeros(len(matrix)),
        matrix,
        patients=None
        if patients is None
        else [patients[at] for at in np.flatnonzero(rows).tolist()],
    )
    metrics = [one.make([names.index(name) for name in one.columns]) for one in group]
    return estimate_metrics(structure.label, metrics, sample, options)


def finish(value: MetricValue, notes: Mapping[str, str], tolerance_mm: float | None) -> MetricValue:
    """Say what belongs beside a value."""
    base = value.name.removesuffix("_median")
    said = [notes[value.name]] if value.name in notes else []
    if value.value is None and value.n == 0:
        lacks = "a spacing in mm and " if base in IN_MM else ""
        said = [f"undefined: needs {lacks}pairs of which neither mask is empty"]
    elif value.note:
        said = [value.note, *said]
    at = tolerance_mm if base == "nsd" else None
    return value.model_copy(update={"note": "; ".join(said) or None, "at": at})


def has_values(structure: Structure, name: str) -> bool:
    """Has any case a value of this metric?"""
    return name in structure.columns and not np.isnan(structure.columns[name]).all()


def describe_spread(structure: Structure, name: str) -> MaskSpread:
    """Return quartiles, and how bad the worst twentieth is."""
    values = structure.columns[name]
    known = values[~np.isnan(values)]
    low, median, high = np.percentile(known, (25, 50, 75)).tolist()
    worst = float(np.percentile(known, 5 if HIGHER_IS_BETTER[name] else 95))
    return MaskSpread(
        label=structure.label, metric=name, n=len(known), q25=low, median=median, q75=high,
        worst_5=worst,
    )  # fmt: skip


def describe(spread: MaskSpread) -> str:
    """Write a spread as a note."""
    side = "below" if HIGHER_IS_BETTER[spread.metric] else "above"
    return (
        f"quartiles {spread.q25:.3g} and {spread.q75:.3g}; the worst 5 % lie {side} "
        f"{spread.worst_5:.3g}"
    )
