"""DICOM data sets without the preamble and the mark DICM, told by their first elements.

Old archives and raw network dumps hold such files. `pydicom.dcmread(force=True)` would
take anything for one; here the first elements have to be those that a data set begins
with, in order, each with its own kind of value and a sane length.
"""

from collections.abc import Iterator
from typing import Final, Literal

Encoding = Literal["meta", "explicit", "implicit"]

META: Final = {0x00: "UL", 0x01: "OB", 0x02: "UI", 0x03: "UI", 0x10: "UI", 0x12: "UI", 0x13: "SH",
               0x16: "AE"}  # fmt: skip
FIRST: Final = {
    0x00: "UL", 0x01: "UL", 0x05: "CS", 0x08: "CS", 0x12: "DA", 0x13: "TM", 0x14: "UI", 0x16: "UI",
    0x18: "UI", 0x1A: "UI", 0x20: "DA", 0x21: "DA", 0x22: "DA", 0x23: "DA", 0x2A: "DT", 0x30: "TM",
    0x31: "TM", 0x32: "TM", 0x33: "TM", 0x50: "SH", 0x60: "CS",
}  # fmt: skip
FIXED: Final = {"UL": 4}
LONGEST: Final = 256
NEEDED: Final = 3
SYNTAX: Final = 0x10
ROOT: Final = b"1.2.840.10008.1.2"

Element = tuple[int, bytes]


def bare_encoding(head: bytes) -> Encoding | None:
    """Return how a data set without preamble is encoded; None = this is no such file.

    `meta` begins with file meta information that names a standard transfer syntax;
    `explicit` and `implicit` are little endian and begin in group 0008. Big endian without
    a preamble is not known to exist.
    """
    if head.startswith(b"\x02\x00"):
        elements = dict(_elements(head, 2, META, explicit=True))
        return "meta" if elements.get(SYNTAX, b"").startswith(ROOT) else None
    if not head.startswith(b"\x08\x00"):
        return None
    if len(list(_elements(head, 8, FIRST, explicit=True))) >= NEEDED:
        return "explicit"
    return "implicit" if len(list(_elements(head, 8, FIRST, explicit=False))) >= NEEDED else None


def _elements(
    head: bytes, group: int, known: dict[int, str], *, explicit: bool
) -> Iterator[Element]:
    """Walk the first elements of a group while they are known, ascending and plausible."""
    place, before = 0, -1
    while place + 12 <= len(head):
        element, kind = _number(head, place + 2, 2), head[place + 4 : place + 6]
        vr = known.get(element, "")
        if _number(head, place, 2) != group or element <= before or not vr:
            return
        if not explicit:
            length, start = _number(head, place + 4, 4), place + 8
        elif kind != vr.encode():
            return
        elif vr == "OB":
            length, start = _number(head, place + 8, 4), place + 12
        else:
            length, start = _number(head, place + 6, 2), place + 8
        if length % 2 or length > LONGEST or length != FIXED.get(vr, length):
            return
        yield element, head[start : start + length]
        place, before = start + length, element


def _number(data: bytes, place: int, size: int) -> int:
    return int.from_bytes(data[place : place + size], "little")
