"""The header of a NIfTI file, checked before anything is believed or allocated."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import nibabel
import numpy as np
from numpy.typing import NDArray

from radzoo.core.volume import Affine
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.frames import check_voxels

SIZE_1: Final = 348
SIZE_2: Final = 540
MAX_EXTENSION_BYTES: Final = 16 * 1024**2
MAX_DATA_BYTES: Final = 2 * 1024**3
TYPES: Final = {
    2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4",
    1024: "i8", 1280: "u8",
}  # fmt: skip
UNIT_MM: Final = {0: 1.0, 1: 1000.0, 2: 1.0, 3: 0.001}
RAS_TO_LPS: Final = np.diag([-1.0, -1.0, 1.0, 1.0])
SAME_MM: Final = 0.1
PLACE: Final = (
    "pixdim", "xyzt_units", "qform_code", "sform_code", "quatern_b", "quatern_c", "quatern_d",
    "qoffset_x", "qoffset_y", "qoffset_z", "srow_x", "srow_y", "srow_z",
)  # fmt: skip
FLATTEST: Final = 1e-3

Header = Any  # nibabel gives its headers no types
UNPACK: Final[dict[int, Callable[..., Header]]] = {
    SIZE_1: nibabel.Nifti1Header,
    SIZE_2: nibabel.Nifti2Header,
}


@dataclass(frozen=True, slots=True)
class Claim:
    """What a header says, all of it checked.

    Attributes:
        shape: `(slices, rows, columns)` as stored: the last axis of the array varies fastest.
        volumes: how many follow one another; more than one in a 4-D file.
        dtype: of the stored numbers, with their byte order.
        start: where they begin in the file.
        slope, intercept: from stored numbers to values.
        affine: `(slice, row, column, 1)` to mm, LPS.
        remarks: what has to be said of it.
    """

    shape: tuple[int, int, int]
    volumes: int
    dtype: np.dtype[np.generic]
    start: int
    slope: float
    intercept: float
    affine: Affine
    remarks: tuple[str, ...]

    @property
    def volume_bytes(self) -> int:
        """Bytes of one volume."""
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize


def check_header(head: bytes) -> Claim:
    """Return what the first 540 bytes of a NIfTI-1 or NIfTI-2 file say.

    Raises:
        ImageRefused: if they contradict themselves or the budget.
    """
    header = _interpret(head)
    dtype = _dtype(header)
    shape, volumes = _shape(header)
    check_voxels(*shape)
    if volumes * int(np.prod(shape, dtype=np.int64)) * dtype.itemsize > MAX_DATA_BYTES:
        raise ImageRefused("too-many-voxels")
    start = float(header["vox_offset"])
    least = (SIZE_1 if _is_first(header) else SIZE_2) + 4
    if not least <= start <= least + MAX_EXTENSION_BYTES or start != int(start):
        raise ImageRefused("bad-header")
    slope, intercept = _scaling(header)
    affine, remarks = _affine(header)
    return Claim(shape, volumes, dtype, int(start), slope, intercept, affine, remarks)


def place_fields(head: bytes) -> dict[str, list[float]]:
    """Return the fields that say where voxels lie, as they stand in the header.

    `version` is 1 or 2; `size` has as many axes as the file, three at most.

    Raises:
        ImageRefused: if it is no header.
    """
    header = _interpret(head)
    fields = {name: [float(one) for one in np.atleast_1d(header[name])] for name in PLACE}
    axes = min(3, int(header["dim"][0]))
    return {
        **fields,
        "version": [1 if _is_first(header) else 2],
        "size": [int(size) for size in header["dim"][1 : axes + 1]],
    }


def _interpret(head: bytes) -> Header:
    """Let nibabel unpack the header; a pair of files (`ni1`) is not read."""
    if head[344:348] == b"n+1\0":
        return UNPACK[SIZE_1](head[:SIZE_1], check=False)
    if head[4:12] == b"n+2\0\r\n\x1a\n" and len(head) >= SIZE_2:
        return UNPACK[SIZE_2](head[:SIZE_2], check=False)
    raise ImageRefused("unknown-format")


def _is_first(header: Header) -> bool:
    return int(header["sizeof_hdr"]) == SIZE_1


def _dtype(header: Header) -> np.dtype[np.generic]:
    code, bits = int(header["datatype"]), int(header["bitpix"])
    if int(header["sizeof_hdr"]) not in (SIZE_1, SIZE_2) or code not in TYPES:
        raise ImageRefused("unknown-values" if code not in TYPES else "bad-header")
    dtype = np.dtype(TYPES[code]).newbyteorder(header.endianness)
    if bits != 8 * dtype.itemsize:
        raise ImageRefused("bad-header")
    return dtype


def _shape(header: Header) -> tuple[tuple[int, int, int], int]:
    dims = [int(number) for number in header["dim"]]
    if not 1 <= dims[0] <= 7 or any(number < 1 for number in dims[1 : dims[0] + 1]):
        raise ImageRefused("bad-header")
    sizes = [*dims[1 : dims[0] + 1], *([1] * (7 - dims[0]))]
    if any(size > 1 for size in sizes[4:]):
        raise ImageRefused("time-series")
    return (sizes[2], sizes[1], sizes[0]), sizes[3]


def _scaling(header: Header) -> tuple[float, float]:
    slope, intercept = float(header["scl_slope"]), float(header["scl_inter"])
    if not np.isfinite(slope) or (slope != 0 and not np.isfinite(intercept)):
        raise ImageRefused("bad-header")
    return (slope, intercept) if slope != 0 else (1.0, 0.0)


def _affine(header: Header) -> tuple[Affine, tuple[str, ...]]:
    """Return the affine by the sform, else the qform, else the bare voxel sizes."""
    sform, qform = _sform(header), _qform(header)
    remarks: tuple[str, ...] = ()
    if sform is not None:
        chosen = sform
        if qform is not None and _farthest(sform - qform, header) > SAME_MM:
            remarks = ("sform-qform-differ",)
    elif qform is not None:
        chosen = qform
    else:
        chosen, remarks = header.get_base_affine(), ("orientation-unknown",)
    unit = UNIT_MM.get(int(header["xyzt_units"]) & 7)
    if unit is None or not np.isfinite(chosen).all():
        raise ImageRefused("bad-header")
    affine = RAS_TO_LPS @ np.diag([unit, unit, unit, 1.0]) @ np.asarray(chosen, dtype=np.float64)
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    if lengths.min() <= 0 or abs(np.linalg.det(affine[:3, :3] / lengths)) < FLATTEST:
        raise ImageRefused("bad-header")
    return affine[:, [2, 1, 0, 3]], remarks


def _sform(header: Header) -> NDArray[np.float64] | None:
    if int(header["sform_code"]) <= 0:
        return None
    return np.asarray(header.get_sform(), dtype=np.float64)


def _qform(header: Header) -> NDArray[np.float64] | None:
    if int(header["qform_code"]) <= 0:
        return None
    try:
        return np.asarray(header.get_qform(), dtype=np.float64)
    except nibabel.spatialimages.HeaderDataError:
        raise ImageRefused("bad-header") from None


def _farthest(difference: NDArray[np.float64], header: Header) -> float:
    """Return how far two affines place the same corner apart, in mm."""
    last = [int(size) - 1 for size in header["dim"][1:4]]
    corners = np.array([[i, j, k, 1] for i in (0, last[0]) for j in (0, last[1])
                        for k in (0, last[2])])  # fmt: skip
    return float(np.linalg.norm(corners @ difference.T, axis=1).max())
