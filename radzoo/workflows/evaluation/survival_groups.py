"""What becomes of cases of low and high risk, and whether predicted risks come true."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError, UsageError
from radzoo.core.plugins import Matrix
from radzoo.core.report_tasks import HorizonCalibration, HorizonGroup, SurvivalCurve, SurvivalGroups
from radzoo.metrics.intervals.normal import critical_value
from radzoo.metrics.sample import Sample
from radzoo.metrics.thresholds import parse_rule
from radzoo.metrics.times.cox import HazardRatio, fit_hazard_ratio
from radzoo.metrics.times.horizon_calibration import RiskGroup, compare_risks
from radzoo.metrics.times.kaplan_meier import (
    Survival,
    estimate_survival,
    find_median,
    restricted_mean,
)
from radzoo.metrics.times.log_rank import LogRank, compare_groups
from radzoo.workflows.evaluation.options import EvaluateOptions
from radzoo.workflows.evaluation.threshold import take_frozen

GROUPS = ("low risk", "high risk")
MOST_POINTS = 500
CLUSTERED = "curves, log-rank and hazard ratio take cases of one patient as independent"


def describe_groups(
    label: str, sample: Sample, options: EvaluateOptions, sha256: str | None
) -> SurvivalGroups | None:
    """Divide the cases by their score and compare what became of them; None without cases.

    Raises:
        InputError: if the frozen thresholds have none for this label.
        UsageError: if the threshold is no number.
    """
    if not len(sample.targets):
        return None
    high, cut = divide_by_score(label, sample, options, sha256)
    groups = high.astype(np.intp) - (1 if high.all() else 0)
    present = [at for at in (0, 1) if (high == at).any()]
    parts = [sample.targets[high == at] for at in present]
    until = min(float(part[:, 0].max()) for part in parts)
    ranks = rank_groups(sample.targets, groups)
    ratio = fit_ratio(sample)
    bounds = ratio.bounds(options.level) if ratio else None
    return SurvivalGroups(
        label=label,
        cut=cut,
        censored=float(1 - sample.targets[:, 1].mean()),
        curves=[
            draw_curve(GROUPS[at], part, until, options.level)
            for at, part in zip(present, parts, strict=True)
        ],
        log_rank=ranks.statistic if ranks else None,
        log_rank_p=ranks.p if ranks else None,
        hazard_ratio=ratio.value if ratio else None,
        hazard_ratio_low=bounds.low if bounds else None,
        hazard_ratio_high=bounds.high if bounds else None,
        note=None if sample.patients is None else CLUSTERED,
    )


def divide_by_score(
    label: str, sample: Sample, options: EvaluateOptions, sha256: str | None
) -> tuple[NDArray[np.bool_], str]:
    """Return who is of high risk, and how that was decided.

    Raises:
        InputError: if the frozen thresholds have none for this label.
        UsageError: if the threshold is no number.
    """
    wanted = options.threshold
    if isinstance(wanted, tuple):
        frozen = take_frozen(label, wanted, sha256)
        if frozen.value is not None:
            return sample.scores >= frozen.value, f"score >= {frozen.value:g}, {frozen.note}"
    elif wanted is not None:
        if parse_rule(wanted).kind != "fixed":
            raise UsageError(
                f"the rule {wanted} needs the targets 0 and 1; times to an event have none",
                id="rule-of-times",
                hint="give a number: --threshold 0.3, or leave it away for the median",
            )
        return sample.scores >= float(wanted), f"score >= {wanted}, given beforehand"
    median = float(np.median(sample.scores))
    return sample.scores > median, f"score > {median:.6g}, the median of these very cases"


def rank_groups(targets: Matrix, groups: NDArray[np.intp]) -> LogRank | None:
    """Compare the groups; None where that cannot be done."""
    try:
        return compare_groups(targets, groups)
    except UndefinedMetricError:
        return None


def fit_ratio(sample: Sample) -> HazardRatio | None:
    """Fit the hazard ratio; None where there is none."""
    try:
        return fit_hazard_ratio(sample.targets, sample.scores)
    except UndefinedMetricError:
        return None


def draw_curve(group: str, targets: Matrix, until: float, level: float) -> SurvivalCurve:
    """Describe one group by its Kaplan-Meier curve."""
    curve = estimate_survival(targets)
    median = find_median(curve, level)
    mean = restricted_mean(curve, until)
    half = critical_value(level) * mean.standard_error
    rows = choose_points(curve)
    low, high = curve.bounds(level)
    # Where nobody is left without the event there is no interval; the curve ends in 0.
    high = np.where(np.isnan(high), np.append(1.0, high[:-1]), high)
    return SurvivalCurve(
        group=group,
        n=len(targets),
        n_events=int(targets[:, 1].sum()),
        times=curve.times[rows].tolist(),
        survival=curve.survival[rows].tolist(),
        low=np.nan_to_num(low)[rows].tolist(),
        high=high[rows].tolist(),
        n_at_risk=curve.at_risk[rows].astype(np.intp).tolist(),
        median=median.value,
        median_low=median.low,
        median_high=median.high,
        mean_time=mean.value,
        mean_time_low=max(mean.value - half, 0.0),
        mean_time_high=min(mean.value + half, until),
        mean_time_until=until,
    )


def choose_points(curve: Survival) -> NDArray[np.intp]:
    """Return the steps to show: those with events and the last, at most `MOST_POINTS`."""
    shown = np.flatnonzero(curve.events > 0)
    shown = np.union1d(shown, [len(curve.times) - 1])
    if len(shown) > MOST_POINTS:
        shown = shown[np.linspace(0, len(shown) - 1, MOST_POINTS).round().astype(np.intp)]
    return shown


def calibrate_at(sample: Sample, horizon: float, level: float) -> list[HorizonCalibration]:
    """Compare predicted risks with what happened by a horizon; nothing without cases."""
    if not len(sample.targets):
        return []
    found = compare_risks(sample.targets, sample.scores, horizon=horizon, level=level)
    everyone = found.everyone
    bounds = everyone.bounds if everyone.predicted > 0 else None
    return [
        HorizonCalibration(
            horizon=horizon,
            predicted=everyone.predicted,
            observed=everyone.observed,
            oe_ratio=found.oe_ratio,
            oe_low=bounds.low / everyone.predicted if bounds else None,
            oe_high=bounds.high / everyone.predicted if bounds else None,
            groups=describe_risks(found.groups),
        )
    ]


def describe_risks(groups: Sequence[RiskGroup]) -> list[HorizonGroup]:
    """Write down groups of similar predicted risk."""
    return [
        HorizonGroup(
            n=group.n,
            predicted=group.predicted,
            observed=group.observed,
            low=group.bounds.low if group.bounds else None,
            high=group.bounds.high if group.bounds else None,
        )
        for group in groups
    ]
