"""Tables of plug-ins that are complete without importing any of them."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Generic, TypeVar

from radzoo.core.errors import InputError

Plugin = TypeVar("Plugin")


class Registry(Mapping[str, Plugin], Generic[Plugin]):
    """Maps a name to a plug-in that is imported when it is first looked up.

    Args:
        kind: what the plug-ins are, for messages, such as `metric`.
        lines: name to `"module:ATTRIBUTE"`, in the order to show them.
    """

    def __init__(self, kind: str, lines: Mapping[str, str]) -> None:
        self.kind = kind
        self._lines = dict(lines)

    @property
    def lines(self) -> Mapping[str, str]:
        """Name to `"module:ATTRIBUTE"`."""
        return self._lines

    def __getitem__(self, name: str) -> Plugin:
        """Import and return the plug-in called `name`.

        Raises:
            KeyError: if no plug-in has that name.
        """
        module, _, attribute = self._lines[name].partition(":")
        plugin: Plugin = getattr(import_module(module), attribute)
        return plugin

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def find(self, name: str) -> Plugin:
        """Return the plug-in called `name`, or say which names exist.

        Raises:
            InputError: if no plug-in has that name.
        """
        if name in self._lines:
            return self[name]
        raise InputError(
            f"there is no {self.kind} called '{name}'",
            id=f"unknown-{self.kind.replace(' ', '-')}",
            hint=did_you_mean(name, self._lines) or f"known: {', '.join(self._lines)}",
        )


def did_you_mean(name: str, known: Mapping[str, object] | list[str]) -> str:
    """Return "did you mean ...?" with up to three close names, or an empty string."""
    folded = {word.casefold(): word for word in known}
    close = get_close_matches(name.casefold(), list(folded), n=3, cutoff=0.5)
    return f"did you mean {' or '.join(folded[word] for word in close)}?" if close else ""
