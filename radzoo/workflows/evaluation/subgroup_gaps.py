"""How far apart subgroups are: gaps with intervals, Cochran's Q, sentences."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from radzoo.core.plugins import Bounds, Metric
from radzoo.core.report_parts import Subgroup, SubgroupGap
from radzoo.core.report_values import MetricValue
from radzoo.metrics.comparisons.mover import recover
from radzoo.metrics.comparisons.multiplicity import adjust
from radzoo.metrics.intervals.normal import critical_value, lower_tail
from radzoo.workflows.evaluation.task_metrics import metrics_of

# Few, since each is looked at in every column: more would find gaps by chance.
OF_FINDINGS = ("auroc", "sensitivity", "specificity", "ppv", "calibration_in_the_large")
OF_CLASSES = ("hand_till", "kappa_quadratic", "balanced_accuracy", *OF_FINDINGS)
WITH_GAP = {
    "binary": OF_FINDINGS,
    "multilabel": OF_FINDINGS,
    "multiclass": OF_CLASSES,
    "ordinal": OF_CLASSES,
    "regression": ("mae", "bias", "ccc"),
    "survival": ("harrell_c",),
}
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Estimate:
    """One metric of one group, with an interval.

    Attributes:
        standard_error: half the interval over its normal quantile.
    """

    group: str
    value: float
    low: float
    high: float
    standard_error: float


def describe_gaps(subgroups: Sequence[Subgroup], task: str) -> list[SubgroupGap]:
    """Compare the judged groups of each column, label and metric.

    Groups are taken as independent. The interval is recovered from those of both groups
    (MOVER), p is that of the unpaired z test, adjusted after Holm for all pairs of groups.
    """
    gaps = []
    # Of classes some metrics are of each class against the rest.
    metrics = {**metrics_of("binary"), **metrics_of(task)}
    for by, label in dict.fromkeys((one.by, one.label) for one in subgroups):
        groups = [one for one in subgroups if one.by == by and one.label == label]
        names = dict.fromkeys(
            value.name for one in groups for value in one.metrics if value.at is None
        )
        wanted = [metrics[name] for name in names if name in WITH_GAP[task]]
        gaps += [describe_gap(by, label, metric, groups) for metric in wanted]
    return gaps


def describe_gap(by: str, label: str, metric: Metric, groups: Sequence[Subgroup]) -> SubgroupGap:
    """Compare the groups of a column in one metric."""
    values = [
        (one.group, value)
        for one in groups
        if one.judged
        for value in one.metrics
        if value.name == metric.name
    ]
    estimates = [found for group, value in values if (found := estimate(group, value))]
    about = SubgroupGap(
        by=by,
        label=label,
        metric=metric.name,
        best=None,
        worst=None,
        gap=None,
        n_groups=len(estimates),
    )
    if len(estimates) < 2:
        note = f"{len(estimates)} of {len(groups)} groups can be judged; needed two"
        return about.model_copy(update={"note": note})
    ranked = sorted(estimates, key=lambda one: goodness(metric, one.value))
    worst, best = ranked[0], ranked[-1]
    level = next(value.level for _, value in values if value.level is not None)
    bounds = recover(
        (best.value, worst.value), (Bounds(best.low, best.high), Bounds(worst.low, worst.high))
    )
    pairs = list(combinations(estimates, 2))
    adjusted = adjust([test(*pair) for pair in pairs], "holm")
    at = next(at for at, pair in enumerate(pairs) if {*pair} == {best, worst})
    q = heterogeneity(estimates)
    return about.model_copy(
        update={
            "best": best.group,
            "worst": worst.group,
            "gap": best.value - worst.value,
            "low": bounds.low,
            "high": bounds.high,
            "level": level,
            "method": "mover",
            "p": test(best, worst),
            "p_adjusted": adjusted[at],
            "q": q,
            "q_p": chi_squared_tail(q, len(estimates) - 1),
        }
    )


def estimate(group: str, value: MetricValue) -> Estimate | None:
    """Return what a group's metric is and how sure it is; None without an interval."""
    if value.value is None or value.low is None or value.high is None or value.level is None:
        return None
    if not value.low < value.high:
        return None
    spread = (value.high - value.low) / 2 / critical_value(value.level)
    return Estimate(group, value.value, value.low, value.high, spread)


def goodness(metric: Metric, value: float) -> float:
    """Return a number that is higher where the metric is better; nearer 0 if it has no side."""
    if metric.higher_is_better is None:
        return -abs(value)
    return value if metric.higher_is_better else -value


def test(first: Estimate, second: Estimate) -> float:
    """Return the two-sided p of both groups being alike (unpaired z)."""
    spread = math.hypot(first.standard_error, second.standard_error)
    return 2 * lower_tail(-abs(first.value - second.value) / spread)


def heterogeneity(estimates: Sequence[Estimate]) -> float:
    """Return Cochran's Q: how far groups are from their common value, in standard errors.

    References:
        Cochran WG. The combination of estimates from different experiments. Biometrics
        1954;10:101-129.
    """
    weights = [one.standard_error**-2 for one in estimates]
    pairs = list(zip(weights, estimates, strict=True))
    common = sum(weight * one.value for weight, one in pairs) / sum(weights)
    return sum(weight * (one.value - common) ** 2 for weight, one in pairs)


def chi_squared_tail(statistic: float, degrees_of_freedom: int) -> float:
    """Return the mass of the chi-squared distribution above a value."""
    from scipy.special import chdtrc

    return float(chdtrc(degrees_of_freedom, statistic))


def warn_of_gaps(gaps: Sequence[SubgroupGap], subgroups: Sequence[Subgroup]) -> list[str]:
    """Say which gaps are beyond chance, Holm's adjustment included."""
    several = len({one.label for one in gaps}) > 1
    differing = find_differing(gaps)
    values = {
        (one.by, one.group, one.label, value.name): value.value
        for one in subgroups
        for value in one.metrics
    }
    sentences = []
    for one in gaps:
        start = f"{one.label}: " if several else ""
        if one.gap is None or one.low is None or one.high is None or one.p_adjusted is None:
            continue
        if one.p_adjusted >= SIGNIFICANT or one.low <= 0 <= one.high:
            if (one.by, one.label, one.metric) in differing:
                sentences.append(
                    f"{start}{one.metric} differs between the groups of {one.by} more than by "
                    f"chance (Cochran's Q {one.q:.1f}, p {one.q_p:.2g})."
                )
            continue
        ends = sorted((abs(one.low), abs(one.high)))
        worst = values[one.by, str(one.worst), one.label, one.metric]
        sentences.append(
            f"{start}{one.metric} in {one.by}={one.worst} is "
            f"{worst:.2f}, {abs(one.gap):.2f} {'below' if one.gap > 0 else 'above'} "
            f"{one.by}={one.best} ({ends[0]:.2f} to {ends[1]:.2f})."
        )
    return sentences


def find_differing(gaps: Sequence[SubgroupGap]) -> set[tuple[str, str, str]]:
    """Return where Cochran's Q is beyond chance, after Holm for the metrics of a column."""
    found = set()
    for by, label in dict.fromkeys((one.by, one.label) for one in gaps):
        family = [one for one in gaps if (one.by, one.label) == (by, label)]
        adjusted = adjust([one.q_p for one in family], "holm")
        found |= {
            (by, label, one.metric)
            for one, p in zip(family, adjusted, strict=True)
            if p is not None and p < SIGNIFICANT
        }
    return found
