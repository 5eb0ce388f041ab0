"""The only things that a pickle of weights may name and get: harmless, and made here.

Each stands for a function or a class of torch, numpy or Python's own library, and does of it
what a file of weights needs. Whatever else a pickle names becomes an inert stub.
"""

from collections.abc import Callable, Mapping
from typing import Final

from radzoo.models.foreign.arrays import ArrayType, EmptyArray, array_scalar
from radzoo.models.foreign.refusal import ForeignRefused
from radzoo.models.foreign.sealed import Inert, Sealed, Table
from radzoo.models.foreign.tensors import ELEMENT_TYPES, ElementType, StoragePart, Tensor

STORAGE_NAMES: Final = {
    "DoubleStorage": "float64",
    "FloatStorage": "float32",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "ComplexFloatStorage": "complex64",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
}


class StorageType(Sealed):
    """Names a type of storage; `element` is None where the storage has plain bytes."""

    __slots__ = ("element",)

    def __init__(self, element: ElementType | None) -> None:
        self.element = element


class NumberType(Sealed):
    """Names a type of numbers."""

    __slots__ = ("element",)

    def __init__(self, element: ElementType) -> None:
        self.element = element


class Constructor(Sealed):
    """Something that a pickle may call."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[..., object]) -> None:
        self.make = make

    def __call__(self, *arguments: object) -> object:
        """Make what is asked for."""
        return self.make(*arguments)


def rebuild_tensor(
    part: object, first: int, shape: tuple[int, ...], strides: tuple[int, ...], *more: object
) -> object:
    """Make a tensor of a storage with a type; gradients, hooks and metadata are left out."""
    if not isinstance(part, StoragePart) or part.element is None:
        raise ForeignRefused("damaged")
    return Tensor(part, first, shape, strides)


def rebuild_typed_tensor(
    part: object,
    first: int,
    shape: tuple[int, ...],
    strides: tuple[int, ...],
    gradient: object,
    hooks: object,
    kind: object,
    *more: object,
) -> object:
    """Make a tensor that names its own type."""
    if not isinstance(part, StoragePart) or not isinstance(kind, NumberType):
        raise ForeignRefused("damaged")
    return Tensor(part, first, shape, strides, kind.element)


def rebuild_parameter(tensor: object, *more: object) -> object:
    """Take a parameter for the tensor it is."""
    return tensor


def rebuild_subclass(make: object, kind: object, arguments: object, *more: object) -> object:
    """Take a tensor of a class of its own, or with attributes, for a plain one."""
    if isinstance(make, Constructor) and isinstance(arguments, tuple):
        return make(*arguments)
    return Inert()


def make_table(*arguments: object) -> Table:
    """Make a dictionary, from pairs where they are given."""
    pairs = arguments[0] if arguments else ()
    return Table(pairs) if isinstance(pairs, (dict, list, tuple)) else Table()


def make_set(*arguments: object) -> frozenset[object]:
    """Make a set of what a list holds."""
    values = arguments[0] if arguments else ()
    return frozenset(values) if isinstance(values, (list, tuple)) else frozenset()


def make_shape(*arguments: object) -> tuple[object, ...]:
    """Make the shape of a tensor."""
    values = arguments[0] if arguments else ()
    return tuple(values) if isinstance(values, (list, tuple)) else ()


def encode(text: object, encoding: object = "latin1") -> object:
    """Give the bytes that protocol 2 writes as text."""
    if isinstance(text, str) and encoding in ("latin1", "latin-1"):
        return text.encode("latin-1")
    return Inert()


def reconstruct(kind: object, *more: object) -> object:
    """Make an object the way protocols 0 and 1 do."""
    return kind() if isinstance(kind, type) and issubclass(kind, Inert) else Inert()


def _constructors() -> dict[tuple[str, str], object]:
    made: dict[tuple[str, str], object] = {
        ("torch._utils", "_rebuild_tensor"): Constructor(rebuild_tensor),
        ("torch._utils", "_rebuild_tensor_v2"): Constructor(rebuild_tensor),
        ("torch._utils", "_rebuild_tensor_v3"): Constructor(rebuild_typed_tensor),
        ("torch._utils", "_rebuild_parameter"): Constructor(rebuild_parameter),
        ("torch._utils", "_rebuild_parameter_with_state"): Constructor(rebuild_parameter),
        ("torch._tensor", "_rebuild_from_type_v2"): Constructor(rebuild_subclass),
        ("torch", "Size"): Constructor(make_shape),
        ("torch", "UntypedStorage"): StorageType(None),
        ("torch.storage", "UntypedStorage"): StorageType(None),
        ("collections", "OrderedDict"): Constructor(make_table),
        ("collections", "defaultdict"): Constructor(lambda *arguments: Table()),
        ("_codecs", "encode"): Constructor(encode),
        ("numpy", "dtype"): Constructor(ArrayType),
        ("numpy", "ndarray"): Constructor(lambda *arguments: EmptyArray()),
    }
    for module in ("builtins", "__builtin__"):
        made[module, "set"] = made[module, "frozenset"] = Constructor(make_set)
    for module in ("copyreg", "copy_reg"):
        made[module, "_reconstructor"] = Constructor(reconstruct)
    for module in ("numpy.core.multiarray", "numpy._core.multiarray"):
        made[module, "_reconstruct"] = Constructor(lambda *arguments: EmptyArray())
        made[module, "scalar"] = Constructor(array_scalar)
    for name, kind in STORAGE_NAMES.items():
        made["torch", name] = made["torch.cuda", name] = StorageType(ELEMENT_TYPES[kind])
    for name, element in ELEMENT_TYPES.items():
        made["torch", name] = NumberType(element)
    return made


CONSTRUCTORS: Final[Mapping[tuple[str, str], object]] = _constructors()
