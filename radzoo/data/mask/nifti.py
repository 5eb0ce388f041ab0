"""Masks in NIfTI files."""

from pathlib import Path

import numpy as np

from radzoo.core.volume import Mask
from radzoo.data.mask.labels import check_labels
from radzoo.data.mask.placing import find_placing
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.grid import Grid
from radzoo.data.volume.nifti import read_nifti


def read_nifti_mask(path: Path, member: str, grid: Grid) -> Mask:
    """Read labels that fill the grid of the image, voxel for voxel within 0.1 mm.

    Raises:
        ImageRefused: if the grids differ, or the values are no labels.
    """
    volume = read_nifti(path, member)
    if volume.affine is None or grid.affine is None:
        raise ImageRefused("no-geometry")
    if sorted(volume.values.shape) != sorted(grid.shape):
        raise ImageRefused("mask-size")
    block = check_labels(volume.values)
    placing = find_placing(block.shape, volume.affine, grid)
    labels = np.zeros(grid.shape, dtype=np.uint16)
    placing.view(labels, block.shape)[...] = block
    return Mask(labels[0] if grid.flat else labels, affine=None if grid.flat else grid.affine)
