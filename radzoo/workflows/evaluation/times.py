"""Times to an event: the task survival."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import InputError, UndefinedMetricError, UsageError
from radzoo.core.plugins import Matrix, Metric, Vector
from radzoo.core.report import MetricValue
from radzoo.core.report_parts import DecisionPoint
from radzoo.metrics.estimate import estimate_metrics, join
from radzoo.metrics.sample import Sample, make_other_sample
from radzoo.metrics.times import TIME_METRICS
from radzoo.metrics.times.horizon import at_horizon, choose_horizons
from radzoo.metrics.times.net_benefit import net_benefit_at
from radzoo.metrics.times.uno_c import default_tau
from radzoo.workflows.evaluation.judged import Cohort, Judged
from radzoo.workflows.evaluation.options import EvaluateOptions
from radzoo.workflows.evaluation.survival_groups import calibrate_at, describe_groups
from radzoo.workflows.evaluation.warnings import TOO_FEW, count_cases

# A file has other digits of a horizon than the command line.
SAME_HORIZON = 1e-9

Rows = NDArray[np.bool_]


def judge_times(cohort: Cohort, task: str, options: EvaluateOptions) -> Judged:
    """Evaluate a score of times to an event on the cases that have time, event and score.

    Raises:
        InputError: if no case has a time and an event.
        UsageError: if the predictions are not of times, or the threshold is no number.
    """
    predictions = cohort.predictions
    if predictions.form != "times" or predictions.events is None:
        raise UsageError(
            f"the task {task} needs times: the columns time, event and score:<name>",
            id="not-times",
            hint="or name the columns: --time COLUMN --event COLUMN --score COLUMN",
        )
    targets = np.stack([predictions.targets[:, 0], predictions.events], axis=1)
    known: Rows = np.asarray(~np.isnan(targets).any(axis=1))
    if not known.any():
        raise InputError(
            "no case has a time and an event; needed both for the cases to be judged",
            id="no-targets",
            hint="event is 1 if it came at that time, 0 if none was seen until then",
        )
    counted = known & ~np.isnan(predictions.scores[:, 0])
    label = predictions.labels[0]
    sample = sample_times(cohort, targets, predictions.scores[:, 0], counted)
    horizons = find_horizons(cohort, sample, options)
    metrics = measure_score(label, sample, horizons, options)
    risks = {horizon: risk_until(cohort, horizon) for horizon in horizons}
    calibrations, benefits = [], list[DecisionPoint]()
    for horizon, risk in risks.items():
        if risk is None:
            continue
        scored = sample_times(cohort, targets, risk, known & ~np.isnan(risk))
        metrics += measure_risk(label, scored, horizon, options)
        calibrations += calibrate_at(scored, horizon, options.level)
        benefits += decide_at(label, scored, horizon, options.decision_thresholds)
    groups = describe_groups(label, sample, options, cohort.predictions_sha256)
    if groups:
        groups = groups.model_copy(update={"calibration": calibrations})
    lacking = [horizon for horizon, risk in risks.items() if risk is None]
    return Judged(
        metrics=metrics,
        parts={"survival": [groups] if groups else [], "decision_curve": benefits},
        warnings=[
            *warn_of_left_out(label, known, counted),
            *warn_of_events(label, sample, metrics),
            *warn_of_horizons(label, lacking, bool(predictions.survival)),
        ],
    )


def decide_at(
    label: str, sample: Sample, horizon: float, thresholds: Sequence[float]
) -> list[DecisionPoint]:
    """Return net benefit of acting on the risk of an event by a horizon; without intervals.

    A threshold at which nobody acted on was followed so long has no net benefit.
    """
    points = []
    time, event = sample.targets[:, 0], sample.targets[:, 1]
    for threshold in thresholds:
        name = f"{label} by {horizon:g}"
        try:
            found = net_benefit_at(time, event, sample.scores, threshold, horizon)
        except UndefinedMetricError:
            points.append(
                DecisionPoint(label=name, threshold=threshold, net_benefit=None, treat_all=None)
            )
            continue
        points.append(
            DecisionPoint(
                label=name,
                threshold=threshold,
                net_benefit=found.model,
                treat_all=found.treat_all,
                standardized=found.standardized,
                interventions_avoided=100 * found.avoided,
            )
        )
    return points


def sample_times(cohort: Cohort, targets: Matrix, scores: Vector, rows: Rows) -> Sample:
    """Return the chosen cases with times and scores."""
    patients = cohort.patients_of(rows)
    return make_other_sample("times", targets[rows], scores[rows], patients=patients)


def find_horizons(cohort: Cohort, sample: Sample, options: EvaluateOptions) -> tuple[float, ...]:
    """Return the horizons that were asked for, or those of the file, or the usual ones."""
    return choose_horizons(sample.targets, options.horizons or tuple(cohort.predictions.survival))


def risk_until(cohort: Cohort, horizon: float) -> Vector | None:
    """Return the predicted risk of an event by a horizon; None if the file has none for it."""
    for given, values in cohort.predictions.survival.items():
        if abs(given - horizon) <= SAME_HORIZON * max(abs(horizon), 1.0):
            return np.asarray(1.0 - values)
    return None


def measure_score(
    label: str, sample: Sample, horizons: Sequence[float], options: EvaluateOptions
) -> list[MetricValue]:
    """Measure how well the score puts the cases in order."""
    found = measure(label, TIME_METRICS["harrell_c"], sample, None, options)
    if len(sample.targets):
        found += measure(label, TIME_METRICS["uno_c"], sample, default_tau(sample.targets), options)
    for horizon in horizons:
        found += measure(label, TIME_METRICS["auroc_at"], sample, horizon, options)
    return found


def measure_risk(
    label: str, sample: Sample, horizon: float, options: EvaluateOptions
) -> list[MetricValue]:
    """Measure how good the probabilities at one horizon are."""
    return [
        value
        for name in ("brier_at", "ipa_at")
        for value in measure(label, TIME_METRICS[name], sample, horizon, options)
    ]


def measure(
    label: str, metric: Metric, sample: Sample, at: float | None, options: EvaluateOptions
) -> list[MetricValue]:
    """Estimate one metric, taken at a horizon."""
    fixed = metric if at is None else at_horizon(metric, at)
    values = estimate_metrics(label, [fixed], sample, options.intervals)
    note = None if at is None else note_of_few(sample, at)
    return [value.model_copy(update={"at": at, "note": join(value.note, note)}) for value in values]


def note_of_few(sample: Sample, horizon: float) -> str | None:
    """Say that few cases carry what is said of a horizon."""
    times, events = sample.targets.T
    had = int((events[times <= horizon]).sum())
    beyond = int((times > horizon).sum())
    if min(had, beyond) >= TOO_FEW:
        return None
    return f"few cases: {had} had the event by {horizon:g}, {beyond} were followed beyond"


def warn_of_left_out(label: str, known: Rows, counted: Rows) -> list[str]:
    """Count the cases that are in no number."""
    without = int((~known).sum())
    unscored = int((known & ~counted).sum())
    warnings = []
    if without:
        warnings.append(f"{label}: {count_cases(without)} without a time or event, not counted.")
    if unscored:
        warnings.append(f"{label}: {count_cases(unscored)} without a score, not counted.")
    return warnings


def warn_of_events(label: str, sample: Sample, metrics: Sequence[MetricValue]) -> list[str]:
    """Judge whether there are enough events, and whether the score points the right way."""
    n_cases, n_events = len(sample.targets), sample.n_positive or 0
    if not n_cases:
        return [f"{label}: no case has time, event and score; nothing can be said."]
    censored = f"{1 - n_events / n_cases:.0%} censored"
    events = "1 event" if n_events == 1 else f"{n_events} events"
    if n_events < TOO_FEW:
        return [f"{label}: only {events} in {count_cases(n_cases)}; too few to judge a model."]
    warnings = [f"{label}: {events} in {count_cases(n_cases)}, {censored}."]
    harrell = metrics[0].value
    if harrell is not None and harrell < 0.5:
        warnings.append(
            f"{label}: Harrell's C is {harrell:.3f}, below 0.5. A higher score must mean an "
            "earlier event; nothing was turned round."
        )
    return warnings


def warn_of_horizons(label: str, lacking: Sequence[float], predicted: bool) -> list[str]:
    """Say at which horizons nothing was predicted, though it was at others."""
    if not lacking or not predicted:
        return []
    named = ", ".join(f"{horizon:g}" for horizon in lacking)
    return [f"{label}: no column surv@<t> for {named}: no Brier score and no calibration there."]
