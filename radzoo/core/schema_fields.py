"""Which fields a part of a model may have: for suggestions, when a name is misspelt."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel

TAG: Final = "kind"


def fields_at(model: type[BaseModel], place: tuple[str | int, ...]) -> list[str]:
    """Return the fields of the part of a model at `place`, or else all fields of all parts.

    Args:
        model: the whole.
        place: pydantic's: keys, positions, and names of alternatives.
    """
    part: Any = model
    for step in place:
        part = _inside(part, step)
    found = [name for one in _models(part) for name in one.model_fields]
    return list(dict.fromkeys(found)) or all_fields(model)


def tags_at(model: type[BaseModel], place: tuple[str | int, ...]) -> list[str]:
    """Return the kinds that may stand at a place where the kind decides about the rest."""
    part: Any = model
    for step in place:
        part = _inside(part, step)
    return [str(tag) for one in _models(part) for tag in _tags(one)]


def all_fields(model: type[BaseModel]) -> list[str]:
    """Return the names of the fields of a model and all its parts."""
    names: dict[str, None] = {}
    waiting: list[Any] = [model]
    seen: set[Any] = set()
    while waiting:
        one = waiting.pop()
        if _is_model(one) and one not in seen:
            seen.add(one)
            names.update(dict.fromkeys(one.model_fields))
            waiting += [field.annotation for field in one.model_fields.values()]
        waiting += [part for part in getattr(one, "__args__", ()) if part is not Ellipsis]
    return list(names)


def _inside(part: Any, step: str | int) -> Any:
    """Step into a field, an element, or the alternative of that name; None if there is none."""
    if _is_model(part):
        known = part.model_fields.get(step)
        return part if step == part.__name__ or step in _tags(part) else known and known.annotation
    arguments = [one for one in getattr(part, "__args__", ()) if one is not Ellipsis]
    origin = getattr(part, "__origin__", None)
    if origin is dict:
        return arguments[-1]
    if origin in (list, tuple):
        return arguments[0]
    inner = (_inside(one, step) for one in arguments)
    return next((one for one in inner if one is not None), None)


def _models(part: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that may stand there: one, or the alternatives."""
    if _is_model(part):
        yield part
    elif getattr(part, "__origin__", None) not in (dict, list, tuple):
        for one in getattr(part, "__args__", ()):
            yield from _models(one)


def _tags(model: type[BaseModel]) -> tuple[object, ...]:
    tag = model.model_fields.get(TAG)
    return getattr(tag.annotation, "__args__", ()) if tag is not None else ()


def _is_model(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, BaseModel)
