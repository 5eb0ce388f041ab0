"""Names of mask files: safe everywhere, no two alike, and never with a patient in them."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from radzoo.core.case import Case

UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
ENDINGS: Final = re.compile(r"\.(nii|gz|dcm|png|jpe?g|tiff?|npy|npz)$", re.IGNORECASE)
LONGEST: Final = 80


def name_files(cases: Sequence[Case]) -> list[str]:
    """Return a name without ending for the mask of each case.

    It is the last part of the case id; a number instead where that holds the patient's id, and
    behind it where two would be alike, also on a disk that knows no capitals.
    """
    names, taken = [], set[str]()
    for place, case in enumerate(cases, start=1):
        plain = f"case-{place:05d}"
        base = shorten(case.case_id)
        name = plain if not base or holds_patient(base, case.patient_id) else base
        if name.lower() in taken:
            name = f"{name}-{place:05d}"
        while name.lower() in taken:
            name = f"{name}x"
        taken.add(name.lower())
        names.append(name)
    return names


def shorten(case_id: str) -> str:
    """Return the last part of a case id without the ending of a file, in plain letters."""
    name = PurePosixPath(case_id.replace("\\", "/")).name
    while (shorter := ENDINGS.sub("", name)) != name:
        name = shorter
    return UNSAFE.sub("_", name).strip("._-")[:LONGEST]


def holds_patient(name: str, patient_id: str) -> bool:
    """Does a name hold the id of the patient, in whatever spelling is left of it?"""
    safe = UNSAFE.sub("_", patient_id).strip("._-")
    return bool(safe) and safe.lower() in name.lower()
