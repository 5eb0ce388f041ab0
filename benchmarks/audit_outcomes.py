"""What trials of audits gave, kept line by line, so that an interruption loses none."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from radzoo.checks.check import SURE

NOT_FOUND = 2.0
"""Instead of a p-value: the check found nothing bad."""


@dataclass(frozen=True)
class Clean:
    """What an audit says of a clean set.

    Attributes:
        found: code and severity of each finding.
        tests: how many p-values it adjusted.
    """

    seed: int
    patients: int
    found: list[list[str]]
    tests: int


@dataclass(frozen=True)
class Tried:
    """What a check says of a planted trap.

    Attributes:
        p: the least of its bad findings; 0 where it tested nothing, 2 where it found nothing.
    """

    seed: int
    patients: int
    code: str
    name: str
    dose: float
    p: float

    def is_found(self, tests: int) -> bool:
        """Is the trap found if all p-values are multiplied by so many tests?

        That is stricter than Holm's adjustment.
        """
        return self.p * tests < SURE


class Outcomes:
    """Those known so far; each new one is written down at once."""

    def __init__(self, file: Path, forget: Collection[str] = ()) -> None:
        """Read a file of outcomes, if it exists.

        Args:
            file: JSON, one outcome a line.
            forget: codes of checks (or `clean`) whose outcomes are dropped.
        """
        self.file = file
        self.clean: dict[tuple[int, int], Clean] = {}
        self.tried: dict[tuple[Any, ...], Tried] = {}
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        known = [json.loads(line) for line in lines if line.endswith("}")]
        for one in known:
            if one.get("code", "clean") not in forget:
                self.note(Tried(**one) if "code" in one else Clean(**one))
        text = [json.dumps(asdict(one)) for one in (*self.clean.values(), *self.tried.values())]
        file.write_text("".join(f"{line}\n" for line in text), "utf-8")

    def note(self, one: Clean | Tried) -> None:
        """Remember one."""
        if isinstance(one, Clean):
            self.clean[one.seed, one.patients] = one
        else:
            self.tried[one.seed, one.patients, one.code, one.name, one.dose] = one

    def add(self, one: Clean | Tried) -> None:
        """Remember one and write it down."""
        self.note(one)
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(one)) + "\n")
