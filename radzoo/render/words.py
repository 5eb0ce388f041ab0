"""How names and numbers are put for people."""

import sys
from collections.abc import Iterable

from radzoo.core.report import EvalReport, Gate, MetricValue, OperatingPoint
from radzoo.core.text import visible as visible
from radzoo.metrics import INTERVALS
from radzoo.metrics.families import find_metric
from radzoo.render.mask_words import explain_mask, family_of_mask, title_of_mask

NONE = "-"
ACRONYMS = {
    "auroc": "AUROC",
    "brier": "Brier score",
    "scaled_brier": "Scaled Brier score",
    "ece": "ECE",
    "ppv": "PPV",
    "npv": "NPV",
    "calibration_in_the_large": "In the large (CITL)",
    "f1": "F1",
    "f1_macro": "F1, macro",
    "auroc_macro": "AUROC, macro",
    "average_precision_macro": "Average precision, macro",
    "partial_auroc": "Partial AUROC",
    "sensitivity_at_spec90": "Sens. at spec. 0.90",
    "sensitivity_at_spec95": "Sens. at spec. 0.95",
    "specificity_at_sens90": "Spec. at sens. 0.90",
    "specificity_at_sens95": "Spec. at sens. 0.95",
    "lr_positive": "Likelihood ratio +",
    "lr_negative": "Likelihood ratio -",
    "majority_accuracy": "Majority accuracy",
    "mcc": "Matthews correlation",
    "aurc": "AURC",
    "augrc": "AUGRC",
    "risk_at_coverage_80": "Risk at coverage 80 %",
    "risk_at_coverage_90": "Risk at coverage 90 %",
    "oe_ratio": "Observed / expected",
    "ici": "ICI",
    "e50": "E50",
    "e90": "E90",
    "spiegelhalter_z": "Spiegelhalter z",
    "hand_till": "Hand-Till M",
    "ece_classwise": "ECE, classwise",
    "kappa_linear": "Kappa, linear",
    "kappa_quadratic": "Kappa, quadratic",
    "mae": "MAE",
    "rmse": "RMSE",
    "r2": "R squared",
    "ccc": "Concordance (CCC)",
    "icc": "ICC(2,1)",
    "harrell_c": "Harrell's C",
    "uno_c": "Uno's C",
    "auroc_at": "AUROC",
    "brier_at": "Brier score",
    "ipa_at": "Scaled Brier score",
}
SHORT = {
    "average_precision": "AP",
    "sensitivity": "sens",
    "specificity": "spec",
    "accuracy": "acc",
    "calibration_slope": "slope",
    "calibration_in_the_large": "CITL",
    "hand_till": "M",
    "harrell_c": "C",
    "mae": "MAE",
}
# Of a finding: what the short table leaves out.
FURTHER = frozenset({
    "partial_auroc", "sensitivity_at_spec95", "specificity_at_sens95", "prevalence",
    "scaled_brier", "log_loss", "calibration_intercept", "e50", "e90", "spiegelhalter_z",
    "balanced_accuracy", "mcc", "kappa", "lr_positive", "lr_negative",
})  # fmt: skip
# What a reader looks for first.
HEADLINES = frozenset({"auroc", "auroc_macro", "hand_till", "harrell_c", "mae", "dice"})
FAMILIES = {
    "scores": "Ranking",
    "probabilities": "Probabilities",
    "logits": "Probabilities",
    "classes": "Ranking and probabilities",
    "values": "Numbers",
    "times": "Times",
}
# Of calls when the least certain cases are left to a human: they stand in no registry.
SELECTIVE = {
    "aurc": "share of errors among the kept cases, averaged over every share that may be kept; "
    "0 is best",
    "augrc": "errors that are kept, over all cases, averaged likewise: the chance that a case is "
    "wrong and goes unnoticed",
    "risk_at_coverage_80": "share of errors among the 80 % of cases that are most certain",
    "risk_at_coverage_90": "share of errors among the 90 % of cases that are most certain",
}
CHOSEN_ON = {
    "validation": "frozen on validation",
    "fixed": "fixed beforehand",
    "test": "optimistic: chosen on these very cases",
}


def short_title(metric: str) -> str:
    """Name a metric for a narrow column."""
    return SHORT.get(metric) or title_of(metric)


def title_of(metric: str) -> str:
    """Name a metric for a heading."""
    plain = metric.replace("_", " ").capitalize()
    return ACRONYMS.get(metric) or title_of_mask(metric) or plain


def family_of(metric: str, task: str | None = None) -> str:
    """Name the group that a metric of a task is shown in."""
    if task == "segmentation":
        return family_of_mask(metric) or "Other"
    known = find_metric(metric, task)
    return FAMILIES.get(known.reads, "At the threshold") if known else "Other"


