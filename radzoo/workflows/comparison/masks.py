"""Compare models that segment, by what each case's masks are worth."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from radzoo import __version__
from radzoo.core.compare_report import CompareReport, Comparison
from radzoo.core.errors import InputError, UsageError
from radzoo.core.mask_values import LIMITS
from radzoo.core.plugins import Metric, Vector
from radzoo.core.predictions import Predictions
from radzoo.core.registry import did_you_mean
from radzoo.metrics.comparisons.mean_difference import compare_means
from radzoo.metrics.comparisons.pair import Pair, make_pair
from radzoo.metrics.masks.averages import mean_of
from radzoo.workflows.comparison.alignment import Aligned, align
from radzoo.workflows.comparison.compare import adjust_all, describe_files, fill, tell_apart
from radzoo.workflows.comparison.mask_sources import COMPARED, MaskSource
from radzoo.workflows.comparison.mask_warnings import (
    find_gap,
    warn_of_gaps,
    warn_of_references,
    warn_of_tolerance,
)
from radzoo.workflows.comparison.options import (
    CompareOptions,
    check_compare_options,
    check_margin,
    choose_pairs,
)
from radzoo.workflows.comparison.pairing import choose
from radzoo.workflows.evaluation.source import EvaluationSource
from radzoo.workflows.evaluation.warnings import warn_of_cases

DEFAULT = "dice"
ALL = ("dice", "iou", "nsd", "hd95", "assd")


@dataclass(frozen=True, slots=True)
class Compared:
    """Two models in one metric of one structure, and what must be said of it."""

    comparison: Comparison
    warnings: list[str]


def compare_masks(
    sources: Sequence[MaskSource], names: Sequence[str], options: CompareOptions
) -> CompareReport:
    """Say how far apart the means of models are, structure by structure.

    Args:
        sources: values of each model.
        names: what each is called; one that comes again is numbered.
        options: what is wanted; thresholds are not read.

    Raises:
        InputError: if the files do not fit together, or lack what is to be compared.
        UsageError: if an option makes no sense.
    """
    check_compare_options(options, names)
    names = tell_apart(names)
    metrics = choose_means(options.metrics, sources)
    check_margin(options.margin, metrics)
    kept = [replace(one, source=keep(one, metrics)) for one in sources]
    aligned = align([one.source for one in kept], names)
    pairs = choose_pairs(names, options.reference)
    found = {
        metric.name: [
            compare_structure(metric, label, kept, aligned, names, chosen, options)
            for chosen in pairs
            for label in structures_of(aligned, metric)
        ]
        for metric in metrics
    }
    every = [one for several in found.values() for one in several]
    first = aligned.predictions[0]
    return CompareReport(
        task="segmentation",
        adjust=options.adjust,
        n_cases=len(first.case_ids),
        n_patients=first.n_patients,
        n_left_out=aligned.n_apart,
        labels=list(dict.fromkeys(one.comparison.label for one in every)),
        files=describe_files([one.source for one in kept], names, aligned),
        comparisons=[
            one
            for several in found.values()
            for one in adjust_all([each.comparison for each in several], options.adjust)
        ],
        warnings=[
            *aligned.warnings,
            *warn_of_cases(first, cluster=options.cluster == "patient"),
            *warn_of_references(sources, names),
            *warn_of_tolerance([metric.name for metric in metrics]),
            *dict.fromkeys(warning for one in every for warning in one.warnings),
        ],
        seed=options.seed,
        n_boot=options.n_boot,
        radzoo_version=__version__,
    )


def choose_means(asked: Sequence[str], sources: Sequence[MaskSource]) -> list[Metric]:
    """Return the metrics whose means are compared.

    Raises:
        UsageError: if one is unknown.
        InputError: if no structure has it in all files.
    """
    tables = [one.source.predictions.labels for one in sources]
    shared = [label for label in tables[0] if all(label in other for other in tables)]
    there = dict.fromkeys(label.partition(":")[0] for label in shared)
    names: list[str] = []
    for name in asked or (DEFAULT,):
        names += [one for one in ALL if one in there] or ALL[:1] if name == "all" else [name]
    for name in names:
        if name not in COMPARED:
            raise UsageError(
                f"there is no metric called '{name}' to compare in the task segmentation",
                id="unknown-metric",
                hint=did_you_mean(name, list(COMPARED)) or f"known: {', '.join(COMPARED)}, all",
            )
        if name not in there:
            raise InputError(
                f"no structure has {name} in all files",
                id="different-labels",
                hint=f"all have {', '.join(there)}: choose by --metric"
                if there
                else f"a column such as {name}:liver must have the same name in all",
            )
    return [
        mean_of(name, 0, LIMITS[name], higher_is_better=COMPARED[name])
        for name in dict.fromkeys(names)
    ]


def keep(one: MaskSource, metrics: Sequence[Metric]) -> EvaluationSource:
    """Return the columns of some metrics alone."""
    predictions = one.source.predictions
    wanted = {metric.name for metric in metrics}
    at = [at for at, label in enumerate(predictions.labels) if label.partition(":")[0] in wanted]
    kept = replace(
        predictions,
        labels=tuple(predictions.labels[column] for column in at),
        targets=predictions.targets[:, at],
        scores=predictions.scores[:, at],
    )
    return replace(one.source, predictions=kept)


def structures_of(aligned: Aligned, metric: Metric) -> list[str]:
    """Return the structures of which all files have a metric."""
    split = [label.partition(":") for label in aligned.predictions[0].labels]
    return [label for name, _, label in split if name == metric.name]


def compare_structure(
    metric: Metric,
    label: str,
    sources: Sequence[MaskSource],
    aligned: Aligned,
    names: Sequence[str],
    chosen: tuple[int, int],
    options: CompareOptions,
) -> Compared:
    """Compare two models in one metric of one structure, on the cases where both have it."""
    files = [aligned.predictions[at] for at in chosen]
    column = files[0].labels.index(f"{metric.name}:{label}")
    values = [one.scores[:, column] for one in files]
    pair, rows = pair_values(files[0], *values, cluster=options.cluster == "patient")
    first, second = (
        find_gap(names[at], sources[at], label, choose(files[0].case_ids, np.isnan(one)))
        for at, one in zip(chosen, values, strict=True)
    )
    about = Comparison(
        a=first.name,
        b=second.name,
        label=label,
        metric=metric.name,
        value_a=None,
        value_b=None,
        difference=None,
        n=len(pair.targets),
        n_undefined=int((~rows).sum()),
        n_patients=pair.n_units if pair.patients is not None else None,
        margin=options.margin,
        note=None if rows.any() else "undefined: no case has a value of both",
    )
    warnings = warn_of_gaps(label, metric.name, len(rows), (first, second))
    if not rows.any():
        return Compared(about, warnings)
    found = compare_means(
        metric, pair, level=options.level, n_boot=options.n_boot, seed=options.seed
    )
    return Compared(fill(about, found, metric, options), warnings)


def pair_values(
    cases: Predictions, first: Vector, second: Vector, *, cluster: bool
) -> tuple[Pair, NDArray[np.bool_]]:
    """Return the values of the cases where both models have one, and which cases these are."""
    rows = np.asarray(~np.isnan(first) & ~np.isnan(second))
    owners = cases.owners if cluster else None
    pair = make_pair(
        np.zeros(int(rows.sum())),
        first[rows, None],
        second[rows, None],
        patients=None if owners is None else choose(owners, rows),
        kind="values",
    )
    return pair, rows
