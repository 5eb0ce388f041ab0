"""Messages between the guard and its children: a line of JSON, then raw bytes."""

import json
import struct
from collections.abc import Callable
from typing import Any, Final

HEAD: Final = struct.Struct("<II")
MAX_TEXT: Final = 1024**2
MAX_BODY: Final = 1024**3


def pack(fields: dict[str, Any], body: bytes = b"") -> bytes:
    """Return one message as bytes."""
    return pack_head(fields, len(body)) + body


def pack_head(fields: dict[str, Any], size: int) -> bytes:
    """Return what goes before a body of `size` bytes: of a large one, no copy is made."""
    text = json.dumps(fields).encode("ascii")
    return HEAD.pack(len(text), size) + text


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
