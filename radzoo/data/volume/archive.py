"""A row of an array as a volume: of MedMNIST 3-D, or of a folder that was prepared."""

from pathlib import Path

import numpy as np

from radzoo.core.volume import Volume
from radzoo.data.readers.npy import read_npy_row
from radzoo.data.readers.npz import read_row
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.frames import check_voxels


def read_archive(path: Path, member: str) -> Volume:
    """Read one row `(slices, rows, columns)` as it is: no geometry, its own numbers.

    Raises:
        ImageRefused: if there is no such row, or it is no volume of finite numbers.
    """
    values = read_row(path, member)
    if values.ndim == 4 and values.shape[-1] == 1:
        values = values[..., 0]
    if values.ndim != 3 or (values.shape[-1] == 3 and values.shape[0] > 3):
        raise ImageRefused("no-volume")
    if values.dtype.kind not in "iuf":
        raise ImageRefused("value-range")
    check_voxels(*values.shape)
    if not np.isfinite(values).all():
        raise ImageRefused("not-finite")
    return Volume(values.astype(np.float32))


def read_prepared_row(path: Path, member: str) -> Volume:
    """Read one row of a `.npy` array of volumes, as grey values without geometry.

    Raises:
        ImageRefused: if there is no such row, or it is an image.
    """
    return Volume(read_npy_row(path, member, dimensions=3).astype(np.float32))
