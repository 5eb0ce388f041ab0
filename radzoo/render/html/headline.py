"""What is to be seen first: the verdict of the gates, and one number per label."""

from dataclasses import dataclass

from radzoo.core.report import EvalReport, Gate, MetricValue
from radzoo.render import words
from radzoo.render.html.flow import labels_of

# The number that a task is known by; the first that there is.
FIRST = (
    "auroc", "auroc_macro", "hand_till", "kappa_quadratic", "harrell_c", "uno_c", "dice", "ccc",
    "r2", "mae",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Headline:
    """The number that a label is known by.

    Attributes:
        prevalence: share of positive cases, written; None where nobody is positive or negative.
        majority: accuracy of calling every case the more frequent class, written.
        accuracy: what the model has, for comparison; None if unknown.
    """

    label: str
    value: MetricValue
    prevalence: str | None
    majority: str | None
    accuracy: MetricValue | None


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate in words."""

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
    binary = value.n_positive is not None and report.task in ("binary", "multilabel") and value.n
    positive = value.n_positive or 0
    return Headline(
        label=words.visible(label),
        value=value,
        prevalence=words.percent(positive, value.n) if binary else None,
        majority=words.percent(max(positive, value.n - positive), value.n) if binary else None,
        accuracy=values.get("accuracy"),
    )


def describe_gates(gates: list[Gate]) -> list[GateLine]:
    """Say of each gate whether it was passed, and by what number."""
    return [
        GateLine(words.visible(gate.expr), gate.passed, describe_gate(gate)) for gate in gates
    ]


def describe_gate(gate: Gate) -> str:
    """Say what a gate saw."""
    if gate.observed is None:
        why = f": {words.visible(gate.note)}" if gate.note else ""
        return f"could not be decided, which counts as failed{why}"
    return f"{'passed' if gate.passed else 'failed'}: {gate.observed:.4g} was observed"
