"""What is audited: cases with what headers, pixels and a model say of them, row by row.

Checks see arrays and text alone: neither files nor networks. `workflows.audit` gathers a subject.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Case, Split
from radzoo.core.plugins import Matrix, Vector
from radzoo.core.thresholds import ThresholdsFile

Bits = NDArray[np.uint64]
Rows = NDArray[np.intp]
Mode = Literal["serving", "training"]
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Question:
    """Something that is true of a case or not, which a network is to tell.

    A label; of classes each one against all others; of a number, whether it is above the
    median; of times, whether the event was seen.

    Attributes:
        positive: `(n_cases,)`, 1, 0, or NaN where it is not known.
    """

    name: str
    positive: Vector

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which cases have an answer."""
        return np.asarray(~np.isnan(self.positive))


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """Images of the cases at a small common size; the whole frame, so its border is at the edge.

    Attributes:
        images: uint8 `(n_cases, 64, 64)`, 0 = black.
        hashes: `(n_cases, 4)`, 256 bits: is each of 16 x 16 fields brighter than its left one?
        mirrored: the same of the image flipped left to right.
        digests: `(n_cases,)` bytes: equal where the decoded pixels are.
        read: `(n_cases,)`: False where the image could not be read; its row is 0.
    """

    images: NDArray[np.uint8]
    hashes: Bits
    mirrored: Bits
    digests: NDArray[np.bytes_]
    read: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Network:
    """A trained network that can be asked about altered images.

    Attributes:
        read: `(n_cases,)`: False where the image could not be read.
        highest: the greatest value that a pixel can have; 0 is black.
        take: `(rows)` to their images `(m, size, size)`, whole numbers, as the network is fed
            but for its own scaling.
        ask: `(rows, images, batch_size, mode)` to scores `(m, n_questions)`; the images are
            those of the cases, altered or not. In the mode `training` dropout and batch
            statistics behave as while learning.
        features: `(rows, images)` to what the last layer is told, `(m, k)`; None if it has none.
        fed: `(rows, mode)` to the very numbers `(m, channels, size, size)` that the network is
            fed while it learns (unaugmented) and while it serves `predict`, which decodes anew.
        relearn: `(positive (n_cases, n_questions), rows of training, of validation, seed)` to
            scores `(n_cases, n_questions)` of the same network taught anew for a few epochs;
            None if it cannot be.
        explain: `(rows, images, question, layers to randomise from the top, seed)` to maps
            `(m, size, size)`; None as long as nothing explains this kind of network.
        layers: how many there are to randomise.
        image_s: how long it takes to ask about one image; measured.
        relearn_s: how long it takes to teach it anew, as the run took.
    """

    read: NDArray[np.bool_]
    highest: int
    take: Callable[[Rows], NDArray[Any]]
    ask: Callable[[Rows, NDArray[Any], int, Mode], Matrix]
    features: Callable[[Rows, NDArray[Any]], Matrix] | None = None
    fed: Callable[[Rows, Mode], NDArray[np.float32]] | None = None
    relearn: Callable[[Matrix, Rows, Rows, int], Matrix] | None = None
    explain: Callable[[Rows, NDArray[Any], int, int, int], Matrix] | None = None
    layers: int = 0
    image_s: float = 0.0
    relearn_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Looks:
    """The ledger of a test set: who was judged on it.

    Attributes:
        models: distinct models that were, the one at hand among them.
        values: of the headline metric, as far as noted, one per model.
    """

    models: int
    metric: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Trained:
    """A run of `finetune`, or predictions of any program.

    Attributes:
        scores: `(n_cases, n_questions)`, probabilities where the task has them; NaN where the
            model was not asked. Those of training are there only where a network is.
        settings: all that the run was made with, as in its `config.json`; empty for a
            predictions file.
        history: column of `history.csv` to its values, one per epoch.
        thresholds: chosen beforehand; None if none was.
        chosen_on: what the thresholds in use were chosen on: `validation`, `fixed` (a number
            given beforehand), `test`, or empty if nobody says.
        inputs: the run's `manifest.json`: hashes, versions, seeds.
        looks: None if nobody counts.
        network: None for predictions alone.
    """

    name: str
    scores: Matrix
    settings: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    history: Mapping[str, Vector] = field(default_factory=lambda: NOTHING)
    thresholds: ThresholdsFile | None = None
    chosen_on: str = ""
    inputs: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    looks: Looks | None = None
    network: Network | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What is audited.

    Attributes:
        cases: `n_cases`; what follows is in their order.
        questions: none where a task has no answer per case.
        reads: what the task reads: `labels`, `class`, `number`, `times` or `mask`.
        splits: `(n_cases,)`, `""` where a case is in none.
        patients: `(n_cases,)`, their numbers from 0 on, cases of unknown patients alone each;
            None if no patient is known.
        columns: name to `n_cases` words: what table, headers and files say of each case beside
            its targets; blank = not said. `scanner`, `site`, `age`, `transfer_syntax`,
            `file_size` ...
        identifiers: `study`, `series`, `instance`, `frame_of_reference`, `accession` to hashed
            names, blank = not said.
        pixels: name to `(n_cases,)` numbers of the pixels as they are stored, before window and
            resizing: see `data.pixel_facts`; empty if nobody has looked. NaN = does not apply.
        pictures: None if nobody has looked.
        model: None for data alone.
        draws: permutations of a test.
    """

    cases: tuple[Case, ...]
    questions: tuple[Question, ...]
    reads: str
    splits: NDArray[np.str_]
    patients: NDArray[np.intp] | None
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    identifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pixels: Mapping[str, Vector] = field(default_factory=dict)
    pictures: Pictures | None = None
    model: Trained | None = None
    quick: bool = False
    seed: int = 0
    draws: int = 500

    @property
    def n(self) -> int:
        """How many cases there are."""
        return len(self.cases)

    @property
    def owners(self) -> NDArray[np.intp]:
        """Who each case belongs to: its patient, or itself where nobody is known."""
        return np.arange(self.n) if self.patients is None else self.patients

    @property
    def n_patients(self) -> int | None:
        """How many patients there are; None if none is known."""
        return None if self.patients is None else len(np.unique(self.patients))

    def rows_of(self, *splits: Split) -> NDArray[np.intp]:
        """Return the cases of these splits."""
        return np.flatnonzero(np.isin(self.splits, splits))
