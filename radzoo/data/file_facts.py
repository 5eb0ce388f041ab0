"""What any image file says of itself before a pixel is decoded; runs in a child of the guard."""

from pathlib import Path
from typing import Any

from radzoo.data.door import read_head
from radzoo.data.readers.magic import is_dicom, is_raster


def read_file_facts(path: Path) -> dict[str, Any]:
    """Return the facts of a DICOM header or the head of a PNG or JPEG; {} for other files.

    Those of DICOM hold identifiers in clear, see `readers.dicom_header`.

    Raises:
        ImageRefused: if the file cannot be opened or is damaged.
    """
    head = read_head(path)
    if is_dicom(head):
        from radzoo.data.readers.dicom_header import read_all_facts

        return read_all_facts(path)
    if is_raster(head):
        from radzoo.data.readers.raster_facts import read_raster_facts

        return dict(read_raster_facts(path))
    return {}
