"""The part of a report that says how sure the numbers are, and what surer ones would take."""

from collections.abc import Callable, Sequence

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.report import MetricValue
from radzoo.core.report_parts import SampleSize
from radzoo.metrics.decisions.sample_size import cases_for_auroc, cases_for_proportion
from radzoo.workflows.evaluation.options import EvaluateOptions

HANLEY, BUDERER = "Hanley and McNeil 1982", "Buderer 1996"


def describe_sample_size(
    metrics: Sequence[MetricValue], options: EvaluateOptions, *, clustered: bool
) -> list[SampleSize]:
    """Return the half-width now and the cases for the wanted one, at these values.

    Args:
        metrics: those of one label.
        options: wanted half-width and level.
        clustered: whether patients repeat: then as many patients are needed, one case each.
    """
    found = []
    for value in metrics:
        needed = NEEDED.get(value.name)
        if needed is None or value.value is None or not value.n:
            continue
        count, method = needed
        prevalence = count_prevalence(metrics)
        n_needed, note = None, "for one case of each patient" if clustered else None
        try:
            n_needed = count(value.value, prevalence, options.half_width, options.level)
        except UndefinedMetricError as reason:
            note = f"not estimable: {reason}"
        known = value.low is not None and value.high is not None
        found.append(
            SampleSize(
                label=value.label,
                metric=value.name,
                half_width=((value.high or 0) - (value.low or 0)) / 2 if known else None,
                wanted_half_width=options.half_width,
                n_needed=n_needed,
                n_positive_needed=None if n_needed is None else round(n_needed * prevalence),
                method=method,
                note=note,
            )
        )
    return found


def count_prevalence(metrics: Sequence[MetricValue]) -> float:
    """Return the share of diseased among the cases of a label."""
    of_all = next((one for one in metrics if one.name == "auroc"), metrics[0])
    return (of_all.n_positive or 0) / of_all.n if of_all.n else 0.0


def for_auroc(value: float, prevalence: float, half_width: float, level: float) -> int:
    """Count the cases for an AUROC."""
    return cases_for_auroc(value, prevalence, half_width, level=level)


def for_sensitivity(value: float, prevalence: float, half_width: float, level: float) -> int:
    """Count the cases for a sensitivity."""
    return cases_for_proportion(value, prevalence, half_width, level=level)


def for_specificity(value: float, prevalence: float, half_width: float, level: float) -> int:
    """Count the cases for a specificity."""
    return cases_for_proportion(value, 1 - prevalence, half_width, level=level)


NEEDED: dict[str, tuple[Callable[[float, float, float, float], int], str]] = {
    "auroc": (for_auroc, HANLEY),
    "sensitivity": (for_sensitivity, BUDERER),
    "specificity": (for_specificity, BUDERER),
}
