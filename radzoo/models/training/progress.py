"""How far a training has come: with the recipe and the data, all the rest of it follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from torch import Tensor


@dataclass(frozen=True, slots=True)
class Epoch:
    """One line of the history.

    Attributes:
        epoch: from 1.
        score: the task's headline metric on validation, turned so that higher is better: of an
            error its negative.
        lr: rate of the last layer in the last step; `lr_encoder` that of the rest.
        n_seen: training cases that steps were taken on.
        n_left_out: cases of steps that were left out since their loss was not finite.
        stages: name of a statistic, `KIND[STAGE]`, to its value; see `statistics`.
    """

    epoch: int
    train_loss: float
    val_loss: float
    score: float
    lr: float
    lr_encoder: float
    images_per_s: float
    seconds: float
    n_seen: int = 0
    n_left_out: int = 0
    stages: Mapping[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Progress:
    """A training between two steps; the loop moves it on.

    Every random number is drawn from (seed, epoch, step) or (seed, epoch, case), so no state
    of a random generator has to be kept.

    Attributes:
        epoch: the one that is being taught, from 1.
        step: how many steps of it are done.
        loss_sum: of its cases so far; `n_seen` of them, `n_left_out` were left out.
        seconds: that it took so far, validation not counted.
        history: epochs that are done.
        best: weights of the best epoch so far; empty before the first.
        bad_batches: names of the cases of each step that was left out, in the whole run.
    """

    epoch: int = 1
    step: int = 0
    loss_sum: float = 0.0
    n_seen: int = 0
    n_left_out: int = 0
    seconds: float = 0.0
    history: list[Epoch] = field(default_factory=list)
    best: dict[str, Tensor] = field(default_factory=dict)
    bad_batches: list[tuple[str, ...]] = field(default_factory=list)

    def finish_epoch(self, epoch: Epoch) -> None:
        """Add an epoch to the history and stand before the next one."""
        self.history.append(epoch)
        self.epoch, self.step = epoch.epoch + 1, 0
        self.loss_sum, self.n_seen, self.n_left_out, self.seconds = 0.0, 0, 0, 0.0

    @property
    def best_epoch(self) -> Epoch:
        """The best epoch so far; there must be one."""
        return best_of(self.history)


def best_of(history: Sequence[Epoch]) -> Epoch:
    """Return the epoch with the highest score; of equals the lowest loss, then the first."""
    return max(history, key=lambda epoch: (epoch.score, -epoch.val_loss, -epoch.epoch))
