"""Readers: which kinds of file become an `Image`, told apart by their first bytes."""

from pathlib import Path

from radzoo.core.case import Image
from radzoo.core.plugins import Reader
from radzoo.core.registry import Registry
from radzoo.data.door import read_head
from radzoo.data.refusal import ImageRefused

READERS: Registry[Reader] = Registry(
    "reader",
    {
        "dicom": "radzoo.data.readers.dicom:READER",
        "raster": "radzoo.data.readers.raster:READER",
        "npz": "radzoo.data.readers.npz:READER",
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


def read_image(path: Path, member: str = "") -> Image:
    """Read one image in this process: only for files that are trusted. See `guard.Guard`.

    Raises:
        ImageRefused: with the reason why there is no image to use.
    """
    return find_reader(read_head(path)).read(path, member)
