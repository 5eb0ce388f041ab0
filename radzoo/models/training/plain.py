"""The state of anything, as tensors and as values that JSON can hold; and back, to the bit."""

import math
from collections.abc import Mapping
from typing import Final, TypeAlias

from torch import Tensor

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"

TENSOR: Final = "$tensor"
PAIRS: Final = "$pairs"
TUPLE: Final = "$tuple"
FLOAT: Final = "$float"


def to_plain(value: object, name: str, tensors: dict[str, Tensor]) -> Plain:
    """Return a value of dictionaries, lists, tuples, numbers, texts and tensors for JSON.

    Args:
        value: what `state_dict` of a network or an optimiser gives.
        name: of the value, from which its tensors get theirs.
        tensors: where they are put; in the text stand only their names.

    Raises:
        TypeError: if there is anything else in it.
    """
    match value:
        case Tensor():
            tensors[name] = value.detach()
            return {TENSOR: name}
        case float() if not math.isfinite(value):
            return {FLOAT: str(value)}
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            inner = [(key, to_plain(one, f"{name}/{key}", tensors)) for key, one in value.items()]
            if all(isinstance(key, str) and not key.startswith("$") for key, _ in inner):
                return dict(inner)
            return {PAIRS: [[to_plain(key, name, tensors), one] for key, one in inner]}
        case list() | tuple():
            items = [to_plain(one, f"{name}/{i}", tensors) for i, one in enumerate(value)]
            return items if isinstance(value, list) else {TUPLE: items}
    raise TypeError(f"{name} is of a kind that cannot be kept: {type(value).__name__}")


def from_plain(plain: Plain, tensors: Mapping[str, Tensor]) -> object:
    """Return the value that `to_plain` was given.

    Raises:
        KeyError: if a tensor is missing.
        ValueError: if it is not what `to_plain` returns.
    """
    match plain:
        case {"$tensor": str(name)}:
            return tensors[name]
        case {"$float": str(text)}:
            return float(text)
        case {"$tuple": list(items)}:
            return tuple(from_plain(one, tensors) for one in items)
        case {"$pairs": list(pairs)}:
            return dict(_pair(pair, tensors) for pair in pairs)
        case dict():
            return {key: from_plain(one, tensors) for key, one in plain.items()}
        case list():
            return [from_plain(one, tensors) for one in plain]
    return plain


def _pair(plain: Plain, tensors: Mapping[str, Tensor]) -> tuple[object, object]:
    if not isinstance(plain, list) or len(plain) != 2:
        raise ValueError
    key, value = (from_plain(one, tensors) for one in plain)
    return key, value
