"""Tensors of a foreign file become a safetensors file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from radzoo.models.foreign.refusal import ForeignRefused
from radzoo.models.foreign.tensors import ELEMENT_TYPES, Storage, Tensor

HEADROOM_BYTES: Final = 16 << 20
MAX_GROWTH: Final = 4
BOOLEAN: Final = ELEMENT_TYPES["bool"]


def most_bytes(source_bytes: int) -> int:
    """Return how large a file may become: layers that share weights get their own copies."""
    return MAX_GROWTH * source_bytes + HEADROOM_BYTES


def write_safetensors(tensors: Mapping[str, Tensor], target: Path, *, source_bytes: int) -> None:
    """Write named tensors: the same tensors always give the same bytes.

    Raises:
        ForeignRefused: if they are far larger than the file that they came from.
    """
    # Wide numbers first, so that each begins at a multiple of its own size.
    order = sorted(tensors, key=lambda name: (-tensors[name].element.n_bytes, name))
    header: dict[str, object] = {}
    end = 0
    for name in order:
        tensor = tensors[name]
        span = [end, end + tensor.n_bytes]
        header[name] = {
            "dtype": tensor.element.code,
            "shape": list(tensor.shape),
            "data_offsets": span,
        }
        end = span[1]
    if end > most_bytes(source_bytes):
        raise ForeignRefused("too-large")
    text = json.dumps(header, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % 8)
    with target.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        storage, data = None, b""
        for name in order:
            tensor = tensors[name]
            if tensor.storage is not storage and tensor.n_bytes:
                storage, data = tensor.storage, _read(tensor.storage)
            numbers = tensor.gather(data)
            _check_booleans(tensor, numbers)
            file.write(numbers)


def _read(storage: Storage) -> bytes:
    data = storage.read()
    if len(data) != storage.n_bytes:
        raise ForeignRefused("damaged")
    return data


def _check_booleans(tensor: Tensor, numbers: memoryview) -> None:
    """Refuse a boolean that is neither 0 nor 1: what it does is anybody's guess."""
    if tensor.element is BOOLEAN and len(numbers) and np.frombuffer(numbers, np.uint8).max() > 1:
        raise ForeignRefused("damaged")
