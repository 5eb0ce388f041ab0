"""What can be said of one file without saying whose it is; runs in a child of the guard."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from radzoo.data.door import read_head
from radzoo.data.readers import find_reader
from radzoo.data.readers.magic import JPEG, PNG, is_dicom, is_nifti
from radzoo.data.refusal import ImageRefused

SHOWN: Final = ("modality", "transfer_syntax", "photometric", "manufacturer", "sop_class", "frames")
VOLUMES: Final = ("volume", "multi-frame")


def inspect(path: Path, member: str = "", parts: Sequence[str] = ()) -> dict[str, Any]:
    """Decode a file, or the series of a folder, and return its format, size and facts.

    The facts of a DICOM file are given even if its image is then refused; the reason code
    stands under `refused_image`, and what else is to be said of it under `refused_numbers`.

    Raises:
        ImageRefused: if nothing at all can be said.
    """
    series = bool(parts) or path.is_dir()
    first = path / parts[0] if parts else path
    head = b"" if series and not parts else read_head(first)
    facts: dict[str, Any] = {"format": "DICOM series" if series else _format(head)}
    if is_dicom(head):
        from radzoo.data.readers.dicom_header import read_header

        header = read_header(first)
        facts |= {name: header[name] for name in SHOWN}
    why = ImageRefused("no-image")
    try:
        if not series:
            return facts | _image_facts(path, member, head)
    except ImageRefused as refused:
        why = refused
    if series or (why.code in VOLUMES and not (member and is_dicom(head))):
        try:
            return facts | _volume_facts(path, member, parts)
        except ImageRefused as refused:
            why = refused if why.code != "multi-frame" else why
    return {**facts, "refused_image": why.code, "refused_numbers": why.numbers}


def _image_facts(path: Path, member: str, head: bytes) -> dict[str, Any]:
    image = find_reader(head).read(path, member)
    rows, columns = image.pixels.shape
    return {"rows": rows, "columns": columns, "spacing_mm": _rounded(image.spacing_mm)}


def _volume_facts(path: Path, member: str, parts: Sequence[str]) -> dict[str, Any]:
    from radzoo.data.volume import read_volume

    volume = read_volume(path, member, parts)
    slices, rows, columns = volume.values.shape
    return {
        "slices": slices,
        "rows": rows,
        "columns": columns,
        "spacing_mm": _rounded(volume.spacing_mm),
        "unit": volume.unit,
        "remarks": list(volume.remarks),
    }


def _rounded(spacing_mm: Sequence[float] | None) -> str:
    """Return spacings as text, such as `2.5 x 0.7 x 0.7`, so that equal ones are counted."""
    return " x ".join(f"{step:.3g}" for step in spacing_mm or ())


def _format(head: bytes) -> str:
    if is_dicom(head):
        return "DICOM"
    if head.startswith(PNG):
        return "PNG"
    if is_nifti(head):
        return "NIfTI"
    return "JPEG" if head.startswith(JPEG) else find_reader(head).name.upper()
