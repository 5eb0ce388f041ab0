"""What can be said of one file without saying whose it is; runs in a child of the guard."""

from pathlib import Path
from typing import Any, Final

from radzoo.data.door import read_head
from radzoo.data.readers import find_reader
from radzoo.data.readers.magic import JPEG, PNG, is_dicom
from radzoo.data.refusal import ImageRefused

SHOWN: Final = ("modality", "transfer_syntax", "photometric", "manufacturer", "sop_class", "frames")


def inspect(path: Path, member: str = "") -> dict[str, Any]:
    """Decode a file and return its format, size and technical facts.

    The facts of a DICOM file are given even if its image is then refused; the reason code
    stands under `refused_image`.

    Raises:
        ImageRefused: if nothing at all can be said.
    """
    head = read_head(path)
    facts: dict[str, Any] = {"format": _format(head)}
    if is_dicom(head):
        from radzoo.data.readers.dicom_header import read_header

        header = read_header(path)
        facts |= {name: header[name] for name in SHOWN}
    try:
        image = find_reader(head).read(path, member)
    except ImageRefused as refused:
        return {**facts, "refused_image": refused.code}
    rows, columns = image.pixels.shape
    return {**facts, "rows": rows, "columns": columns}


def _format(head: bytes) -> str:
    if is_dicom(head):
        return "DICOM"
    if head.startswith(PNG):
        return "PNG"
    return "JPEG" if head.startswith(JPEG) else find_reader(head).name.upper()
