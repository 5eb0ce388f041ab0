"""What is asked of a fine-tuning, and whom it tells what meanwhile."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from radzoo.core.case import Case
from radzoo.core.config import Launch, Portion
from radzoo.core.decoding import Decoding
from radzoo.core.entry import ZooEntry
from radzoo.core.plan import Plan
from radzoo.core.recipe import Recipe, Scalar
from radzoo.core.volume_axes import VolumeWish
from radzoo.data.load import DataOptions
from radzoo.models.training.progress import Epoch


@dataclass(frozen=True, slots=True)
class FinetuneConfig:
    """What the user asks for.

    Attributes:
        wishes: settings of `core.config.Recipe` that the user fixes; the rest is decided
            from the data.
        fit_batch: find how many cases of a batch the device can hold at a time.
        image_size: rows and columns, or a cube of volumes; None = as the plan proposes.
        volume: what volumes are to be; a size there counts before `image_size`.
        decoding: window and exactness; without a window that of the entry counts, if any.
        portion: which run out of several on the same data.
        resume: go on with an unfinished run at `out`; a finished one is only shown. Its
            settings count where `wishes` and `image_size` are silent.
        allow_changed: go on although data, model, settings or torch are not those it began with.
        checkpoint_minutes: how long a training goes on, at most, before it is kept again.
        track: names of the trackers that are told how it goes.
        max_refused: share of cases that may be refused before the run is given up.
        cache: where weights and prepared images are kept.
        workers: processes that decode images.
    """

    entry: ZooEntry
    data: Path
    out: Path
    cache: Path
    options: DataOptions = field(default_factory=DataOptions)
    task: str = "binary"
    image_size: int | None = None
    volume: VolumeWish = field(default_factory=VolumeWish)
    decoding: Decoding = field(default_factory=Decoding)
    wishes: Mapping[str, Scalar] = field(default_factory=dict)
    fit_batch: bool = False
    device: str = "auto"
    launch: Launch = field(default_factory=Launch)
    overwrite: bool = False
    resume: bool = False
    allow_changed: bool = False
    checkpoint_minutes: float = 10.0
    track: tuple[str, ...] = ()
    allow_leakage: bool = False
    max_refused: float = 0.05
    portion: Portion = field(default_factory=Portion)
    offline: bool = False
    workers: int = 2


@dataclass(frozen=True, slots=True)
class Watcher:
    """Whom the workflow tells what, while it runs.

    Attributes:
        log: told a sentence for people.
        warn: told what the user should look at; the run keeps it, too.
        track: wraps the cases while their images are decoded.
        on_plan: told what is proposed, and why.
        on_recipe: told the resolved recipe and the number of training cases.
        on_step: told `(epoch, done, total)` after every step.
        on_epoch: told the epoch and whether it is the best so far.
        on_bytes: told how many bytes of the weights are here, of how many.
    """

    log: Callable[[str], object] = lambda message: None
    warn: Callable[[str], object] = lambda message: None
    track: Callable[[Iterable[Case]], Iterable[Case]] = iter
    on_plan: Callable[[Plan], object] = lambda plan: None
    on_recipe: Callable[[Recipe, int], object] = lambda recipe, n_train: None
    on_step: Callable[[int, int, int], object] = lambda epoch, done, total: None
    on_epoch: Callable[[Epoch, bool], object] = lambda epoch, improved: None
    on_bytes: Callable[[int, int | None], None] = lambda done, total: None


SILENT = Watcher()
