"""Where output goes: the result to stdout, everything else to stderr."""

import json
import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TextIO, TypeVar

from radzoo.core.text import visible

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

Item = TypeVar("Item")


def stderr() -> "Console":
    """Return a console on stderr; made on call, so that tests can capture it."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def say(message: str) -> None:
    """Print one line to stderr, literally: no markup, no wrapping."""
    sys.stderr.write(visible(message) + "\n")


def write_line(text: str) -> None:
    """Write a line of the result to stdout, byte for byte."""
    sys.stdout.buffer.write((text + "\n").encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()


def write_json(document: object) -> None:
    """Write exactly one JSON document to stdout, without rich and for any locale."""
    write_line(json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False))


def show(renderable: "RenderableType", *, wrap: bool = True) -> None:
    """Print something of rich's to stdout, as wide as the terminal or as COLUMNS says.

    Args:
        renderable: a table, or text.
        wrap: break lines that are wider; else they stay as they are.
    """
    from rich.console import Console

    Console(highlight=False).print(renderable, soft_wrap=not wrap)


def drawable(stream: TextIO) -> bool:
    """Is this a terminal on which something can move?"""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def progress(description: str, *, quiet: bool) -> Callable[[Iterable[Item]], Iterable[Item]]:
    """Return a function that shows progress over an iterable on stderr, if it is a terminal."""
    if quiet or not drawable(sys.stderr):
        return lambda items: items

    def track(items: Iterable[Item]) -> Iterable[Item]:
        from rich.progress import track as rich_track

        return rich_track(items, description, console=stderr(), transient=True)

    return track
