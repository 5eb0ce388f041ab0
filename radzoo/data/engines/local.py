"""Engine: decoding children on this machine."""

from collections.abc import Iterable

from radzoo.data.engines import Answers
from radzoo.data.guard import Guard, Request


def decode_locally(requests: Iterable[Request], workers: int) -> Answers:
    """Answer requests in their order, by so many children of the guard."""
    with Guard(workers) as guard:
        yield from guard.map(requests)
