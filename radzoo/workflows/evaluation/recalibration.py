"""Better probabilities, fitted on validation and judged on other cases."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import InputError, UndefinedMetricError, UsageError
from radzoo.core.plugins import Metric, Vector
from radzoo.core.predictions import Predictions
from radzoo.core.recalibration import LabelRecalibration, Recalibration, labels_without_fit
from radzoo.core.report_calibration import Recalibrated
from radzoo.core.report_values import MetricValue
from radzoo.metrics import METRICS
from radzoo.metrics.confusion import divide
from radzoo.metrics.estimate import IntervalOptions, estimate_metrics
from radzoo.metrics.log_loss import surprises
from radzoo.metrics.moments import many_of_sums
from radzoo.metrics.recalibration import RECALIBRATIONS
from radzoo.metrics.sample import Sample
from radzoo.workflows.evaluation.bins import describe_bins
from radzoo.workflows.evaluation.judged import Cohort
from radzoo.workflows.evaluation.options import EvaluateOptions, FittedOn

RULE = "log-loss"
RULE_OF_STEPS = "squared error, rising"
SHOWN = (
    "auroc",
    "brier",
    "log_loss",
    "ece",
    "calibration_slope",
    "calibration_intercept",
    "calibration_in_the_large",
    "oe_ratio",
)


def fit_recalibration(validation: FittedOn, method: str) -> Recalibration:
    """Fit a map for each label on validation.

    Args:
        validation: predictions whose targets are known; never those that are judged.
        method: a name from `RECALIBRATIONS`.

    Raises:
        UsageError: if there is no such method.
        InputError: if no label has cases with and without it, or a score is no probability.
    """
    if method not in RECALIBRATIONS:
        raise UsageError(
            f"there is no recalibration called '{method}'",
            id="unknown-recalibration",
            hint=f"known: {', '.join(RECALIBRATIONS)}",
        )
    predictions = validation.predictions
    if predictions.form != "labels":
        raise InputError(
            "recalibration needs findings with the targets 0 and 1; these predictions have others",
            id="no-recalibration-of-task",
            hint="evaluate without --recalibrate",
        )
    labels = [fit_label(predictions, column, method) for column in range(len(predictions.labels))]
    if all(one.parameters is None for one in labels):
        raise InputError(
            f"no recalibration can be fitted on the validation predictions: {labels[0].note}",
            id="no-fit",
            hint="name predictions with both diseased and healthy cases",
        )
    return Recalibration.model_validate(
        {
            "method": method,
            "rule": RULE_OF_STEPS if method == "isotonic" else RULE,
            "fitted_on_sha256": validation.sha256,
            "labels": labels,
        }
    )


def fit_label(predictions: Predictions, column: int, method: str) -> LabelRecalibration:
    """Fit the map of one label on the cases that have its target and its score.

    Raises:
        InputError: if a target is neither 0 nor 1, or a score is no probability.
    """
    label = predictions.labels[column]
    targets, scores = predictions.targets[:, column], predictions.scores[:, column]
    counted = ~np.isnan(targets) & ~np.isnan(scores)
    targets, scores = targets[counted], scores[counted]
    if not np.isin(targets, (0.0, 1.0)).all():
        raise InputError(
            "a target of the validation predictions is neither 0 nor 1",
            id="not-binary",
            hint="say which value means diseased: --positive VALUE",
        )
    if scores.size and not (scores.min() >= 0 and scores.max() <= 1):
        raise InputError(
            "a score of the validation predictions lies outside 0 to 1; needed probabilities",
            id="no-probabilities",
            hint="write probabilities to the predictions file",
        )
    about = {"label": label, "n": len(targets), "n_positive": int(targets.sum())}
    try:
        fitted = RECALIBRATIONS[method].fit(targets, scores)
    except UndefinedMetricError as reason:
        return LabelRecalibration.model_validate(about | {"parameters": None, "note": str(reason)})
    return LabelRecalibration.model_validate(about | {"parameters": dict(fitted)})


def recalibrate_scores(
    recalibration: Recalibration, label: str, scores: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the scores of a label through its map; as they are if it has none.

    Raises:
        InputError: if the file does not know the label, a score is no probability, or the
            parameters are not those of the method.
    """
    found = recalibration.find(label)
    if found.parameters is None:
        return scores
    known = scores[~np.isnan(scores)]
    if known.size and not (known.min() >= 0 and known.max() <= 1):
        raise InputError(
            f"scores of '{label}' lie outside 0 to 1; a recalibration needs probabilities",
            id="no-probabilities",
            hint="leave the recalibration out",
        )
    try:
        return RECALIBRATIONS[recalibration.method].apply(found.parameters, scores)
    except ValueError:
        raise InputError(
            f"the recalibration of '{label}' has not the parameters of {recalibration.method}",
            id="bad-recalibration",
            hint="make the file again with radzoo evaluate --recalibrate",
        ) from None


def apply_recalibration(predictions: Predictions, recalibration: Recalibration) -> Predictions:
    """Return predictions with recalibrated scores; the raw ones stay in columns `raw:<label>`.

    Raises:
        InputError: if a label has no map, or its scores are no probabilities.
    """
    columns = [
        recalibrate_scores(recalibration, label, predictions.scores[:, at])
        for at, label in enumerate(predictions.labels)
    ]
    raw = {
        f"raw:{label}": ["" if np.isnan(one) else repr(one) for one in column.tolist()]
        for label, column in zip(predictions.labels, predictions.scores.T, strict=True)
    }
    return replace(
        predictions,
        scores=np.stack(columns, axis=1),
        groups={**predictions.groups, **raw},
    )