def explain_metric(name: str, task: str | None = None) -> str:
    """Say in a few words what a metric of a task is: the first line of its module."""
    if task == "segmentation":
        return explain_mask(name)
    if name in SELECTIVE:
        return SELECTIVE[name]
    known = find_metric(name, task)
    return _first_line(known.compute.__module__) if known else ""


def explain_interval(name: str) -> str:
    """Say in a few words what an interval is: the first line of its module."""
    return _first_line(INTERVALS[name].compute.__module__) if name in INTERVALS else ""


def _first_line(module: str) -> str:
    # Under `python -OO` there are no docstrings.
    line = (sys.modules[module].__doc__ or "").split("\n", 1)[0]
    return line.partition(": ")[2].rstrip(".")


def number(value: float | None, digits: int = 3) -> str:
    """Write a number with fixed decimals; what does not exist is a dash."""
    if value is None:
        return NONE
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.") else text


def interval(value: MetricValue, digits: int = 3) -> str:
    """Write an interval as `low to high`: a dash between negative numbers is hard to read."""
    if value.low is None or value.high is None:
        return NONE
    return f"{number(value.low, digits)} to {number(value.high, digits)}"


def p_value(p: float) -> str:
    """Write a p-value with its sign; a tiny one is only said to be tiny."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def percent_of(share: float | None) -> str:
    """Write a share."""
    return NONE if share is None else f"{100 * share:.1f} %"


def percent(part: int, whole: int) -> str:
    """Write a share."""
    return f"{100 * part / whole:.1f} %" if whole else NONE


def level(report: EvalReport) -> str:
    """Write the level of the intervals, such as `95 %`."""
    found = next((value.level for value in report.metrics if value.level is not None), None)
    return f"{100 * found:g} %" if found is not None else "interval"


def cohort(report: EvalReport) -> str:
    """Count cases, patients and refused in one line."""
    patients = "" if report.n_patients is None else f" of {plural(report.n_patients, 'patient')}"
    refused = f", {report.n_refused} refused" if report.n_refused else ""
    return f"{plural(report.n_cases, 'case')}{patients}{refused}"


def describe_label(report: EvalReport, label: str) -> str:
    """Count the cases of one label."""
    values = of_label(report.metrics, label)
    first = values[0] if values else None
    if first is None or first.n_positive is None:
        return visible(label)
    share = percent(first.n_positive, first.n)
    found = (
        plural(first.n_positive, "event")
        if report.task == "survival"
        else (f"{first.n_positive} positive")
    )
    return f"{visible(label)}: {plural(first.n, 'case')}, {found} ({share})"


def share_of_diseased(report: EvalReport, label: str) -> float | None:
    """Return the share of the cases that have a finding; None if none has it or nobody knows."""
    found = next((one for one in report.metrics if one.label == label and one.n_positive), None)
    return found.n_positive / found.n if found is not None and found.n_positive else None


def describe_point(point: OperatingPoint) -> str:
    """Say what the threshold is and where it comes from."""
    rule = "" if point.chosen_on == "fixed" else f"{point.rule}, "
    return f"threshold {point.threshold:.4g} ({rule}{CHOSEN_ON[point.chosen_on]})"


def describe_gate(gate: Gate) -> str:
    """Say what decided a gate: a number and whose it is, or why nothing did."""
    if gate.observed is None or (gate.note or "").startswith("undecidable"):
        return gate.note or "undecidable"
    return f"it is {gate.observed:.4g}{f' ({visible(gate.note)})' if gate.note else ''}"


def plural(count: int, noun: str) -> str:
    """Write a count with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def of_label(values: Iterable[MetricValue], label: str) -> list[MetricValue]:
    """Return the metrics of one label."""
    return [value for value in values if value.label == label]


def notes(report: EvalReport) -> list[str]:
    """Return what must be said beside the metrics of a report."""
    return notes_of(report.metrics, len(report.labels) > 1)


def notes_of(values: Iterable[MetricValue], several: bool) -> list[str]:
    """Return what must be said beside metrics, metrics with the same note together.

    Args:
        values: the metrics.
        several: are they of several labels, which must be named?
    """
    together: dict[tuple[str, str], list[str]] = {}
    for value in values:
        if value.note:
            together.setdefault((value.label, value.note), []).append(title_of(value.name))
    return [
        f"{f'{label}: ' if several else ''}{', '.join(titles)}: {note}"
        for (label, note), titles in together.items()
    ]


def methods(report: EvalReport) -> dict[str, str]:
    """Explain each interval that the report uses, in the order of use."""
    return methods_of(report.metrics)


def methods_of(values: Iterable[MetricValue]) -> dict[str, str]:
    """Explain each interval of some metrics, in the order of use."""
    used = dict.fromkeys(value.method for value in values if value.method)
    return {name: explain_interval(name) for name in used}
