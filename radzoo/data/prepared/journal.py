"""Which blocks are whole, while the array is being written: one line for each, checked itself."""

import errno
import hashlib
import os
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from radzoo.data.prepared.blocks import Block

JOURNAL: Final = "blocks.jsonl"
CHECK_DIGITS: Final = 16


def append(path: Path, key: str, block: Block) -> None:
    """Note a block whose bytes are on the disk.

    Raises:
        OSError: if the disk is full; what was half-written then counts for nothing.
    """
    text = block.model_dump_json().encode()
    # A line of its own, even after one that was cut off.
    line = b"\n" + _check(key, text) + b" " + text + b"\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if os.write(descriptor, line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(path: Path, key: str) -> list[Block]:
    """Return the blocks that were noted of the images of that key; the last note counts."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return []
    found: dict[int, Block] = {}
    for line in lines:
        check, _, text = line.partition(b" ")
        if text and check == _check(key, text):
            try:
                block = Block.model_validate_json(text)
            except ValidationError:
                continue
            found[block.first] = block
    return [found[first] for first in sorted(found)]


def _check(key: str, text: bytes) -> bytes:
    return hashlib.sha256(key.encode() + text).hexdigest()[:CHECK_DIGITS].encode()
