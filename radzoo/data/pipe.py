"""Messages between the guard and its children: a line of JSON, then raw bytes."""

import json
import struct
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Body: TypeAlias = bytes | NDArray[Any]
"""What follows the line: bytes, or an array in C order, whatever its strides."""

HEAD: Final = struct.Struct("<II")
MAX_TEXT: Final = 1024**2
MAX_BODY: Final = 1024**3
PIECE_BYTES: Final = 16 * 1024**2


def pack(fields: dict[str, Any], body: bytes = b"") -> bytes:
    """Return one message as bytes."""
    return pack_head(fields, len(body)) + body


def pack_head(fields: dict[str, Any], size: int) -> bytes:
    """Return what goes before a body of `size` bytes: of a large one, no copy is made."""
    text = json.dumps(fields).encode("ascii")
    return HEAD.pack(len(text), size) + text


def size_of(body: Body) -> int:
    """Return how many bytes a body has."""
    return len(body) if isinstance(body, bytes) else body.nbytes


def pieces_of(body: Body) -> Iterator[memoryview]:
    """Give the bytes of a body in pieces: a volume that was turned is not copied as a whole."""
    if isinstance(body, bytes):
        yield memoryview(body)
    elif body.flags.c_contiguous:
        yield body.data.cast("B")
    else:
        step = max(1, PIECE_BYTES // body[0].nbytes)
        for first in range(0, len(body), step):
            yield np.ascontiguousarray(body[first : first + step]).data.cast("B")


def unpack(read: Callable[[int], bytes]) -> tuple[dict[str, Any], bytes]:
    """Read one message through `read(n)`, which returns exactly n bytes or raises EOFError.

    Raises:
        EOFError: if the other side is gone, or sent what is no message.
    """
    n_text, n_body = HEAD.unpack(read(HEAD.size))
    if n_text > MAX_TEXT or n_body > MAX_BODY:
        raise EOFError
    try:
        fields = json.loads(read(n_text))
    except ValueError:
        raise EOFError from None
    return fields, read(n_body) if n_body else b""