def apply_and_tell(
    predictions: Predictions, recalibration: Recalibration, log: Callable[[str], object]
) -> Predictions:
    """Apply a recalibration, and say what it was fitted on and which scores stay as they are.

    Raises:
        InputError: if a label has no map, or its scores are no probabilities.
    """
    applied = apply_recalibration(predictions, recalibration)
    log(
        f"scores are recalibrated ({recalibration.method}, fitted on the predictions "
        f"{recalibration.fitted_on_sha256[:12]}); raw ones are in the columns raw:<label>"
    )
    for one in labels_without_fit(recalibration):
        if one.label in predictions.labels:
            log(f"warning: {one.label}: no recalibration, scores stay as they are: {one.note}")
    return applied


def check_validation(cohort: Cohort, options: EvaluateOptions) -> list[str]:
    """Refuse to judge on what was fitted on; say what else is wrong with the validation.

    Raises:
        UsageError: if recalibration is asked for without validation, or both are one file.
    """
    if options.validation is None:
        if options.recalibrate is None:
            return []
        raise UsageError(
            "a recalibration is fitted on other predictions than those that are judged",
            id="no-validation",
            hint="name them: --on VALIDATION",
        )
    if options.validation.sha256 == cohort.predictions_sha256:
        raise UsageError(
            "the validation predictions are the file that is judged: what is fitted on a case "
            "says nothing when judged on it",
            id="same-file",
            hint="give --on the predictions of other patients",
        )
    warnings = warn_of_overlap(cohort.predictions, options.validation.predictions)
    if options.recalibrate is not None:
        warnings += warn_of_fit(fit_recalibration(options.validation, options.recalibrate))
    return warnings


def warn_of_overlap(judged: Predictions, fitted: Predictions) -> list[str]:
    """Notice cases and patients that are in both files; the counts, never the names."""
    warnings = []
    patients = set(filter(None, judged.patient_ids)) & set(filter(None, fitted.patient_ids))
    if patients:
        warnings.append(
            f"{len(patients)} patients are among both the validation and the judged cases: what "
            "was fitted flatters."
        )
    cases = set(judged.case_ids) & set(fitted.case_ids)
    if cases and not patients:
        warnings.append(
            f"{len(cases)} case ids are in both the validation and the judged predictions: if "
            "they are the same images, what was fitted flatters."
        )
    return warnings


def warn_of_fit(recalibration: Recalibration) -> list[str]:
    """Say which labels have no map, and which were fitted on too few cases."""
    warnings = [
        f"{one.label}: no recalibration, the scores stay as they are: {one.note}."
        for one in labels_without_fit(recalibration)
    ]
    fewest = RECALIBRATIONS[recalibration.method].fewest
    few = [one for one in recalibration.labels if one.parameters and one.n < fewest]
    return warnings + [
        f"{one.label}: {recalibration.method} recalibration was fitted on {one.n} cases; below "
        f"{fewest} it fits noise. Take platt or beta."
        for one in few
    ]


def judge_recalibration(
    label: str, sample: Sample, options: EvaluateOptions
) -> Recalibrated | None:
    """Fit on validation, and judge the same cases before and after.

    Returns:
        None if no recalibration is asked for, or none can be fitted for this label.

    Raises:
        InputError: if validation does not know the label, or has other targets or scores.
        UsageError: if there is no such method.
    """
    if options.validation is None or options.recalibrate is None:
        return None
    recalibration = fit_recalibration(options.validation, options.recalibrate)
    found = recalibration.find(label)
    if found.parameters is None:
        return None
    scores = recalibrate_scores(recalibration, label, sample.scores)
    after = replace(sample, scores=scores)
    shown = [METRICS[name] for name in SHOWN]
    return Recalibrated(
        method=recalibration.method,
        parameters=found.parameters,
        fitted_on_sha256=recalibration.fitted_on_sha256,
        n=found.n,
        n_positive=found.n_positive,
        before=estimate_metrics(label, shown, sample, options.intervals),
        after=estimate_metrics(label, shown, after, options.intervals),
        differences=compare_losses(label, sample, after, options.intervals),
        bins=describe_bins(after),
    )


def compare_losses(
    label: str, before: Sample, after: Sample, options: IntervalOptions
) -> list[MetricValue]:
    """Return after - before of the proper scores, paired: patients are drawn with both."""
    targets = before.targets
    changes: Mapping[str, Vector] = {
        "brier": (after.scores - targets) ** 2 - (before.scores - targets) ** 2,
        "log_loss": surprises(targets, after.scores) - surprises(targets, before.scores),
    }
    found = []
    for name, change in changes.items():
        metric = Metric(
            name=name,
            compute=mean_change,
            tasks=frozenset(),
            higher_is_better=False,
            limits=(-np.inf, np.inf),
            many=many_of_sums(
                lambda targets, values: np.stack([np.ones_like(values), values], axis=1),
                lambda sums: divide(sums[:, 1], sums[:, 0]),
            ),
        )
        paired = replace(before, scores=change, decisions=None, kind="values")
        found += estimate_metrics(label, [metric], paired, replace(options, ci="auto"))
    return found


def mean_change(targets: Vector, changes: Vector, weights: Vector | None = None) -> float:
    """Return the mean of what changed; the targets are in it already.

    Raises:
        UndefinedMetricError: if there is no case.
    """
    if not changes.size:
        raise UndefinedMetricError("needs a case")
    return float(np.average(changes, weights=weights))
