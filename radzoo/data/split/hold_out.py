"""Holding out a site, a scanner or a period: what a model must prove itself on."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from radzoo.core.case import Case
from radzoo.core.errors import InputError, UsageError
from radzoo.core.registry import did_you_mean
from radzoo.data.patients import hash_identifier

ALIASES: Final = {"period": "date"}
MOST_SHOWN: Final = 10
COMPARE: Final[Mapping[str, Callable[[object, object], bool]]] = {
    "=": operator.eq,
    ">=": operator.ge,  # type: ignore[dict-item]  # only tuples of numbers come here
    "<=": operator.le,  # type: ignore[dict-item]  # the same
}
RULE: Final = re.compile(r"\s*([A-Za-z_]+)\s*(>=|<=|=)\s*(.+?)\s*")
DATE: Final = re.compile(r"(\d{4})(?:[-/.]?(\d{2})(?:[-/.]?(\d{2}))?)?(?:[T ].*)?")


@dataclass(frozen=True, slots=True)
class HoldOut:
    """Cases that are kept for testing, such as `site=A` or `period>=2020-01`.

    Attributes:
        field: a group of the cases: site, scanner, date ...
        sign: `=`, `>=` or `<=`.
        value: what it is compared with; of a hashed name, such as the institution of a DICOM
            header, also the name itself. A date is compared as far as the value goes, so
            that `2020-01` is a month and `2020` a year.
    """

    field: str
    sign: str
    value: str

    def __str__(self) -> str:
        return f"{self.field}{self.sign}{self.value}"

    def has(self, case: Case) -> bool:
        """Is the case held out? One of which the field is unknown is not."""
        seen = self.value_of(case)
        if not seen:
            return False
        if self.field == "date":
            wanted, given = _date(self.value), _date(seen)
            return given is not None and wanted is not None and self._holds(wanted, given)
        if self.sign == "=":
            return seen in (self.value, hash_identifier(self.value))
        wanted, given = _number(self.value), _number(seen)
        return given is not None and wanted is not None and self._holds(wanted, given)

    def value_of(self, case: Case) -> str:
        """Return what the rule looks at; empty if it is not known of the case."""
        return case.groups.get(self.field) or (case.date if self.field == "date" else "")

    def _holds(self, wanted: tuple[float, ...], given: tuple[float, ...]) -> bool:
        return len(given) >= len(wanted) and COMPARE[self.sign](given[: len(wanted)], wanted)


def parse_hold_out(text: str) -> HoldOut:
    """Read `site=A`, `scanner=...`, `period>=2020-01` and the like.

    Raises:
        UsageError: if it is none, or the value is no date or number though it must be.
    """
    found = RULE.fullmatch(text)
    if found is None:
        raise UsageError(
            f"--hold-out {text} was given; needed a field, a sign and a value",
            id="bad-hold-out",
            hint="for example site=A, scanner='Maker Model' or 'period>=2020-01'",
        )
    field, sign, value = found.groups()
    rule = HoldOut(ALIASES.get(field, field), sign, value)
    ordered = _date(value) if rule.field == "date" else _number(value)
    if ordered is None and (rule.field == "date" or sign != "="):
        raise UsageError(
            f"--hold-out {text} was given; {value} is no {'date' if rule.field == 'date' else 'number'}",  # noqa: E501
            id="bad-hold-out",
            hint="dates are 2020, 2020-01 or 2020-01-31",
        )
    return rule


def check_found(rule: HoldOut, cases: Sequence[Case]) -> None:
    """See that the rule holds something out, and leaves something.

    Raises:
        InputError: if the cases lack the field, none is held out, or all are.
    """
    held = sum(rule.has(case) for case in cases)
    if 0 < held < len(cases):
        return
    values = sorted({rule.value_of(case) for case in cases} - {""})
    if held:
        raise InputError(
            f"--hold-out {rule} holds out all {len(cases)} cases",
            id="nothing-left",
            hint="name a part of them",
        )
    known = sorted({name for case in cases for name in case.groups})
    if not values:
        raise InputError(
            f"no case has a {rule.field}, so {rule} holds out nothing",
            id="no-such-group",
            hint=f"a manifest needs a column {rule.field}, DICOM files say it themselves; "
            f"it has {', '.join(known) or 'no groups'}",
        )
    raise InputError(
        f"no case has {rule}",
        id="no-such-group",
        # Dates are shown nowhere: with them goes who was examined when.
        hint="name another period" if rule.field == "date" else _say_values(rule, values),
    )


def _say_values(rule: HoldOut, values: list[str]) -> str:
    return f"{did_you_mean(rule.value, values)} values: {', '.join(values[:MOST_SHOWN])}".strip()


def _date(text: str) -> tuple[float, ...] | None:
    found = DATE.fullmatch(text)
    return None if found is None else tuple(float(part) for part in found.groups() if part)


def _number(text: str) -> tuple[float, ...] | None:
    try:
        return (float(text),)
    except ValueError:
        return None
