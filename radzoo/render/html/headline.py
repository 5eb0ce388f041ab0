"""What is to be seen first: the verdict of the gates, and one number per label."""

from collections.abc import Sequence
from dataclasses import dataclass

from radzoo.core.report import EvalReport, Gate, MetricValue
from radzoo.metrics.families import find_metric
from radzoo.render import words
from radzoo.render.html.flow import labels_of, name_label

# The number that a task is known by; the first that there is.
FIRST = (
    "auroc", "auroc_macro", "hand_till", "kappa_quadratic", "harrell_c", "uno_c", "dice", "mae",
    "ccc", "r2",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Headline:
    """The number that a label is known by.

    Attributes:
        prevalence: share of positive cases, written; None where nobody is positive or negative.
        majority: accuracy of calling every case the more frequent class, written.
        accuracy: what the model has, written, for comparison; None if unknown.
    """

    label: str
    value: MetricValue
    prevalence: str | None
    majority: str | None
    accuracy: str | None


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate in words.

    Attributes:
        expr: the condition under which it fails.
    """

    expr: str
    passed: bool
    said: str


def find_headlines(report: EvalReport) -> list[Headline]:
    """Return the number of every label that has one."""
    found = (find_headline(report, label) for label in labels_of(report))
    return [one for one in found if one is not None]


def find_headline(report: EvalReport, label: str) -> Headline | None:
    """Return the number that a label is known by; None if it has no metric of that kind."""
    values = {value.name: value for value in words.of_label(report.metrics, label)}
    value = next((values[name] for name in FIRST if name in values), None)
    if value is None:
        return None
    positive = value.n_positive if report.task in ("binary", "multilabel") else None
    accuracy = values.get("accuracy")
    return Headline(
        label=name_label(label),
        value=value,
        prevalence=None if positive is None else words.percent(positive, value.n),
        majority=find_majority(report, value, positive, label),
        accuracy=write_share(accuracy.value) if accuracy else None,
    )


def write_share(value: float | None) -> str | None:
    """Write a share in percent; None if there is none."""
    return None if value is None else f"{100 * value:.1f} %"


def find_majority(
    report: EvalReport, value: MetricValue, positive: int | None, label: str
) -> str | None:
    """Write the accuracy of calling every case the most frequent class; None without classes."""
    if positive is not None:
        return words.percent(max(positive, value.n - positive), value.n)
    if report.confusion is None or label in report.confusion.classes:
        return None
    sizes = [sum(row) for row in report.confusion.counts]
    return words.percent(max(sizes, default=0), sum(sizes))


def describe_gates(gates: list[Gate]) -> list[GateLine]:
    """Say of each gate whether it was passed, and by what number."""
    return [GateLine(words.visible(gate.expr), gate.passed, describe_gate(gate)) for gate in gates]


def describe_gate(gate: Gate) -> str:
    """Say what a gate saw."""
    if gate.observed is None or (gate.note or "").startswith("undecidable"):
        why = f": {words.visible(gate.note)}" if gate.note else ""
        return f"could not be decided, which counts as failed{why}"
    whose = f" ({words.visible(gate.note)})" if gate.note else ""
    said = "does not hold" if gate.passed else "holds"
    return f"{said}: {gate.observed:.4g} was observed{whose}"


def example_gate(report: EvalReport, headlines: Sequence[Headline]) -> str:
    """Write a condition on the number that this task is known by."""
    first = headlines[0].value if headlines else None
    if first is None or first.value is None:
        return "n_cases < 100"
    known = find_metric(first.name, report.task)
    if known is not None and known.higher_is_better is False:
        return f"{first.name}.high > {first.value:.2g}"
    return f"{first.name}.low < 0.80"
