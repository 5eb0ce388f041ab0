"""Masks as NIfTI, voxel for voxel on the file that the image came from."""

import gzip
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import InputError
from radzoo.core.origin import Origin
from radzoo.core.publish import publish
from radzoo.core.volume import Affine

LPS_TO_RAS: Final = np.diag([-1.0, -1.0, 1.0, 1.0])
INTENT_LABEL: Final = 1002
MILLIMETRES: Final = 2
SCANNER: Final = 1
NO_EXTENSION: Final = b"\0\0\0\0"
COPIED: Final = (
    "qform_code", "sform_code", "quatern_b", "quatern_c", "quatern_d", "qoffset_x", "qoffset_y",
    "qoffset_z", "srow_x", "srow_y", "srow_z",
)  # fmt: skip
SHEAR: Final = 1e-6
Labels = NDArray[np.uint16]
Header = Any  # nibabel gives its headers no types


def write_nifti_mask(path: Path, labels: Labels, origin: Origin) -> None:
    """Write labels so that voxel (i, j, k) of the mask is voxel (i, j, k) of the image.

    On a NIfTI image they take its version, size, qform, sform and units; on a DICOM image i
    counts columns, j rows and k slices along the stack, and the sform says where they lie. The
    numbers are whole ones without slope or intercept. The same labels give the same bytes.

    Args:
        path: `.nii.gz`, or `.nii` to leave it unpacked.
        labels: in the canonical orientation, as the readers give images; 0 = background.
        origin: of the image.

    Raises:
        InputError: if the image has no place in space to write down.
        EnvironmentFailure: if the folder cannot be written or the disk is full.
    """
    stored = origin.store(labels)
    dtype = np.uint8 if not stored.size or stored.max() < 256 else np.uint16
    values = np.ascontiguousarray(stored.astype(dtype))  # slowest axis first, as in the file
    content = make_header(origin, values.dtype) + NO_EXTENSION + values.tobytes()
    if path.name.endswith(".gz"):
        content = gzip.compress(content, compresslevel=6, mtime=0)
    publish(path, lambda partial: partial.write_bytes(content))


def make_header(origin: Origin, dtype: "np.dtype[Any]") -> bytes:
    """Return the bytes of a header for labels on the grid of an image.

    Raises:
        InputError: if the image has no place in space.
    """
    fields = origin.nifti
    if fields is None and origin.affine is None:
        raise InputError(
            "a mask as NIfTI needs an image whose place in the patient is known",
            id="no-geometry",
            hint="write the mask as a picture instead",
        )
    second = fields is not None and int(fields["version"][0]) == 2
    header = start_header(2 if second else 1)
    header.set_data_dtype(dtype.newbyteorder("<"))
    header["magic"] = b"n+2" if second else b"n+1"
    header["vox_offset"] = int(header["sizeof_hdr"]) + len(NO_EXTENSION)
    header["scl_slope"], header["scl_inter"] = 1, 0
    header["intent_code"] = INTENT_LABEL
    if fields is not None:
        copy_place(header, fields)
    elif origin.affine is not None:
        set_place(header, origin.shape, origin.affine)
    return bytes(header.binaryblock)


def start_header(version: int) -> Header:
    """Return an empty header."""
    import nibabel

    kinds: dict[int, Callable[[], Header]] = {1: nibabel.Nifti1Header, 2: nibabel.Nifti2Header}
    return kinds[version]()


def copy_place(header: Header, fields: Mapping[str, list[float]]) -> None:
    """Give a header size, axes and units of another."""
    size = [int(number) for number in fields["size"]]
    header.set_data_shape(size)
    steps = [one if np.isfinite(one) else 0.0 for one in fields["pixdim"][: len(size) + 1]]
    header["pixdim"][: len(steps)] = steps
    header["xyzt_units"] = int(fields["xyzt_units"][0]) & 7  # there is no axis of time
    for name in COPIED:
        values = np.nan_to_num(np.array(fields[name]), posinf=0.0, neginf=0.0)
        header[name] = values if len(values) > 1 else values[0]


def set_place(header: Header, shape: tuple[int, int, int], affine: Affine) -> None:
    """Give a header the place of an image that is none in NIfTI.

    A stack sheared by a tilted gantry has an sform alone: a qform knows right angles only.
    """
    header.set_data_shape(shape[::-1])
    matrix = LPS_TO_RAS @ affine[:, [2, 1, 0, 3]]
    header.set_sform(matrix, code=SCANNER)
    axes = matrix[:3, :3] / np.linalg.norm(matrix[:3, :3], axis=0)
    square = np.abs(axes.T @ axes - np.eye(3)).max() < SHEAR
    header.set_qform(matrix, code=SCANNER if square else 0, strip_shears=True)
    header["xyzt_units"] = MILLIMETRES
