"""Gates: conditions on a report that stop a pipeline, read by a small grammar, never evaluated.

    gate    = what [ "[" label "]" ] [ "{" column "=" group "}" ] [ "@" at ] [ "." end ] op number
    what    = name of a metric | n_cases | n_patients | n_refused
    end     = value (if left out) | low | high | n | n_positive
    op      = "<" | "<=" | ">" | ">=" | "==" | "!="

`*` as label or group means any of them. Without a label every label is meant; with several
numbers the gate fails if the condition holds for one of them. A condition that cannot be
decided, since a number does not exist, counts as failed.
"""

import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from radzoo.core.errors import UsageError
from radzoo.core.registry import did_you_mean
from radzoo.core.report import EvalReport, Gate, MetricValue

COUNTS = ("n_cases", "n_patients", "n_refused")
ENDS = ("value", "low", "high", "n", "n_positive")
UNDECIDABLE = "undecidable"
OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
GATE = re.compile(
    r"\s*(?P<what>[A-Za-z][A-Za-z0-9_]*)"
    r"(?:\[(?P<label>[^\]]*)\])?"
    r"(?:\{(?P<by>[^=}]*)=(?P<group>[^}]*)\})?"
    r"(?:@(?P<at>[0-9.eE+-]*[0-9]))?"
    r"(?:\.(?P<end>[a-z_]+))?"
    r"\s*(?P<op><=|>=|==|!=|<|>)"
    r"\s*(?P<bound>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed gate; attributes as in the grammar, None where left out."""

    expr: str
    what: str
    label: str | None
    by: str | None
    group: str | None
    at: float | None
    end: str
    op: str
    bound: float


@dataclass(frozen=True, slots=True)
class Seen:
    """A number that a condition speaks of.

    Attributes:
        number: None if it does not exist.
        note: what must be said of it, such as why it does not exist.
        whose: group, label or place, as far as several are meant.
    """

    number: float | None
    note: str | None
    whose: str = ""


# A metric, and the group that it is of; without groups an empty name.
InGroup = tuple[MetricValue, str]


def parse_gate(expr: str) -> Condition:
    """Read one condition.

    Raises:
        UsageError: if it does not follow the grammar.
    """
    found = GATE.fullmatch(expr)
    if found is None:
        raise UsageError(
            f"the gate '{expr}' is not of the form METRIC[LABEL].END OP NUMBER",
            id="bad-gate",
            hint="for example --fail-if 'auroc.low < 0.80' or --fail-if 'ece > 0.05'",
        )
    end = found["end"] or "value"
    if end not in ENDS:
        raise UsageError(
            f"the gate '{expr}' asks for '.{end}', which no metric has",
            id="bad-gate",
            hint=f"known: {', '.join('.' + one for one in ENDS)}",
        )
    return Condition(
        expr, found["what"], found["label"], found["by"], found["group"],
        None if found["at"] is None else float(found["at"]),
        end, found["op"], float(found["bound"]),
    )  # fmt: skip


def judge_gates(report: EvalReport, conditions: Sequence[Condition]) -> list[Gate]:
    """Decide every condition.

    Raises:
        UsageError: if a condition names a metric, a label or a group that the report lacks.
    """
    return [judge_gate(report, condition) for condition in conditions]


def judge_gate(report: EvalReport, condition: Condition) -> Gate:
    """Decide one condition: the number that comes closest to failing is what was observed."""
    values = find_values(report, condition)
    unknown = [one for one in values if one.number is None or math.isnan(one.number)]
    numbers = [
        (one.number, one.whose)
        for one in values
        if one.number is not None and not math.isnan(one.number)
    ]
    holds = OPERATORS[condition.op]
    failing = [one for one in numbers if holds(one[0], condition.bound)]
    worst = max if condition.op in (">", ">=") else min
    observed, whose = worst(failing or numbers, key=lambda one: one[0]) if numbers else (None, None)
    if unknown and not failing:
        why = unknown[0].note or "the number does not exist"
        where = f"{unknown[0].whose}: " if unknown[0].whose else ""
        whose = f"{UNDECIDABLE}: {where}{why}"
    passed = not failing and not unknown
    return Gate(expr=condition.expr, passed=passed, observed=observed, note=whose or None)


def find_values(report: EvalReport, condition: Condition) -> list[Seen]:
    """Return the numbers that a condition speaks of, each with its note.

    Raises:
        UsageError: if there is none of that name.
    """
    if condition.what in COUNTS:
        count = getattr(report, condition.what)
        return [Seen(count, f"{condition.what} is not known")]
    values, notes = pick_group(report, condition)
    named = [(value, group) for value, group in values if value.name == condition.what]
    if not named and not notes:
        known = list(dict.fromkeys(value.name for value, _ in values))
        raise no_such(condition, "metric", condition.what, [*known, *COUNTS])
    if condition.label not in (None, "*"):
        own = [one for one in named if one[0].label == condition.label]
        if named and not own:
            labels = list(dict.fromkeys(value.label for value, _ in named))
            raise no_such(condition, "label", str(condition.label), labels)
        named = own
    if condition.at is not None:
        own = [one for one in named if one[0].at == condition.at]
        if named and not own:
            places = [f"{value.at:g}" for value, _ in named if value.at is not None]
            raise no_such(condition, "place", f"{condition.at:g}", places)
        named = own
    seen = [
        Seen(getattr(value, condition.end), value.note, whose)
        for (value, _), whose in zip(named, tell_apart(named, condition), strict=True)
    ]
    return seen + [Seen(None, note) for note in notes]


def tell_apart(named: Sequence[InGroup], condition: Condition) -> list[str]:
    """Say whose each number is, as far as the condition leaves it open."""
    labels = {value.label for value, _ in named}
    places = {value.at for value, _ in named}
    told = []
    for value, group in named:
        parts = [
            f"{condition.by}={group}" if condition.group == "*" else "",
            value.label if len(labels) > 1 else "",
            f"at {value.at:g}" if len(places) > 1 and value.at is not None else "",
        ]
        told.append(", ".join(part for part in parts if part))
    return told


def pick_group(report: EvalReport, condition: Condition) -> tuple[list[InGroup], list[str]]:
    """Return the metrics of the groups that are meant, and why others cannot be judged."""
    if condition.by is None:
        return [(value, "") for value in report.metrics], []
    columns = list(dict.fromkeys(one.by for one in report.subgroups))
    groups = [one for one in report.subgroups if one.by == condition.by]
    if not groups:
        raise no_such(condition, "column of subgroups", condition.by, columns)
    if condition.group != "*":
        names = list(dict.fromkeys(one.group for one in groups))
        groups = [one for one in groups if one.group == condition.group]
        if not groups:
            raise no_such(condition, "group", str(condition.group), names)
    values = [(value, one.group) for one in groups if one.judged for value in one.metrics]
    notes = [f"{one.by}={one.group}: {one.note}" for one in groups if not one.judged]
    return values, notes


def no_such(condition: Condition, kind: str, name: str, known: Sequence[str]) -> UsageError:
    """Say what a gate names that the report has not."""
    listed = ", ".join(known) or "none"
    return UsageError(
        f"the gate '{condition.expr}' names the {kind} '{name}', which this report has not",
        id="bad-gate",
        hint=did_you_mean(name, list(known)) or f"it has: {listed}",
    )
