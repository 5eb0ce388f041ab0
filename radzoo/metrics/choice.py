"""Which interval suits a metric and these cases."""

from collections.abc import Callable

from radzoo.core.plugins import Metric
from radzoo.metrics import INTERVALS
from radzoo.metrics.auroc import auroc
from radzoo.metrics.intervals.newcombe import count_units
from radzoo.metrics.sample import Sample

# With fewer cases of a class DeLong's 95 % cover 65 to 87 %: docs/concepts/intervals.md.
FEWEST_FOR_DELONG = 25
# Of the smaller class, cases (patients) times 1 - AUROC: with fewer the logit intervals at an
# AUROC of 0.97 cover 90 to 92 %, and Newcombe's 97 to 98 %: benchmarks/coverage.py.
FEWEST_WRONG = 1.5
FEWEST_WRONG_PATIENTS = 1.0


def applies(metric: Metric, interval: str) -> bool:
    """Say whether an interval, by name, can be made for a metric."""
    one = INTERVALS.find(interval)
    return one.resamples or bool(one.metrics and metric.name in one.metrics)


def choose_intervals(metric: Metric, sample: Sample, asked: str) -> tuple[str, ...]:
    """Return names of intervals to try in turn: the next where one is not estimable.

    Args:
        metric: what the interval is for.
        sample: the cases.
        asked: a name from `INTERVALS`, or `auto`. A name that does not apply to this metric
            leaves it at `auto`.
    """
    choose = AUTOMATIC.get(metric.interval)
    own = choose(sample) if choose else (metric.interval,)
    if asked == "auto" or not applies(metric, asked):
        return own
    # Tasks share names of metrics: what an interval knows by name may be a label's only.
    fits = sample.kind == "label" or metric.base is not None or INTERVALS[asked].resamples
    return (asked,) if fits or asked in own else own


def for_auroc(sample: Sample) -> tuple[str, ...]:
    """Between patients where they repeat; the score type where a variance would be too narrow.

    A variance that is estimated from the cases needs some that are ranked wrongly: with fewer
    than one or two cases' worth of them, or few cases, the score type answers.
    """
    clustered = sample.patients is not None
    fewer = min(count_units(sample, target) for target in (1.0, 0.0))
    # AUROC does not exist without both classes; every interval then says so.
    wrong = fewer * (1 - auroc(sample.targets, sample.scores)) if fewer else 0.0
    if clustered:
        few = wrong < FEWEST_WRONG_PATIENTS
        return ("newcombe", "obuchowski") if few else ("obuchowski", "newcombe")
    if fewer < FEWEST_FOR_DELONG or wrong < FEWEST_WRONG:
        return ("newcombe",)
    return ("logit-delong", "newcombe")


def for_proportions(sample: Sample) -> tuple[str, ...]:
    """Wilson's, for as many independent cases as these are worth."""
    return ("wilson",) if sample.patients is None else ("rao-scott",)


def for_coefficients(sample: Sample) -> tuple[str, ...]:
    """Wald's, by the spread between patients where they repeat."""
    return ("wald",) if sample.patients is None else ("sandwich",)


def unless_clustered(name: str) -> Callable[[Sample], tuple[str, ...]]:
    """Give an interval for independent cases; else patients are drawn."""
    return lambda sample: (name,) if sample.patients is None else ("bca", "percentile")


def by_resampling(sample: Sample) -> tuple[str, ...]:
    """Bias-corrected where that can be estimated."""
    return ("bca", "percentile")


AUTOMATIC: dict[str, Callable[[Sample], tuple[str, ...]]] = {
    "delong": for_auroc,
    "wilson": for_proportions,
    "wald": for_coefficients,
    "bca": by_resampling,
    "student-t": unless_clustered("student-t"),
    "fisher-z": unless_clustered("fisher-z"),
    "mcgraw-wong": unless_clustered("mcgraw-wong"),
}
