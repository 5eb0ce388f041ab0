"""The stamp of a split: which patient's case is where, as one short number."""

import hashlib
import json
from collections.abc import Sequence
from typing import Final

from radzoo.core.case import Case

COLUMN: Final = "split_id"
DIGITS: Final = 16


def stamp(cases: Sequence[Case]) -> str:
    """Return 16 hexadecimal digits that stand for cases, patients, splits and folds.

    The same for any order of rows and on any machine; targets and paths play no part. Cases
    without any split or fold have none: an empty text.
    """
    if not any(case.split or case.groups.get("fold") for case in cases):
        return ""
    lines = sorted(
        json.dumps([case.case_id, case.split or "", case.patient_id, case.groups.get("fold", "")])
        for case in cases
    )
    return hashlib.sha256("\n".join(lines).encode("ascii")).hexdigest()[:DIGITS]


def check_stamp(cases: Sequence[Case], written: Sequence[str]) -> tuple[str, ...]:
    """Return a note if a manifest is not as `radzoo data split` wrote it.

    Args:
        cases: those of the manifest.
        written: its column `split_id`, empty if it has none.
    """
    if not any(written) or set(written) == {stamp(cases)}:
        return ()
    return (
        f"the split is not the one that was stamped ({COLUMN} {min(filter(None, written))}): rows, "
        "patients or splits were changed since",
    )
