"""Masks: NIfTI, PNG, DICOM SEG, RTSTRUCT, each placed on the grid of its image."""

from pathlib import Path

from radzoo.core.volume import Mask
from radzoo.data.door import read_head
from radzoo.data.mask.image import ImagePlace, grid_of
from radzoo.data.readers.magic import PNG, is_dicom, is_nifti, is_tiff
from radzoo.data.refusal import ImageRefused


def read_mask(path: Path, member: str, image: ImagePlace) -> Mask:
    """Read the mask of an image, in this process: only for files that are trusted.

    Its geometry is compared with the image's, of which only headers are read; what lies more
    than 0.1 mm off the image's voxels is refused.

    Args:
        path: the mask.
        member: `segment/2` or `roi/2` for one of several segments, by number; `frame/3` of a
            4-D NIfTI file; empty for all.
        image: where the image is.

    Raises:
        ImageRefused: with the reason why there is no mask to use.
    """
    head = read_head(path)
    grid = grid_of(image)
    if is_nifti(head):
        from radzoo.data.mask.nifti import read_nifti_mask

        return read_nifti_mask(path, member, grid)
    if is_dicom(head):
        from radzoo.data.mask.dicom import read_dicom_mask

        return read_dicom_mask(path, member, grid)
    if head.startswith(PNG) or is_tiff(head):
        from radzoo.data.mask.raster import read_raster_mask

        return read_raster_mask(path, grid)
    raise ImageRefused("no-mask")
