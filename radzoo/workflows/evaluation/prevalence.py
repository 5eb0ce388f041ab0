"""Predictive values at prevalences that are not those of the cases."""

from collections.abc import Callable, Sequence

from radzoo.core.errors import UndefinedMetricError, UsageError
from radzoo.core.plugins import Bounds, Metric
from radzoo.core.report import MetricValue
from radzoo.core.report_parts import PrevalencePoint
from radzoo.metrics import METRICS
from radzoo.metrics.intervals.mercaldo import (
    Rate,
    bound_negative,
    bound_positive,
    predict_negative,
    predict_positive,
)
from radzoo.metrics.intervals.proportions import count_independent, read_proportion
from radzoo.metrics.sample import Sample

Value = Callable[[float, float, float], float]
Interval = Callable[[Rate, Rate, float, float], Bounds]


def describe_prevalences(
    label: str, sample: Sample, prevalences: Sequence[float], level: float
) -> list[PrevalencePoint]:
    """Say what a call would mean where another share of cases is diseased.

    Sensitivity and specificity are taken to be the same there; that is an assumption.

    Raises:
        UsageError: if a prevalence is not between 0 and 1.
    """
    return [
        PrevalencePoint(
            label=label,
            prevalence=prevalence,
            ppv=predict("ppv", label, sample, prevalence, level),
            npv=predict("npv", label, sample, prevalence, level),
        )
        for prevalence in check_prevalences(prevalences)
    ]


def check_prevalences(prevalences: Sequence[float]) -> Sequence[float]:
    """Refuse prevalences at which predictive values mean nothing.

    Raises:
        UsageError: if one is not between 0 and 1.
    """
    for prevalence in prevalences:
        if not 0 < prevalence < 1:
            raise UsageError(
                f"a prevalence of {prevalence:g} was given; needed one between 0 and 1",
                id="bad-prevalence",
                hint="--prevalence 0.01 is one diseased case in a hundred",
            )
    return prevalences


def predict(name: str, label: str, sample: Sample, prevalence: float, level: float) -> MetricValue:
    """Give a predictive value at a prevalence, with its interval."""
    about = MetricValue(
        name=name, label=label, value=None, n=len(sample.targets), n_positive=sample.n_positive
    )
    if sample.decisions is None:
        return about.model_copy(update={"note": "no threshold was given"})
    of_rates: tuple[Value, Interval] = (
        (predict_positive, bound_positive) if name == "ppv" else (predict_negative, bound_negative)
    )
    rates = [METRICS["sensitivity"], METRICS["specificity"]]
    try:
        found, cleared = (rate.compute(sample.targets, sample.decisions) for rate in rates)
        value = of_rates[0](found, cleared, prevalence)
    except UndefinedMetricError as reason:
        return about.model_copy(update={"note": f"undefined: {reason}"})
    about = about.model_copy(update={"value": value})
    try:
        sensitivity, specificity = (read_rate(rate, sample) for rate in rates)
        bounds = of_rates[1](sensitivity, specificity, prevalence, level)
    except UndefinedMetricError as reason:
        return about.model_copy(update={"note": f"no interval: {reason}"})
    return about.model_copy(
        update={
            "low": min(bounds.low, value),
            "high": max(bounds.high, value),
            "level": level,
            "method": "mercaldo",
            "note": bounds.note,
        }
    )


def read_rate(metric: Metric, sample: Sample) -> Rate:
    """Return sensitivity or specificity, and how many independent cases it rests on.

    Raises:
        UndefinedMetricError: if the class is missing, or of one patient among several.
    """
    proportion = read_proportion(metric, sample)
    return Rate(proportion.value, count_independent(proportion))
