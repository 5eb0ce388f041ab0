"""A safetensors file, read with nothing taken on trust: every claim of its header is checked."""

import hashlib
import json
import os
from math import prod
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from radzoo.core.errors import InputError, IntegrityError
from radzoo.models.foreign.tensors import ELEMENT_TYPES, MAX_AXES, MAX_ELEMENTS

MAX_HEADER_BYTES: Final = 10_000_000
# A header of nothing but brackets or commas would take fifty times its size once it is read.
MAX_SIGNS: Final = {b"{": 100_000, b"[": 200_000, b",": 1_000_000, b'"': 1_500_000}
TYPES: Final = {kind.code: getattr(torch, name) for name, kind in ELEMENT_TYPES.items()}
METADATA: Final = "__metadata__"


class _Damaged(ValueError):
    """The file contradicts itself."""


def read_safetensors(path: Path, *, sha256: str | None = None) -> dict[str, Tensor]:
    """Return every tensor of a safetensors file by name.

    The tensors share one piece of memory, of the size of the file.

    Args:
        path: the file, which is read once.
        sha256: what it has to have. The very bytes that become tensors are hashed, so nobody
            can put other ones in their place.

    Raises:
        IntegrityError: if it is no whole safetensors file, or another one.
        InputError: if it cannot be read.
    """
    try:
        with path.open("rb") as file:
            n_data = os.fstat(file.fileno()).st_size
            length = int.from_bytes(_exactly(file.read(8), 8), "little")
            if length > MAX_HEADER_BYTES:
                raise _Damaged
            text = _exactly(file.read(length), length)
            n_data -= 8 + length
            spans = _check(_parse(text), n_data)
            data = bytearray(n_data)
            if file.readinto(data) != n_data:
                raise _Damaged
    except (ValueError, RecursionError):
        raise IntegrityError(
            f"{path.name} is damaged: it is not a whole safetensors file",
            id="damaged-weights",
            hint="fetch it again with radzoo pull --force",
        ) from None
    except OSError as error:
        raise InputError(
            f"cannot read {path.name}: {(error.strerror or 'unknown reason').lower()}",
            id="unreadable-weights",
            hint="check that the file is there and may be read",
        ) from None
    if sha256 is not None:
        _compare(path, sha256, length.to_bytes(8, "little") + text, data)
    return {name: _tensor(data, *span) for name, span in spans.items()}


def _compare(path: Path, sha256: str, head: bytes, data: bytearray) -> None:
    measured = hashlib.sha256(head)
    measured.update(data)
    if measured.hexdigest() != sha256:
        raise IntegrityError(
            f"{path.name} is not the file that it should be: its sha256 differs "
            f"({measured.hexdigest()[:16]}..., {sha256[:16]}... was needed)",
            id="wrong-hash",
            hint="something changed it: fetch it again, restore a copy, or make it anew",
        )


def _exactly(data: bytes, length: int) -> bytes:
    if len(data) != length:
        raise _Damaged
    return data


def _parse(text: bytes) -> dict[str, Any]:
    """Read a header; a name that is given twice is a mistake or a trick."""
    if not text.startswith(b"{") or any(
        text.count(sign) > most for sign, most in MAX_SIGNS.items()
    ):
        raise _Damaged

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise _Damaged
        return found

    header: dict[str, Any] = json.loads(text.decode("utf-8"), object_pairs_hook=unique)
    header.pop(METADATA, None)
    return header


Span = tuple[torch.dtype, list[int], int]


def _check(header: dict[str, Any], n_data: int) -> dict[str, Span]:
    """Return type, shape and first byte of each tensor; together they fill the file exactly."""
    spans: dict[str, Span] = {}
    places: list[tuple[int, int]] = []
    for name, said in header.items():
        match said:
            case {"dtype": str(code), "shape": list(shape), "data_offsets": [int(start), int(end)]}:
                pass
            case _:
                raise _Damaged
        if (
            code not in TYPES
            or len(said) != 3
            or len(shape) > MAX_AXES
            or not all(type(length) is int and length >= 0 for length in shape)
            or (elements := prod(shape)) > MAX_ELEMENTS
            or end - start != elements * TYPES[code].itemsize
        ):
            raise _Damaged
        places.append((start, end))
        spans[name] = TYPES[code], shape, start
    reached = 0
    for start, end in sorted(places):
        if start != reached:
            raise _Damaged
        reached = end
    if reached != n_data:
        raise _Damaged
    return spans


def _tensor(data: bytearray, kind: torch.dtype, shape: list[int], start: int) -> Tensor:
    if not prod(shape):
        return torch.empty(shape, dtype=kind)
    flat = torch.frombuffer(data, dtype=kind, count=prod(shape), offset=start)
    # Other programs may put numbers at any byte; torch computes only where they are aligned.
    aligned = flat if start % kind.itemsize == 0 else flat.clone()
    return aligned.view(shape)
