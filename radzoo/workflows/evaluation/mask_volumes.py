"""Agreement of measured with reference sizes: bias, limits, relative bias, correlation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix, Vector
from radzoo.core.report_tasks import Agreement, MaskCase
from radzoo.core.report_values import MetricValue
from radzoo.metrics.estimate import IntervalOptions, estimate_metrics
from radzoo.metrics.masks.averages import ANY, ratio_of
from radzoo.metrics.sample import make_other_sample
from radzoo.metrics.values import VALUE_METRICS

OF_PAIRS = ("bias", "lower_limit", "upper_limit", "icc", "proportional_bias")
MOST_POINTS = 2000
ML = "mL"
# Without a spacing between slices areas are compared.
SIZES = (("volume_ml", ML), ("area_mm2", "mm²"))


@dataclass(frozen=True, slots=True)
class SizePair:
    """One structure of one case, measured twice.

    Attributes:
        label: name of the structure.
        patient_id: empty if unknown: then the case stands alone.
        reference, predicted: in mL, or in the unit that `volume_agreement` is told.
    """

    case_id: str
    label: str
    patient_id: str
    reference: float
    predicted: float


def volume_agreement(
    sizes: Sequence[SizePair], intervals: IntervalOptions, *, unit: str = ML
) -> list[Agreement]:
    """Say how well predicted sizes agree with reference sizes, one part per structure.

    Differences are predicted - reference. A pair of which both are 0 says nothing of agreement
    and is left out; one of which a single one is 0 is a difference like any other.

    Args:
        sizes: in any order; the result does not depend on it.
        intervals: how intervals are made; patients that occur again are drawn whole.
        unit: of the sizes.

    Returns:
        in the order in which structures first occur.

    References:
        Bland JM, Altman DG. Statistical methods for assessing agreement between two methods of
        clinical measurement. Lancet 1986;327:307-310.
        Shrout PE, Fleiss JL. Psychological Bulletin 1979;86:420-428: ICC(2,1).
    """
    labels = list(dict.fromkeys(one.label for one in sizes))
    ordered = sorted(sizes, key=lambda one: (labels.index(one.label), one.case_id))
    return [
        agree(label, list(group), intervals, unit)
        for label, group in groupby(ordered, key=lambda one: one.label)
    ]


def agree_on_sizes(
    labels: Sequence[str],
    cases: Sequence[MaskCase],
    patients: Mapping[str, str],
    intervals: IntervalOptions,
) -> list[Agreement]:
    """Compare predicted with reference sizes, structure by structure: volumes, or else areas."""
    found = []
    for label in labels:
        for size, unit in SIZES:
            pairs = [
                SizePair(case.case_id, label, patients.get(case.case_id, ""), true, predicted)
                for case in cases
                if case.label == label
                and (true := case.values.get(f"reference_{size}")) is not None
                and (predicted := case.values.get(f"predicted_{size}")) is not None
            ]
            if pairs:
                found += volume_agreement(pairs, intervals, unit=unit)
                break
    return found


def agree(
    label: str, sizes: Sequence[SizePair], intervals: IntervalOptions, unit: str
) -> Agreement:
    """Compare the sizes of one structure."""
    counted = [one for one in sizes if one.reference or one.predicted]
    true = np.array([one.reference for one in counted], dtype=np.float64)
    found = np.array([one.predicted for one in counted], dtype=np.float64)
    known = any(one.patient_id for one in counted)
    # A case without a patient is one of its own; no patient is called so.
    owners = [one.patient_id or f"\0{one.case_id}" for one in counted] if known else None
    sample = make_other_sample("values", true, found, patients=owners)
    values = estimate_metrics(label, [VALUE_METRICS[name] for name in OF_PAIRS], sample, intervals)
    bias, lower, upper, icc, slope = values
    left_out = len(sizes) - len(counted)
    points = choose_points(true, found)
    return Agreement(
        label=label, n=len(counted), bias=bias, lower_limit=lower, upper_limit=upper, slope=slope,
        icc=icc, relative_bias=relative_bias(label, np.stack([found - true, true], 1), owners,
                                             intervals),
        unit=unit, mean_reference=float(true.mean()) if len(true) else None,
        means=((true + found) / 2)[points].tolist(), differences=(found - true)[points].tolist(),
        note=f"{left_out} with nothing in either are not counted" if left_out else None,
    )  # fmt: skip


def relative_bias(
    label: str, columns: Matrix, patients: Sequence[str] | None, intervals: IntervalOptions
) -> MetricValue:
    """Return the sum of differences over the sum of references, a fraction.

    Unlike a mean of each case's own fraction it is not ruled by the smallest structures.

    Args:
        label: name of the structure.
        columns: `(n_cases, 2)`, difference and reference.
        patients: who each case belongs to; None = every case stands alone.
        intervals: how the interval is made.
    """
    sample = make_other_sample("values", np.zeros(len(columns)), columns, patients=patients)
    metric = ratio_of("relative_bias", (0, 1), ANY, higher_is_better=None)
    return estimate_metrics(label, [metric], sample, intervals)[0]


def choose_points(true: Vector, found: Vector) -> NDArray[np.intp]:
    """Choose the cases that are drawn: all, or evenly from the smallest to the largest."""
    order = np.lexsort((found - true, found + true))
    if len(order) <= MOST_POINTS:
        return order
    return order[np.linspace(0, len(order) - 1, MOST_POINTS).round().astype(np.intp)]
