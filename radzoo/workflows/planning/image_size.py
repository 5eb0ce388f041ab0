"""How large images should be fed: as the network was made for, but not far beyond their own."""

from collections.abc import Iterator
from typing import Final

from radzoo.core.entry import ZooEntry
from radzoo.core.plan import DataFacts
from radzoo.models.traits import takes_size
from radzoo.workflows.planning.proposals import Choice

STEP: Final = 32
LEAST: Final = 64
ENLARGED: Final = 2


def propose_size(entry: ZooEntry, facts: DataFacts) -> Choice:
    """Choose rows and columns.

    Small images are enlarged, twice or to `LEAST`: a network that halves them five times
    would else have few features left of each. More costs time and adds little.
    """
    made_for = entry.input.as_plane(entry.name).size
    if facts.prepared_size is not None:
        return Choice(facts.prepared_size, "the images were prepared at this size")
    if facts.longer_edges is None:
        return Choice(made_for, "what the model was made for")
    native = facts.longer_edges.median
    if native * ENLARGED >= made_for:
        return Choice(made_for, f"what the model was made for; the images are {native:,} long")
    for size in _smaller(made_for, native * ENLARGED):
        if takes_size(entry, size):
            times = (made_for / size) ** 2
            return Choice(
                size,
                f"the images are {native} long; {made_for} would take {times:.1f} times as long",
            )
    return Choice(made_for, "the model takes no smaller size")


def _smaller(made_for: int, wanted: int) -> Iterator[int]:
    """Yield sizes below that of the model, the least that is no smaller than wanted first."""
    first = max(LEAST, -(-wanted // STEP) * STEP)
    yield from range(first, made_for, STEP)
