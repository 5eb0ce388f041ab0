"""RZ012: what surrounds the patient tells the answer: border, corners, or mere brightness."""

from typing import Final

import numpy as np

from radzoo.checks.area import enough
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.columns import linear, some_rows
from radzoo.checks.picture_parts import PARTS, inputs_of, where_told
from radzoo.checks.probe import probe
from radzoo.checks.subject import Question, Rows, Subject
from radzoo.checks.wording import n_judged, sure_low, told
from radzoo.core.finding import Evidence, Reference, Severity, Value
from radzoo.core.plugins import Matrix

WARNING: Final = 0.65
ENOUGH_ALONE: Final = 0.85
"""So good a border is an error whatever the whole image tells."""
MARGIN: Final = 0.05
SHADES: Final = 0.75
MOST_CASES: Final = 4_000
MOST_AT_ONCE: Final = 10_000
"""Of so many images the numbers are made once, for all labels."""
NO_ANATOMY: Final = ("border", "corners")
NO_PLACE: Final = ("histogram", "statistics")


def examine(subject: Subject) -> Outcome:
    """Compare simple models of parts of the image with the same kind of model of all of it."""
    assert subject.pictures is not None
    seen = np.flatnonzero(subject.pictures.read)
    found: list[Verdict] = []
    last: tuple[bytes, dict[str, Matrix]] = (b"", {})
    for question in subject.questions:
        rows = some_rows(subject, question.positive, MOST_CASES, seen)
        if not enough(subject, question.positive, rows):
            continue
        pool = seen if len(seen) <= MOST_AT_ONCE else rows
        if pool.tobytes() != last[0]:
            last = pool.tobytes(), spread(subject, pool)
        verdict = judge(subject, question, rows, last[1])
        if verdict is not None:
            found.append(verdict)
    return found or Silent("cannot judge", "no question has ten patients of each answer")


def spread(subject: Subject, rows: Rows) -> dict[str, Matrix]:
    """Return the numbers of each part, `(n_cases, k)`, 0 in rows that are not asked for."""
    assert subject.pictures is not None
    every = {}
    for part, inputs in inputs_of(subject.pictures.images[rows]).items():
        every[part] = np.zeros((subject.n, inputs.shape[1]))
        every[part][rows] = inputs
    return every


def judge(
    subject: Subject, question: Question, rows: Rows, inputs: dict[str, Matrix]
) -> Verdict | None:
    """Return what is to be said of one question; None if it cannot be judged."""
    assert subject.pictures is not None
    areas = {
        part: probe(subject, question.positive, inputs[part], linear(), rows) for part in PARTS
    }
    known = {part: one for part, one in areas.items() if one is not None}
    if set(known) != set(PARTS):
        return None
    worst = max(NO_ANATOMY, key=lambda part: known[part].low or 0.0)
    looked_at = len(NO_ANATOMY) * n_judged(subject)
    severity = weigh(known, worst, sure_low(known[worst], looked_at))
    shades = max(NO_PLACE, key=lambda part: known[part].low or 0.0)
    if severity is None and tells_by_shades(known, shades, sure_low(known[shades], looked_at)):
        severity, worst = "info", shades
    evidence = known[worst].model_copy(
        update={
            "facts": {"part": worst, "cases_drawn_from": int(question.known.sum())},
            "rows": [row_of(part, one) for part, one in known.items()],
            "picture": where_told(subject.pictures.images[rows], question.positive[rows])
            if severity
            else [],
        }
    )
    message = say(question.name, severity, worst, known)
    return Verdict(severity, message, evidence, label=question.name, claim="data")


def weigh(known: dict[str, Evidence], part: str, low: float) -> Severity | None:
    """Weigh a part that holds no patient against the whole image."""
    if low <= WARNING:
        return None
    estimate = known[part].estimate or 0.0
    whole = known["whole"].estimate or 0.0
    return "error" if estimate >= whole - MARGIN or low > ENOUGH_ALONE else "warning"


def tells_by_shades(known: dict[str, Evidence], part: str, low: float) -> bool:
    """Do mere shades, wherever they stand, tell about as much as the image?"""
    estimate = known[part].estimate or 0.0
    return low > SHADES and estimate >= (known["whole"].estimate or 0.0) - MARGIN


def row_of(part: str, evidence: Evidence) -> dict[str, Value]:
    """Return a part as a row of the evidence."""
    return {
        "part": part, "estimate": evidence.estimate, "low": evidence.low, "high": evidence.high,
        "n": evidence.n,
    }  # fmt: skip


def say(label: str, severity: Severity | None, part: str, known: dict[str, Evidence]) -> str:
    """Say it in a sentence."""
    whole = f"the same kind of model of the whole image {told(known['whole'])}"
    if severity is None:
        return (
            f"neither border nor corners of the image tell '{label}': AUROC of the {part} "
            f"{told(known[part])}; {whole}"
        )
    if part in NO_PLACE:
        return (
            f"how bright the image is ({part}), without where, tells '{label}': AUROC "
            f"{told(known[part])}, {whole}"
        )
    rest = ", ".join(
        f"{other} {known[other].estimate:.2f}" for other in PARTS if other not in (part, "whole")
    )
    return (
        f"a look at the {part} alone, where no disease shows, tells '{label}': AUROC "
        f"{told(known[part])}, {whole} ({rest})"
    )


CHECK = Check(
    code="RZ012",
    trap="S2",
    title="border or corners tell the answer",
    family="shortcut",
    action="crop or mask border and markers the same way for all cases, or bring data whose "
    "classes come from the same source; then see with RZ013 whether the model uses them",
    not_shown="that a network uses it: see RZ013; images may be cropped so tightly that their "
    "border shows the patient, and marks in the middle are not seen",
    references=(
        Reference(
            source="Maguolo G, Nanni L. A Critic Evaluation of Methods for COVID-19 Automatic "
            "Detection from X-Ray Images. arXiv 2004.12823, 2020",
            finding="with the lungs blacked out networks still told the source, and so the class",
        ),
        Reference(
            source="DeGrave AJ et al. Nature Machine Intelligence 2021;3:610-619",
            finding="networks for COVID-19 looked at markers and borders and failed elsewhere",
        ),
    ),
    needs=frozenset({"pictures", "questions"}),
    examine=examine,
)
