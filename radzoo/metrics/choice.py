"""Which interval suits a metric and these cases."""

from collections.abc import Callable

from radzoo.core.plugins import Metric
from radzoo.metrics import INTERVALS
from radzoo.metrics.sample import Sample

# With fewer cases of a class DeLong's 95 % cover 65 to 87 %: docs/concepts/intervals.md.
FEWEST_FOR_DELONG = 25


def choose_intervals(metric: Metric, sample: Sample, asked: str) -> tuple[str, ...]:
    """Return names of intervals to try in turn: the next where one is not estimable.

    Args:
        metric: what the interval is for.
        sample: the cases.
        asked: a name from `INTERVALS`, or `auto`. A name that does not apply to this metric
            leaves it at `auto`.
    """
    if asked != "auto":
        interval = INTERVALS.find(asked)
        if interval.resamples or (interval.metrics and metric.name in interval.metrics):
            return (asked,)
    own = AUTOMATIC.get(metric.interval)
    return own(sample) if own else (metric.interval,)


def for_auroc(sample: Sample) -> tuple[str, ...]:
    """Between patients where they repeat; the score type where DeLong's would be too narrow."""
    if sample.patients is not None:
        return ("obuchowski", "newcombe")
    diseased = int(sample.targets.sum())
    if min(diseased, len(sample.targets) - diseased) >= FEWEST_FOR_DELONG:
        return ("logit-delong", "newcombe")
    return ("newcombe",)


def for_proportions(sample: Sample) -> tuple[str, ...]:
    """Wilson's, for as many independent cases as these are worth."""
    return ("wilson",) if sample.patients is None else ("rao-scott",)


def for_coefficients(sample: Sample) -> tuple[str, ...]:
    """Wald's where cases are independent; else patients are drawn."""
    return ("wald",) if sample.patients is None else ("bca", "percentile")


def by_resampling(sample: Sample) -> tuple[str, ...]:
    """Bias-corrected where that can be estimated."""
    return ("bca", "percentile")


AUTOMATIC: dict[str, Callable[[Sample], tuple[str, ...]]] = {
    "delong": for_auroc,
    "wilson": for_proportions,
    "wald": for_coefficients,
    "bca": by_resampling,
}
