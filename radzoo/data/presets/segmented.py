"""What presets of segmented data sets share: JSON that describes them, files, notes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from radzoo.core.case import Case, Manifest, Refused
from radzoo.core.errors import InputError
from radzoo.core.registry import did_you_mean
from radzoo.data.header import NO_HEADER
from radzoo.data.options import DataOptions
from radzoo.data.presets.joined import join_labels
from radzoo.data.refusal import describe_reason

LONGEST: Final = 2**24
"""No description of a data set is longer, in bytes."""


def read_description(path: Path, longest: int = LONGEST) -> dict[str, object]:
    """Return the object that a JSON file holds; empty if there is none that can be read."""
    try:
        if not path.is_file() or path.stat().st_size > longest:
            return {}
        value = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def as_mapping(value: object) -> Mapping[str, object]:
    """Return a JSON object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_rows(value: object) -> list[object]:
    """Return a JSON array; an empty one for anything else."""
    return value if isinstance(value, list) else []


def find_inside(root: Path, name: object) -> Path | None:
    """Return the file that a description names; None if that is no path inside its folder.

    Links of the user's may lead out of it; names may not.
    """
    if not isinstance(name, str) or not name or "\0" in name:
        return None
    path = root / name
    return path if path.is_relative_to(root) and ".." not in Path(name).parts else None


def finish(
    path: Path, found: Sequence[Case], options: DataOptions, notes: Iterable[str]
) -> Manifest:
    """Refuse cases whose image is missing, join labels, and say which masks are missing.

    Raises:
        InputError: if targets are needed and there is no table of them.
    """
    if not found:
        raise InputError(
            f"{path} holds no cases of this layout",
            id="empty-folder",
            hint="was the data set unpacked to the end?",
        )
    cases = [case for case in found if case.path.is_file()]
    refused = tuple(
        Refused(case.case_id, describe_reason("missing-file"))
        for case in found
        if not case.path.is_file()
    )
    manifest = join_labels(
        path, cases, {case.case_id: NO_HEADER for case in cases}, options
    )  # fmt: skip
    without = sum(case.mask is None for case in manifest.cases)
    said = (f"{without} of {len(manifest.cases)} cases have no mask",) if without else ()
    return replace(
        manifest, refused=(*manifest.refused, *refused), notes=(*manifest.notes, *notes, *said)
    )


def existing(path: Path | None) -> Path | None:
    """Return the path of a file that is there."""
    return path if path is not None and path.is_file() else None


def choose(wanted: str, known: Iterable[str], what: str) -> str:
    """Return the name that the user asked for.

    Raises:
        InputError: if there is none, with the nearest.
    """
    names = sorted(set(known))
    if wanted not in names:
        raise InputError(
            f"'{wanted}' is not among the {len(names)} {what}",
            id="unknown-target",
            hint=did_you_mean(wanted, names),
        )
    return wanted
