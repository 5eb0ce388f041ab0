"""A safetensors file, written one tensor after another: no second copy of them is in memory."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from radzoo.models.foreign.tensors import ELEMENT_TYPES

CODES: Final = {getattr(torch, name): kind.code for name, kind in ELEMENT_TYPES.items()}
ALIGNMENT: Final = 8


def write_safetensors(path: Path, tensors: Mapping[str, Tensor]) -> str:
    """Write tensors to a file; the same tensors always give the same bytes.

    Args:
        path: written in place; see `core.publish` for how it gets there whole.
        tensors: on any device and of any layout.

    Returns:
        The sha256 of the bytes that were written.

    Raises:
        OSError: if the disk is full, or the like.
    """
    digest = hashlib.sha256()
    # Wide numbers first, so that all stand where computers like to read them.
    names = sorted(tensors, key=lambda name: (-tensors[name].itemsize, name))
    with path.open("wb") as file:
        for piece in pieces({name: tensors[name] for name in names}):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def pieces(tensors: Mapping[str, Tensor]) -> Iterator[bytes | memoryview]:
    """Yield the bytes of a file: length of its header, header, numbers."""
    header: dict[str, object] = {}
    end = 0
    for name, tensor in tensors.items():
        start, end = end, end + tensor.numel() * tensor.itemsize
        header[name] = {
            "dtype": CODES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [start, end]
        }  # fmt: skip
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    yield len(text).to_bytes(8, "little")
    yield text
    for tensor in tensors.values():
        flat = tensor.detach().cpu().contiguous().reshape(-1)
        yield flat.view(torch.uint8).numpy().data
