"""Under which licences weights are used: shown once, accepted by name, or refused.

The licence of the weights decides. Four cases: permissive (asks for no more than to be
named), restricted (all else that is stated), not stated, and contradictory statements.
All but the first need the user's consent, which is remembered with the very words that were
accepted: a licence that changes is asked again.
"""

import os
from datetime import date
from typing import TYPE_CHECKING

from radzoo.core.errors import LicenceError, UsageError
from radzoo.zoo.licence_expression import allows
from radzoo.zoo.memory import Log, Notes, change_notes, read_notes, unless_unwritable
from radzoo.zoo.terms_page import terms_page

if TYPE_CHECKING:
    from radzoo.core.entry import ZooEntry

# SPDX names of licences that ask for no more than to be named.
PERMISSIVE = frozenset(
    name.lower()
    for name in (
        "Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Unlicense",
        "CC0-1.0", "CC-BY-4.0", "CC-BY-3.0", "BSL-1.0", "Zlib",
    )
)  # fmt: skip
MEMORY = "licences.json"
POLICY = "RADZOO_LICENSE_POLICY"


def is_permissive(licence: str | None) -> bool:
    """Does a licence ask for no more than to be named? No if nobody has stated it.

    Of `A AND B` both must be permissive, of `A OR B` one; what cannot be read is not.
    """
    return licence is not None and allows(licence, lambda name: name.lower() in PERMISSIVE)


def needs_consent(entry: "ZooEntry") -> bool:
    """Do the weights need more than to be shown their licence?

    A file that the user names on this machine and says nothing of is the user's own.
    """
    stated = entry.license.weights or entry.license.conflict
    if entry.source.kind == "local" and not stated:
        return False
    return entry.license.conflict is not None or not is_permissive(entry.license.weights)


def check_licence(
    entry: "ZooEntry", *, accepted: bool = False, dry_run: bool = False, log: Log | None = None
) -> None:
    """Refuse weights whose licence restricts use until the user has accepted it.

    A permissive licence is shown through `log`, once.

    Args:
        entry: whose weights are about to be fetched or used.
        accepted: the user accepts the licence now; that is remembered.
        dry_run: only tell what would happen: remember nothing.
        log: says one line to the user; None shows and warns of nothing.

    Raises:
        LicenceError: if the licence was not accepted, or the policy forbids it.
        UsageError: if the policy has a value that radzoo does not know.
    """
    strict = _policy_is_strict()
    if not needs_consent(entry):
        if log and not _remembered(entry):
            log(f"{entry.name}: {_words(entry)}")
            if not dry_run:
                _remember(entry, "shown", log)
        return
    if strict:
        raise LicenceError(
            f"{_reason(entry)}, and {POLICY}=permissive allows only licences without restrictions",
            id="licence-policy",
            hint="radzoo list --license permissive shows models that the policy allows",
        )
    if _remembered(entry) == "accepted":
        return
    if not accepted:
        raise LicenceError(
            _reason(entry),
            id="licence-not-accepted",
            hint=f"{advice(entry)}, then: radzoo pull {entry.name} --accept-license",
        )
    if log:
        log(f"{entry.name}: {_words(entry)}: {'would be accepted' if dry_run else 'accepted'}")
    if not dry_run:
        _remember(entry, "accepted", log)


def advice(entry: "ZooEntry") -> str:
    """Say what to do before consent is given, and on which page."""
    page = terms_page(entry)
    if not (entry.license.weights or entry.license.conflict):
        return "ask its authors for one" + (f" ({page})" if page else "")
    return f"read it at {page}" if page else "read it"


def _policy_is_strict() -> bool:
    policy = os.environ.get(POLICY, "")
    if policy in {"", "any", "permissive"}:
        return policy == "permissive"
    raise UsageError(
        f"{POLICY} is '{policy}', which radzoo does not know",
        id="unknown-policy",
        hint=f"set {POLICY} to permissive or to any",
    )


def _reason(entry: "ZooEntry") -> str:
    """Say in a sentence what stands against using the weights freely."""
    licences = entry.license
    weights = f"the weights of {entry.name}"
    if licences.conflict:
        return f"the authors of {entry.name} contradict each other on its licence: " + (
            licences.conflict.rstrip(".")
        )
    if licences.weights is None:
        return f"{weights} come without a licence that anybody has found, so nothing allows use"
    return f"{weights} are under {licences.weights}, which restricts their use"


def _words(entry: "ZooEntry") -> str:
    """Return what is stated of the licences of code, weights and data, in one line."""
    licences = entry.license
    parts = (("code", licences.code), ("weights", licences.weights), ("data", licences.data))
    stated = ", ".join(f"{part} {licence or 'not stated'}" for part, licence in parts)
    conflict = f" (contradictory: {licences.conflict.rstrip('.')})" if licences.conflict else ""
    return " ".join(f"licences: {stated}{conflict}".split())


def _remembered(entry: "ZooEntry") -> object:
    """Return `shown`, `accepted`, or None for these very words."""
    of_model = read_notes(MEMORY).get(entry.name)
    answer = of_model.get(_words(entry)) if isinstance(of_model, dict) else None
    return answer.get("answer") if isinstance(answer, dict) else None


def _remember(entry: "ZooEntry", answer: str, log: Log | None) -> None:
    note = {"answer": answer, "date": date.today().isoformat()}

    def change(notes: Notes) -> None:
        of_model = notes.get(entry.name)
        kept = of_model if isinstance(of_model, dict) else {}
        notes[entry.name] = {**kept, _words(entry): note}

    def holds(notes: Notes) -> bool:
        of_model = notes.get(entry.name)
        return isinstance(of_model, dict) and of_model.get(_words(entry)) == note

    what = "that the licence was " + answer
    unless_unwritable(lambda: change_notes(MEMORY, change, holds), what, log)
