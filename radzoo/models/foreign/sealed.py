"""What a pickle may build: things that its later instructions cannot change or call.

The BUILD instruction of a pickle sets attributes of any object that has been made, classes
and functions among them. Nothing here lets it.
"""

from typing import Any

from radzoo.models.foreign.refusal import ForeignRefused


class Sealed:
    """An object whose attributes a pickle cannot set."""

    __slots__ = ()

    def __setstate__(self, state: object) -> None:
        raise ForeignRefused("damaged")


class Table(dict[Any, Any]):
    """A dictionary in place of an ordered or defaulting one; what is said of it is ignored."""

    __slots__ = ()

    def __setstate__(self, state: object) -> None:
        """Forget attributes, such as the versions of modules in a state dict."""


class SealedType(type):
    """The type of classes whose attributes a pickle cannot set."""

    def __setattr__(cls, name: str, value: object) -> None:
        raise ForeignRefused("damaged")


class Inert(metaclass=SealedType):
    """Stands for an object of any class: takes whatever it is given and does nothing with it.

    Attributes:
        fields: its attributes, by name: a network's layers are found there.
    """

    __slots__ = ("fields",)
    fields: dict[Any, Any]

    def __new__(cls, *arguments: object, **named: object) -> "Inert":
        """Accept what any constructor would be given."""
        made = object.__new__(cls)
        made.fields = {}
        return made

    def __init__(self, *arguments: object, **named: object) -> None:
        pass

    def __call__(self, *arguments: object, **named: object) -> "Inert":
        """Answer with another stub: a stub of a function does not run it."""
        return Inert()

    def __setstate__(self, state: object) -> None:
        parts = state if isinstance(state, tuple) else (state,)
        for part in parts:
            if isinstance(part, dict):
                self.fields.update(part)

    def __setitem__(self, key: object, value: object) -> None:
        pass

    def append(self, value: object) -> None:
        """Take an element of a list."""

    def extend(self, values: object) -> None:
        """Take elements of a list."""

    def add(self, value: object) -> None:
        """Take an element of a set."""
