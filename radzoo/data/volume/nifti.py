"""NIfTI files as volumes: `.nii` and `.nii.gz`, version 1 and 2, in one file."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from radzoo.core.orientation import find_turn
from radzoo.core.volume import Volume
from radzoo.data.door import open_regular
from radzoo.data.readers.magic import is_gzip
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.grid import Grid, canonical_grid
from radzoo.data.volume.members import frame_number
from radzoo.data.volume.nifti_header import SIZE_2, Claim, check_header, place_fields

BEYOND_BYTES: Final = 1024**2
CHUNK_BYTES: Final = 1024**2
ROWS_AT_ONCE: Final = 16


def read_nifti(path: Path, member: str = "") -> Volume:
    """Read a volume, or volume `frame/3` (from 1) of a 4-D file, in the canonical orientation.

    Values are those of the file after slope and intercept, in no known unit.

    Raises:
        ImageRefused: with the reason.
    """
    with _open(path) as file:
        claim = check_header(file.read(SIZE_2))
        stored = _read_stored(file, claim, _choose(claim, member))
    turn = find_turn(claim.affine)
    turned = turn.apply(stored)
    values = np.empty(turned.shape, dtype=np.float32)
    with np.errstate(over="ignore", invalid="ignore"):  # found just below
        _rescale(turned, claim, values)
    if not (np.isfinite(values.min()) and np.isfinite(values.max())):
        raise ImageRefused("not-finite")
    affine = turn.apply_to_affine(claim.affine, claim.shape)
    return Volume(values, "", affine, dict.fromkeys(claim.remarks, claim.shape[0]), turn)


def nifti_grid(path: Path) -> Grid:
    """Return the grid of the volume in a NIfTI file; only its header is read.

    Raises:
        ImageRefused: if the header is not sound.
    """
    with _open(path) as file:
        claim = check_header(file.read(SIZE_2))
    return canonical_grid(claim.shape, claim.affine)


def stored_type(path: Path) -> "np.dtype[np.generic] | None":
    """Return the type of the values in a NIfTI file; None if they stand for others.

    Raises:
        ImageRefused: if the header is not sound.
    """
    with _open(path) as file:
        claim = check_header(file.read(SIZE_2))
    return claim.dtype if claim.slope == 1 and claim.intercept == 0 else None


def nifti_place(path: Path) -> tuple[Claim, dict[str, list[float]]]:
    """Return what a header claims, and its fields about the place of voxels as they stand.

    Raises:
        ImageRefused: if the header is not sound.
    """
    with _open(path) as file:
        head = file.read(SIZE_2)
    return check_header(head), place_fields(head)


@contextmanager
def _open(path: Path) -> Iterator[BinaryIO]:
    with open_regular(path) as file:
        packed = is_gzip(file.read(2))
        file.seek(0)
        try:
            if packed:
                with gzip.GzipFile(fileobj=file) as inner:
                    yield inner  # type: ignore[misc]  # it reads like any binary file
            else:
                yield file
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise ImageRefused("damaged") from None


def _choose(claim: Claim, member: str) -> int:
    """Return which of the volumes is meant, from 0."""
    if not member:
        if claim.volumes > 1:
            raise ImageRefused("time-series")
        return 0
    return frame_number(member, claim.volumes)


def _read_stored(file: BinaryIO, claim: Claim, number: int) -> NDArray[np.generic]:
    """Read one volume, then the rest of the file: only its end proves the checksum."""
    file.seek(claim.start + number * claim.volume_bytes)
    data = bytearray(claim.volume_bytes)
    _fill(file, data)
    if isinstance(file, gzip.GzipFile):
        _drain(file, (claim.volumes - number - 1) * claim.volume_bytes + BEYOND_BYTES)
    return np.frombuffer(data, claim.dtype).reshape(claim.shape)


def _fill(file: BinaryIO, data: bytearray) -> None:
    view = memoryview(data)
    while view.nbytes:
        part = file.read(min(view.nbytes, CHUNK_BYTES))
        if not part:
            raise ImageRefused("damaged")
        view[: len(part)] = part
        view = view[len(part) :]


def _drain(file: BinaryIO, most: int) -> None:
    """Read to the end, so that gzip compares its checksum; not beyond the header's claim."""
    while part := file.read(CHUNK_BYTES):
        most -= len(part)
        if most < 0:
            raise ImageRefused("inflates-too-far")


def _rescale(stored: NDArray[np.generic], claim: Claim, values: NDArray[np.float32]) -> None:
    """Write the values of stored numbers; by parts, which is quicker if their axes are swapped."""
    plain = claim.slope == 1 and claim.intercept == 0
    for first in range(0, stored.shape[1], ROWS_AT_ONCE):
        numbers = stored[:, first : first + ROWS_AT_ONCE]
        into = values[:, first : first + ROWS_AT_ONCE]
        if plain:
            into[:] = numbers
        elif claim.dtype.itemsize <= 2:
            into[:] = numbers
            into *= np.float32(claim.slope)
            into += np.float32(claim.intercept)
        else:  # more digits than float32 has: rounded once, at the end
            into[:] = numbers.astype(np.float64) * claim.slope + claim.intercept
