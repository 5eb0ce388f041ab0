"""What is known of a model beside its network: licences, whom to cite, thresholds, a self-test."""

from typing import Annotated, Literal

from pydantic import Field

from radzoo.core.entry.record import Record, Text


class Licences(Record):
    """Licence of the code, of the weights and of the training data; null = not verified.

    Attributes:
        conflict: where the authors' own statements contradict each other, in a sentence.
            The weights then count as restricted.
    """

    code: Text | None
    weights: Text | None
    data: Text | None
    conflict: Text | None = None


class Citation(Record):
    """Whom to cite.

    Attributes:
        bibtex: a whole BibTeX entry; without one it is made from the other fields.
    """

    text: Text
    doi: Annotated[str, Field(pattern=r"^10\.\d{4,9}/\S+$")] | None = None
    arxiv: Annotated[str, Field(pattern=r"^(\d{4}\.\d{4,5}|[a-z-]+/\d{7})$")] | None = None
    bibtex: Text | None = None


class OperatingPoint(Record):
    """A threshold that the authors publish.

    Attributes:
        threshold: a case with a score at or above it is called positive.
        chosen: how and on which data it was chosen.
    """

    label: Text
    threshold: float
    chosen: Text


class SelfTest(Record):
    """What the network answered when its weights were known to be right.

    Of a network for volumes this tests weights and architecture alone: the image is stacked
    along a third axis, rolled by a row from slice to slice (by a column from channel to
    channel), resized trilinearly to the size of the entry (64 where unknown, 96 at most), and
    fed in [0, 1] or the value range. `values` are then spread evenly over all it gives.

    Attributes:
        image: rows of grey values 0 (black) to 255 (white); brought to the network's input
            by its preprocessing contract.
        reads: `logits` of the published outputs, or `features` before the last layer.
        values: the first of them, at most 16.
        tolerance: largest difference that other processors and library versions may make.
        made_with: versions of the libraries at the time.
    """

    image: Annotated[
        list[list[Annotated[int, Field(ge=0, le=255)]]], Field(min_length=2, max_length=16)
    ]
    reads: Literal["logits", "features"]
    values: Annotated[list[float], Field(min_length=1, max_length=16)]
    tolerance: Annotated[float, Field(gt=0, lt=1)] = 1e-3
    made_with: Text
