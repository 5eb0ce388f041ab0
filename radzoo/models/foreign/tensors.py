"""Tensors as a file describes them: a piece of a storage, read when it is written out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import as_strided

from radzoo.models.foreign.refusal import ForeignRefused
from radzoo.models.foreign.sealed import Sealed

MAX_AXES: Final = 16
MAX_ELEMENTS: Final = 1 << 40


@dataclass(frozen=True)
class ElementType:
    """A type of numbers.

    Attributes:
        code: what safetensors calls it.
    """

    code: str
    n_bytes: int


# By the name that torch gives it.
ELEMENT_TYPES: Final = {
    "float64": ElementType("F64", 8),
    "float32": ElementType("F32", 4),
    "float16": ElementType("F16", 2),
    "bfloat16": ElementType("BF16", 2),
    "float8_e4m3fn": ElementType("F8_E4M3", 1),
    "float8_e5m2": ElementType("F8_E5M2", 1),
    "complex64": ElementType("C64", 8),
    "int64": ElementType("I64", 8),
    "int32": ElementType("I32", 4),
    "int16": ElementType("I16", 2),
    "int8": ElementType("I8", 1),
    "uint64": ElementType("U64", 8),
    "uint32": ElementType("U32", 4),
    "uint16": ElementType("U16", 2),
    "uint8": ElementType("U8", 1),
    "bool": ElementType("BOOL", 1),
}


class Storage(Sealed):
    """A row of bytes in the file.

    Args:
        n_bytes: how many the file says there are; the reader makes sure.
        read: gives them.
    """

    __slots__ = ("n_bytes", "read")

    def __init__(self, n_bytes: int, read: Callable[[], bytes]) -> None:
        self.n_bytes = n_bytes
        self.read = read


class StoragePart(Sealed):
    """A storage, or part of one, seen as numbers of one type.

    Args:
        start: where in the storage it begins, in bytes.
        element: the type of the numbers; None where each tensor says it.
    """

    __slots__ = ("element", "start", "storage")

    def __init__(self, storage: Storage, element: ElementType | None, start: int = 0) -> None:
        self.storage = storage
        self.element = element
        self.start = start


class Tensor(Sealed):
    """Numbers in a storage: their type, shape, and where each stands.

    Args:
        first: which element of the storage part is the first.
        shape: length of each axis.
        strides: elements from one number to the next along each axis.

    Raises:
        ForeignRefused: if it reaches beyond its storage.
    """

    __slots__ = ("element", "shape", "start", "storage", "strides")

    def __init__(
        self,
        part: StoragePart,
        first: int,
        shape: Sequence[int],
        strides: Sequence[int],
        element: ElementType | None = None,
    ) -> None:
        known = element or part.element
        numbers = (first, *shape, *strides)
        if (
            known is None
            or len(shape) != len(strides)
            or len(shape) > MAX_AXES
            or not all(type(number) is int and number >= 0 for number in numbers)
            or prod(shape) > MAX_ELEMENTS
        ):
            raise ForeignRefused("damaged")
        self.storage, self.element = part.storage, known
        self.shape, self.strides = tuple(shape), tuple(strides)
        self.start = part.start + first * known.n_bytes
        reach = sum((n - 1) * step for n, step in zip(shape, strides, strict=True)) + 1
        if prod(shape) and self.start + reach * known.n_bytes > part.storage.n_bytes:
            raise ForeignRefused("damaged")

    @property
    def n_bytes(self) -> int:
        """Size once it is written out."""
        return prod(self.shape) * self.element.n_bytes

    def gather(self, data: bytes) -> memoryview:
        """Pick its numbers, row by row, out of the bytes of its storage."""
        if not self.n_bytes:
            return memoryview(b"")
        if self._is_contiguous():
            return memoryview(data)[self.start : self.start + self.n_bytes]
        size = self.element.n_bytes
        count = (len(data) - self.start) // size
        whole = np.frombuffer(data, dtype=f"u{size}", offset=self.start, count=count)
        steps = [step * size for step in self.strides]
        picked = as_strided(whole, self.shape, steps, writeable=False)
        return memoryview(np.ascontiguousarray(picked).tobytes())

    def _is_contiguous(self) -> bool:
        expected = 1
        for length, step in zip(reversed(self.shape), reversed(self.strides), strict=True):
            if length != 1 and step != expected:
                return False
            expected *= length
        return True
