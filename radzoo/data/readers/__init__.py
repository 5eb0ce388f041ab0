"""Readers: which kinds of file become an `Image`, told apart by their first bytes."""

from pathlib import Path

from radzoo.core.case import Image
from radzoo.core.plugins import Reader
from radzoo.core.registry import Registry
from radzoo.core.window import Window
from radzoo.data.door import read_head
from radzoo.data.refusal import ImageRefused

READERS: Registry[Reader] = Registry(
    "reader",
    {
        "dicom": "radzoo.data.readers.dicom:READER",
        "raster": "radzoo.data.readers.raster:READER",
        "tiff": "radzoo.data.readers.tiff:READER",
        "nifti": "radzoo.data.readers.nifti:READER",
        "npz": "radzoo.data.readers.npz:READER",
        "npy": "radzoo.data.readers.npy:READER",
    },
)


def find_reader(head: bytes) -> Reader:
    """Return the reader for a file that begins with `head`.

    Raises:
        ImageRefused: `unknown-format` if none reads it.
    """
    for reader in READERS.values():
        if reader.recognises(head):
            return reader
    raise ImageRefused("unknown-format")


def read_image(path: Path, member: str = "", window: Window | None = None) -> Image:
    """Read one image in this process: only for files that are trusted. See `guard.Guard`.

    Args:
        path: the file.
        member: the image inside it, if it holds several.
        window: a window in Hounsfield units, instead of the file's own.

    Raises:
        ImageRefused: with the reason why there is no image to use.
    """
    reader = find_reader(read_head(path))
    if window is None:
        return reader.read(path, member)
    if reader.read_windowed is None:
        raise ImageRefused("not-hounsfield")
    return reader.read_windowed(path, member, window)
