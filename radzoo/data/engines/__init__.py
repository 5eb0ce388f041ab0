"""Engines: on which machines images are decoded. All give the same answers in the same order."""

from collections.abc import Callable, Generator, Iterable
from typing import TypeAlias

from radzoo.core.registry import Registry
from radzoo.data.guard import Answer, Request

Answers: TypeAlias = Generator[Answer, None, None]
Engine: TypeAlias = Callable[[Iterable[Request], int], Answers]

ENGINES: Registry[Engine] = Registry(
    "engine",
    {
        "local": "radzoo.data.engines.local:decode_locally",
        "ray": "radzoo.data.engines.cluster:decode_on_cluster",
    },
)
