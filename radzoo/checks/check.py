"""What a check is: one trap, how it is looked for, and what was found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from radzoo.checks.subject import Subject
from radzoo.core.finding import Claim, Evidence, Family, Reference, Severity

Needs = Literal["headers", "pictures", "pixels", "questions", "scores", "network"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says of one label, or of all.

    Attributes:
        severity: None = nothing was found.
        message: one sentence: what was seen, with its numbers.
        evidence: its `p` is adjusted for all that this check tested by itself; the audit
            adjusts over all checks, and takes back what is then not below `SURE`.
        label: which question it answers; empty for all.
        claim: see `Finding.claim`.
        action: what to do, where that of the check does not fit.
        rows: of the subject, the cases that it is about.
    """

    severity: Severity | None
    message: str
    evidence: Evidence
    label: str = ""
    claim: Claim = ""
    action: str = ""
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Silent:
    """Why a check says nothing."""

    kind: Literal["cannot judge", "not applicable"]
    why: str


Outcome: TypeAlias = Sequence[Verdict] | Silent
SURE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Check:
    """One trap.

    Attributes:
        code: stable, `RZ001`.
        trap: id in the catalogue of traps, `L1`.
        title: the trap in a few words.
        action: what to do about it, one sentence.
        not_shown: what its evidence does not show, one sentence.
        references: who found it.
        needs: parts of a subject without which it has nothing to look at; the audit then says
            `cannot judge` or, where they are the model's, `not applicable`.
        wants: parts that it looks at if they are there, and does without.
        slow: is it left out by `--quick`?
        cheap: do `finetune` and `evaluate` run it by themselves?
        expected_s: how long it will take; None = no time worth speaking of.
        examine: looks; see `Outcome`.
    """

    code: str
    trap: str
    title: str
    family: Family
    action: str
    not_shown: str
    references: tuple[Reference, ...]
    examine: Callable[[Subject], Outcome]
    needs: frozenset[Needs] = frozenset()
    wants: frozenset[Needs] = frozenset()
    slow: bool = False
    cheap: bool = False
    expected_s: Callable[[Subject], float] | None = None

    @property
    def of_model(self) -> bool:
        """Does it look at a model, not at data alone?"""
        return bool(self.needs & {"scores", "network"})

    @property
    def docs(self) -> str:
        """Its page in the documentation."""
        return f"docs/checks/{self.code}.md"
