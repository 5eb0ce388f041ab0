"""Reader: NIfTI files are recognised here; as volumes they are read by `data.volume`."""

from pathlib import Path

from radzoo.core.case import Image
from radzoo.core.plugins import Reader
from radzoo.data.readers.magic import is_nifti
from radzoo.data.refusal import ImageRefused


def read_nifti_image(path: Path, member: str = "") -> Image:
    """Refuse: a NIfTI file is a volume, and never one image with a known grey scale.

    Raises:
        ImageRefused: always.
    """
    raise ImageRefused("volume")


READER = Reader(name="nifti", recognises=is_nifti, read=read_nifti_image)
