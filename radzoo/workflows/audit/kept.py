"""What checks of an interrupted audit have said, so that the next one goes on from there."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from radzoo import __version__
from radzoo.checks.check import Silent, Verdict
from radzoo.checks.subject import Subject
from radzoo.core.publish import publish_text

WORTH_KEEPING_S: Final = 1.0
SAID: Final[TypeAdapter[Silent | list[Verdict]]] = TypeAdapter(Silent | list[Verdict])


@dataclass(frozen=True, slots=True)
class Kept:
    """A folder of the cache, named by all that an audit's answers follow from."""

    folder: Path

    def find(self, code: str) -> Silent | list[Verdict] | None:
        """Return what a check said before the interruption; None if it had not come to its end."""
        try:
            return SAID.validate_json((self.folder / f"{code}.json").read_text("utf-8"))
        except (OSError, ValidationError):
            return None

    def keep(self, code: str, outcome: Silent | Sequence[Verdict], seconds: float) -> None:
        """Write down what a check said, if it took its time.

        Raises:
            EnvironmentFailure: if the cache cannot be written.
        """
        if seconds < WORTH_KEEPING_S:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        said = outcome if isinstance(outcome, Silent) else list(outcome)
        publish_text(self.folder / f"{code}.json", SAID.dump_json(said).decode())

    def forget(self) -> None:
        """Remove it: the audit came to its end."""
        shutil.rmtree(self.folder, ignore_errors=True)


def kept_of(subject: Subject, cache: Path) -> Kept:
    """Return where the answers about a subject are kept while its audit goes on."""
    told = sha256()
    settings = [__version__, subject.reads, subject.seed, subject.draws, subject.quick]
    told.update(json.dumps(settings).encode())
    for case in subject.cases:
        told.update(f"{case.case_id}\0{case.patient_id}\0{case.path}\0".encode(errors="replace"))
    told.update("\0".join(subject.splits.tolist()).encode())
    for question in subject.questions:
        told.update(question.name.encode() + question.positive.tobytes())
    for name, cells in sorted([*subject.columns.items(), *subject.identifiers.items()]):
        told.update("\0".join((name, *cells)).encode(errors="replace"))
    for name, values in sorted(subject.pixels.items()):
        told.update(name.encode() + values.tobytes())
    if subject.pictures is not None:
        told.update(subject.pictures.digests.tobytes())
    if subject.model is not None:
        told.update(json.dumps(subject.model.inputs, sort_keys=True, default=str).encode())
        told.update(subject.model.scores.tobytes())
    return Kept(cache / "audits" / told.hexdigest()[:32])
