"""The names of parts of a file: `frame/17` of many frames, `series/...` of a folder."""

from typing import Final

from radzoo.data.refusal import ImageRefused

FRAME: Final = "frame/"
SERIES: Final = "series/"


def frame_number(member: str, frames: int) -> int:
    """Return the index from 0 that `frame/17` names; frames count from 1, as in DICOM.

    Raises:
        ImageRefused: `no-member` if it names none of `frames`.
    """
    number = member.removeprefix(FRAME)
    if not member.startswith(FRAME) or not number.isascii() or not number.isdecimal():
        raise ImageRefused("no-member")
    if not 1 <= int(number[:12]) <= frames:
        raise ImageRefused("no-member", frames, 1)
    return int(number) - 1
