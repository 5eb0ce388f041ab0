"""Numpy arrays in a pickle: numbers become tensors, everything else stays inert."""

from collections.abc import Sequence
from math import prod
from typing import Final

from radzoo.models.foreign.refusal import ForeignRefused
from radzoo.models.foreign.sealed import Inert, Sealed
from radzoo.models.foreign.tensors import (
    ELEMENT_TYPES,
    ElementType,
    Storage,
    StoragePart,
    Tensor,
)

KINDS: Final = {
    "f8": "float64",
    "f4": "float32",
    "f2": "float16",
    "i8": "int64",
    "i4": "int32",
    "i2": "int16",
    "i1": "int8",
    "u8": "uint64",
    "u4": "uint32",
    "u2": "uint16",
    "u1": "uint8",
    "b1": "bool",
    "c8": "complex64",
}
BIG_ENDIAN: Final = ">"


class ArrayType(Sealed):
    """The type of an array's numbers; `element` is None where they are none that we know."""

    __slots__ = ("element",)
    element: ElementType | None

    def __init__(self, name: object = "", *more: object) -> None:
        kind = KINDS.get(name) if isinstance(name, str) else None
        self.element = ELEMENT_TYPES[kind] if kind else None

    def __setstate__(self, state: object) -> None:
        """Learn the order of the bytes."""
        if isinstance(state, tuple) and len(state) > 1 and state[1] == BIG_ENDIAN:
            self.element = None


class EmptyArray(Sealed):
    """An array that is about to be told its shape, type and numbers.

    Attributes:
        tensor: it as a tensor; None where it holds anything but numbers.
    """

    __slots__ = ("tensor",)
    tensor: Tensor | None

    def __init__(self) -> None:
        self.tensor = None

    def __setstate__(self, state: object) -> None:
        """Take what the array holds: (version, shape, type, column by column?, bytes)."""
        if not (isinstance(state, tuple) and len(state) == 5):
            raise ForeignRefused("damaged")
        _, shape, kind, by_column, data = state
        if (
            isinstance(kind, ArrayType)
            and kind.element is not None
            and isinstance(data, bytes)
            and isinstance(shape, tuple)
            and all(type(length) is int and length >= 0 for length in shape)
        ):
            strides = _strides(shape, by_column=bool(by_column))
            part = StoragePart(Storage(len(data), lambda: data), kind.element)
            self.tensor = Tensor(part, 0, shape, strides)


def array_scalar(kind: object = None, data: object = b"") -> object:
    """A lone number says nothing that weights need."""
    return Inert()


def _strides(shape: Sequence[int], *, by_column: bool) -> list[int]:
    n = len(shape)
    if by_column:
        return [prod(shape[:axis]) for axis in range(n)]
    return [prod(shape[axis + 1 :]) for axis in range(n)]
