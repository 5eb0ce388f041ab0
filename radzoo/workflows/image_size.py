"""How large images should be fed: as the network was made for, but no larger than they are."""

from collections.abc import Iterator
from typing import Final

from radzoo.core.entry import ZooEntry
from radzoo.core.plan import DataFacts
from radzoo.models.traits import takes_size
from radzoo.workflows.proposals import Choice

STEP: Final = 32
LEAST: Final = 64


def propose_size(entry: ZooEntry, facts: DataFacts) -> Choice:
    """Choose rows and columns.

    Small images are still enlarged to `LEAST`: a network that halves them five times would
    else have one feature left of each.
    """
    made_for = entry.input.as_plane(entry.name).size
    if facts.prepared_size is not None:
        return Choice(facts.prepared_size, "the images were prepared at this size")
    if facts.longer_edges is None:
        return Choice(made_for, "what the model was made for")
    native = facts.longer_edges.median
    if native >= made_for:
        return Choice(made_for, f"what the model was made for; the images are {native:,} long")
    for size in _smaller(made_for, native):
        if takes_size(entry, size):
            return Choice(size, f"the images are {native} long: more than this only costs time")
    return Choice(made_for, "the model takes no smaller size")


def _smaller(made_for: int, native: int) -> Iterator[int]:
    """Yield sizes below that of the model, the least that holds the images first."""
    first = max(LEAST, -(-native // STEP) * STEP)
    yield from range(first, made_for, STEP)
