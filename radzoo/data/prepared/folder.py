"""A data set that was prepared: images, and a manifest whose paths lead to them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from radzoo.core import delimited
from radzoo.core.case import Case, Manifest, Refused
from radzoo.core.errors import InputError, IntegrityError
from radzoo.core.publish import publish
from radzoo.data.manifest_file import write_manifest
from radzoo.data.prepared.array_file import IMAGES, MASKS
from radzoo.data.prepared.index import INDEX, Index, find_damage, read_index
from radzoo.data.prepared.result import (
    Chosen,
    Prepared,
    PreparedVolumes,
    map_prepared,
    map_volumes,
)
from radzoo.data.prepared.working import Working
from radzoo.data.prepared.working_volume import WorkingVolume
from radzoo.data.refusal import REASONS, describe_reason
from radzoo.data.region import needs_mask

CASES: Final = "cases.csv"
REFUSED: Final = "refused.csv"


def write_cases(folder: Path, index: Index, manifest: Manifest) -> None:
    """Write the cases with the row of their image, or with the code why there is none.

    What was refused before its image was looked at is listed apart.

    Raises:
        EnvironmentFailure: if they cannot be written.
    """
    codes, row = index.refused, 0
    cases = []
    for number, case in enumerate(manifest.cases):
        member = codes.get(number, str(row))
        case = replace(case, path=folder / IMAGES, member=member, parts=())
        masked = index.working.masked and case.mask is not None and number not in codes
        if masked:
            case = replace(case, mask=folder / MASKS, mask_member=member)
        elif not needs_mask(case, masked=False):  # an old one does not fit the new size
            case = replace(case, mask=None, mask_member="")
        cases.append(case)
        row += number not in codes
    write_manifest(folder / CASES, replace(manifest, cases=tuple(cases)))
    columns = {
        "case_id": [one.case_id for one in manifest.refused],
        "reason": [one.reason for one in manifest.refused],
    }
    publish(folder / REFUSED, lambda partial: delimited.write_columns(partial, columns))


def read_refused(folder: Path) -> tuple[Refused, ...]:
    """Return the cases that were refused before their images were looked at."""
    columns = delimited.read_columns(folder / REFUSED)
    pairs = zip(columns["case_id"], columns["reason"], strict=True)
    return tuple(Refused(case_id, reason) for case_id, reason in pairs)


def find_folder(cases: Sequence[Case]) -> Path | None:
    """Return the folder in which the cases are prepared already; None if they are files."""
    paths = {case.path for case in cases}
    if len(paths) != 1:
        return None
    (path,) = paths
    prepared = path.name == IMAGES and (path.parent / INDEX).is_file()
    return path.parent if prepared else None


def open_folder(folder: Path, cases: Sequence[Case], wanted: Working) -> Prepared:
    """Return the images of some cases of a folder.

    Raises:
        InputError: if they have another size, fit or window than is wanted, or are volumes.
        IntegrityError: if they are not the bytes that were written.
    """
    index = _open(folder)
    there = index.working
    if isinstance(there, WorkingVolume):
        raise InputError(
            f"{folder} holds volumes of {there}; needed images of {_say(wanted)}",
            id="prepared-volumes",
            hint="prepare images without --slices, or choose a network for volumes",
        )
    if not there.serves(wanted):
        raise InputError(
            f"{folder} holds images of {_say(there)}; needed {_say(wanted)}",
            id="prepared-otherwise",
            hint=_hint(there, wanted),
        )
    return map_prepared(folder, index, there, _choose(index, cases), reused=True)


def open_volumes(
    folder: Path, cases: Sequence[Case], wanted: WorkingVolume | None = None
) -> PreparedVolumes:
    """Return the volumes of some cases of a folder.

    Args:
        folder: that `radzoo data prepare` has made.
        cases: of its manifest.
        wanted: the form that is needed; None = any.

    Raises:
        InputError: if they have another form than is wanted, or are images.
        IntegrityError: if they are not the bytes that were written.
    """
    index = _open(folder)
    there = index.working
    if isinstance(there, Working):
        raise InputError(
            f"{folder} holds images of {_say(there)}; needed volumes",
            id="prepared-images",
            hint="prepare volumes with radzoo data prepare --slices N",
        )
    if wanted is not None and not there.serves(wanted):
        raise InputError(
            f"{folder} holds volumes of {there}; needed {wanted}",
            id="prepared-otherwise",
            hint="prepare them anew in that form, or use the files themselves",
        )
    return map_volumes(folder, index, there, _choose(index, cases), reused=True)


def check_folder(cases: Sequence[Case]) -> None:
    """Read and hash what the cases are prepared in, if they are.

    Raises:
        IntegrityError: if it is not the bytes that were written.
    """
    folder = find_folder(cases)
    if folder is not None:
        _open(folder)


def _open(folder: Path) -> Index:
    index = read_index(folder)
    if index is None or find_damage(folder, index.blocks, index.working):
        raise IntegrityError(
            f"the prepared images in {folder} are not those that were written",
            id="damaged-store",
            hint="the same radzoo data prepare as before mends what is damaged",
        )
    return index


def _choose(index: Index, cases: Sequence[Case]) -> Chosen:
    kept = tuple(case for case in cases if case.member not in REASONS)
    refused = tuple(
        Refused(case.case_id, describe_reason(case.member))
        for case in cases
        if case.member in REASONS
    )
    return Chosen(np.array([_row(case, index) for case in kept], dtype=np.int64), kept, refused)


def _row(case: Case, index: Index) -> int:
    if not case.member.isdecimal() or int(case.member) >= index.n:
        raise InputError(
            f"the prepared images have no row '{case.member}'",
            id="no-such-row",
            hint=f"there are {index.n}, numbered from 0",
        )
    return int(case.member)


def _say(working: Working) -> str:
    edge = f" of {working.edge}" if working.fit == "crop" and working.edge else ""
    shape = f"{working.fit}{edge}, {working.interpolation}"
    return f"{working.size} pixels ({shape}, {working.decoding})"


def _hint(there: Working, wanted: Working) -> str:
    if replace(there, window=wanted.window).serves(wanted):
        window = f"--window {wanted.window}" if wanted.window else "without --window"
        same = f"give it --window {there.window}" if there.window else "give it no --window"
        return (
            f"prepare them with radzoo data prepare {window}; if finetune is to learn these, {same}"
        )
    return "prepare them with radzoo data prepare --model MODEL, or use the files themselves"
