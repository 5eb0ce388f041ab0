"""Which of a file's tensors are the weights, and what they are called."""

from collections.abc import Iterator
from typing import Final

from radzoo.models.foreign.arrays import EmptyArray
from radzoo.models.foreign.refusal import ForeignRefused
from radzoo.models.foreign.sealed import Inert
from radzoo.models.foreign.tensors import Tensor

MAX_DEPTH: Final = 64
MAX_TENSORS: Final = 100_000
MAX_NAME: Final = 500
MAX_REPEATED: Final = 200_000
SEARCH_DEPTH: Final = 3
TOP: Final = "(top)"


class Visits:
    """Counts what is looked at again, since a small file can lead to one thing on many ways.

    What is seen for the first time takes no longer than the file is large.
    """

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._repeated = 0

    def count(self, container: object, n_parts: int) -> None:
        """Take note of a visit.

        Raises:
            ForeignRefused: if there were too many to the same things.
        """
        if id(container) in self._seen:
            self._repeated += 1 + n_parts
        self._seen.add(id(container))
        if self._repeated > MAX_REPEATED:
            raise ForeignRefused("too-large")


def collect(root: object, state: str | None) -> dict[str, Tensor]:
    """Return the weights by name.

    Args:
        root: what the file holds.
        state: where in it they are, as dotted keys; None = at the top, or in the one
            dictionary of tensors that there is.

    Raises:
        ForeignRefused: if they are not there, or it is not clear which they are.
    """
    found = dict(_find(root, TOP, SEARCH_DEPTH, Visits()))
    if state is not None:
        chosen = _follow(root, state)
        if chosen is None:
            raise ForeignRefused("no-such-state", *found)
    elif not found:
        raise ForeignRefused("no-tensors")
    elif len(found) > 1:
        raise ForeignRefused("several", *found)
    else:
        (chosen,) = found.values()
    tensors: dict[str, Tensor] = {}
    for name, tensor in _walk(chosen, "", MAX_DEPTH, Visits()):
        tensors[_checked(name)] = tensor
        if len(tensors) > MAX_TENSORS:
            raise ForeignRefused("too-large")
    if not tensors:
        raise ForeignRefused("no-tensors")
    return tensors


def as_tensor(value: object) -> Tensor | None:
    """Return a tensor or an array of numbers as a tensor."""
    if isinstance(value, EmptyArray):
        return value.tensor
    return value if isinstance(value, Tensor) else None


def is_module(value: object) -> bool:
    """Tell whether a stub stands for a whole network, or for a part of one."""
    return isinstance(value, Inert) and isinstance(value.fields.get("_modules"), dict)


def _find(value: object, path: str, depth: int, visits: Visits) -> Iterator[tuple[str, object]]:
    """Yield every network and every dictionary that holds weights itself, with its path.

    A lone number (the best loss so far) makes no dictionary one of weights, unless there is
    no other.
    """
    if is_module(value):
        yield path, value
    elif isinstance(value, dict):
        visits.count(value, len(value))
        tensors = [tensor for part in value.values() if (tensor := as_tensor(part)) is not None]
        inner = [
            found
            for key, part in value.items()
            if depth and isinstance(key, str) and len(key) <= MAX_NAME
            for found in _find(part, key if path == TOP else f"{path}.{key}", depth - 1, visits)
        ]
        if any(tensor.shape for tensor in tensors) or (tensors and not inner):
            yield path, value
        yield from inner


def _follow(value: object, state: str) -> object | None:
    """Return what stands under dotted keys."""
    for key in state.split("."):
        if is_module(value):
            assert isinstance(value, Inert)
            value = value.fields["_modules"].get(key)
        elif isinstance(value, dict):
            value = value.get(key)
        else:
            return None
    return value if is_module(value) or isinstance(value, dict) else None


def _walk(value: object, prefix: str, depth: int, visits: Visits) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors of a network, or of dictionaries in dictionaries, by dotted name."""
    if not depth:
        raise ForeignRefused("too-large")
    parts: dict[object, object]
    if is_module(value):
        assert isinstance(value, Inert)
        parts = _parts(value, visits)
    elif isinstance(value, dict):
        parts = value
        visits.count(value, len(value))
    else:
        return
    for key, part in parts.items():
        if not isinstance(key, str):
            continue
        tensor = as_tensor(part)
        if tensor is not None:
            yield prefix + key, tensor
        elif len(prefix) + len(key) > MAX_NAME:
            raise ForeignRefused("damaged")
        else:
            yield from _walk(part, f"{prefix}{key}.", depth - 1, visits)


def _parts(module: Inert, visits: Visits) -> dict[object, object]:
    """Return parameters, lasting buffers and layers of a network by name."""
    fleeting = module.fields.get("_non_persistent_buffers_set")
    fleeting = fleeting if isinstance(fleeting, frozenset) else frozenset()
    parts: dict[object, object] = {}
    for kind in ("_parameters", "_buffers", "_modules"):
        named = module.fields.get(kind)
        parts |= named if isinstance(named, dict) else {}
    visits.count(module, len(parts) + len(fleeting))
    for name in fleeting:
        parts.pop(name, None)
    return parts


def _checked(name: str) -> str:
    if len(name) > MAX_NAME or not name.isprintable() or name == "__metadata__":
        raise ForeignRefused("damaged")
    return name
