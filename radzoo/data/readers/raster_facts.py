"""What the head of a PNG or JPEG file says of it, decoding nothing; runs in a child."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from radzoo.data.door import open_regular
from radzoo.data.readers.magic import JPEG, PNG

LOOKED_AT: Final = 64 * 1024
"""Bytes of a file; tables and sizes stand before the first pixel."""
COLOURS: Final = {0: "grey", 2: "rgb", 3: "palette", 4: "grey+alpha", 6: "rgb+alpha"}
OF_COMPONENTS: Final = {1: "grey", 3: "rgb", 4: "cmyk"}
FRAMES: Final = (0xC0, 0xC1, 0xC2, 0xC3)
TABLES: Final = 0xDB
SCAN: Final = 0xDA
ALONE: Final = (0x01, *range(0xD0, 0xD9))


def read_raster_facts(path: Path) -> dict[str, str]:
    """Return rows, columns, bits, colours and how it was compressed; {} for other files.

    Raises:
        ImageRefused: if the file cannot be opened.
    """
    with open_regular(path) as file:
        head = file.read(LOOKED_AT)
    if head.startswith(PNG):
        return of_png(head)
    return of_jpeg(head) if head.startswith(JPEG) else {}


def of_png(head: bytes) -> dict[str, str]:
    """Read the chunk IHDR, which comes first."""
    if len(head) < 29 or head[12:16] != b"IHDR":
        return {}
    columns, rows = (int.from_bytes(head[at : at + 4], "big") for at in (16, 20))
    facts = {"rows": str(rows), "columns": str(columns), "bits_stored": str(head[24])}
    if head[25] in COLOURS:
        facts["colours"] = COLOURS[head[25]]
    return facts | {"interlaced": "yes" if head[28] else "no"}


def of_jpeg(head: bytes) -> dict[str, str]:
    """Read size and tables; equal tables = equal quality and, mostly, the same program."""
    facts: dict[str, str] = {}
    tables = hashlib.sha256()
    for marker, body in segments(head):
        if marker == TABLES:
            tables.update(body)
        elif marker in FRAMES and len(body) >= 6:
            facts["rows"] = str(int.from_bytes(body[1:3], "big"))
            facts["columns"] = str(int.from_bytes(body[3:5], "big"))
            facts["bits_stored"] = str(body[0])
            facts["colours"] = OF_COMPONENTS.get(body[5], "other")
            facts["jpeg_process"] = f"{marker:x}"
            facts["jpeg_tables"] = tables.hexdigest()[:12]
    return facts


def segments(head: bytes) -> Iterator[tuple[int, bytes]]:
    """Give marker and content of what stands before the first pixels."""
    at = 2
    while at + 4 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker == SCAN:
            return
        if marker == 0xFF or marker in ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(head[at + 2 : at + 4], "big")
        yield marker, head[at + 4 : at + 2 + length]
        at += 2 + max(length, 2)
