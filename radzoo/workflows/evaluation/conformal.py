"""The part of a report on conformal sets: fitted on validation, judged on these cases."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix
from radzoo.core.predictions import Predictions
from radzoo.core.report_parts import ClassCoverage, ConformalSets
from radzoo.metrics.decisions.conformal import (
    aps_scores,
    aps_sets,
    conformal_quantile,
    cover,
    lac_scores,
    lac_sets,
)
from radzoo.metrics.intervals.wilson import score_interval
from radzoo.workflows.evaluation.options import EvaluateOptions

ClassNumbers = NDArray[np.intp]


def describe_conformal(
    label: str,
    names: Sequence[str],
    fitted: tuple[ClassNumbers, Matrix],
    judged: tuple[ClassNumbers, Matrix],
    options: EvaluateOptions,
) -> list[ConformalSets]:
    """Return how often sets hold the true class, overall and class by class.

    Args:
        label: what is classified; `all` for several classes.
        names: of the classes.
        fitted: class numbers `(n,)` and probabilities `(n, n_classes)` of validation.
        judged: the same of the cases that are judged.
        options: shares of misses, validation, level.
    """
    if options.validation is None:
        return []
    found = []
    for alpha in options.conformal:
        for score, strangeness, make in (
            ("lac", lac_scores, lac_sets),
            ("aps", aps_scores, aps_sets),
        ):
            quantile = conformal_quantile(strangeness(*fitted), alpha)
            coverage = cover(make(judged[1], quantile), judged[0])
            bounds = score_interval(float(coverage.held.mean()), len(coverage.held), options.level)
            finite = bool(np.isfinite(quantile))
            found.append(
                ConformalSets(
                    label=label,
                    score=score,
                    alpha=alpha,
                    quantile=quantile if finite else None,
                    n_fitted=len(fitted[0]),
                    fitted_on_sha256=options.validation.sha256,
                    n=len(judged[0]),
                    coverage=float(coverage.held.mean()),
                    low=bounds.low,
                    high=bounds.high,
                    mean_size=float(coverage.sizes.mean()),
                    n_empty=int((coverage.sizes == 0).sum()),
                    n_single=int((coverage.sizes == 1).sum()),
                    classes=cover_classes(names, coverage.held, judged[0], options.level),
                    note=None if finite else "too few validation cases: every set is whole",
                )
            )
    return found


def cover_classes(
    names: Sequence[str], held: NDArray[np.bool_], classes: ClassNumbers, level: float
) -> list[ClassCoverage]:
    """Say for each class how often its cases' sets hold it."""
    rows = []
    for at, name in enumerate(names):
        own = held[classes == at]
        if not own.size:
            rows.append(ClassCoverage(name=name, n=0, coverage=None))
            continue
        bounds = score_interval(float(own.mean()), len(own), level)
        rows.append(
            ClassCoverage(
                name=name, n=len(own), coverage=float(own.mean()), low=bounds.low, high=bounds.high
            )
        )
    return rows


def conformal_of_label(
    predictions: Predictions, column: int, options: EvaluateOptions
) -> list[ConformalSets]:
    """Return the sets of one finding, whose classes are without and with it.

    Nothing where scores of either side are no probabilities, or validation lacks the label.
    """
    label = predictions.labels[column]
    validation = options.validation
    if validation is None or not options.conformal:
        return []
    if label not in validation.predictions.labels:
        return []
    sides = []
    for one in (validation.predictions, predictions):
        at = one.labels.index(label)
        targets, scores = one.targets[:, at], one.scores[:, at]
        known = ~np.isnan(targets) & ~np.isnan(scores)
        targets, scores = targets[known], scores[known]
        if not scores.size or scores.min() < 0 or scores.max() > 1:
            return []
        sides.append((targets.astype(np.intp), np.stack([1 - scores, scores], axis=1)))
    return describe_conformal(label, (f"no {label}", label), sides[0], sides[1], options)


def conformal_of_classes(predictions: Predictions, options: EvaluateOptions) -> list[ConformalSets]:
    """Return the sets of several classes.

    Nothing where validation has other classes, or a side has no case.
    """
    validation = options.validation
    if validation is None or not options.conformal:
        return []
    if validation.predictions.labels != predictions.labels:
        return []
    sides = []
    for one in (validation.predictions, predictions):
        known = ~np.isnan(one.targets).any(axis=1) & ~np.isnan(one.scores).any(axis=1)
        if not known.any():
            return []
        sides.append((one.targets[known].argmax(axis=1), one.scores[known]))
    return describe_conformal("all", predictions.labels, sides[0], sides[1], options)


def warn_of_coverage(sets: Sequence[ConformalSets]) -> list[str]:
    """Say where the sets of a class miss it clearly more often than wanted."""
    return [
        f"{one.label}: sets that hold {100 * (1 - one.alpha):g} % of all cases ({one.score}) hold "
        f"only {100 * (each.coverage or 0):.1f} % of '{each.name}': the promise is on average, "
        "not for each class."
        for one in sets
        for each in one.classes
        if each.high is not None and each.high < 1 - one.alpha
    ]
