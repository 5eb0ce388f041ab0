"""How the outside looks into a training: the loop knows neither files, signals nor displays."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from torch import nn

from radzoo.models.samples import Rows
from radzoo.models.training.progress import Epoch, Progress
from radzoo.models.training.snapshot import Snapshot


class Halt(Exception):
    """Leave the validation: somebody wants the training to end. The epoch stays unfinished."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Hooks:
    """Whom the loop tells what, and whom it asks.

    Attributes:
        on_start: told where the training begins; with a history if it goes on.
        on_step: `(epoch, done, total)` after every step.
        on_epoch: `(epoch, is it the best so far)` after every epoch.
        on_best: with the network, whenever validation has never been better.
        wants_pause: asked after every step and every epoch: shall the training be kept now?
            With several processes all do what any of them wants.
        wants_end: asked between batches of validation: is somebody waiting for the end?
        keep: told all of a training that stands still; it may raise, and then the training
            can go on from there later.
    """

    on_start: Callable[[Progress], object] = lambda progress: None
    on_step: Callable[[int, int, int], object] = lambda epoch, done, total: None
    on_epoch: Callable[[Epoch, bool], object] = lambda epoch, improved: None
    on_best: Callable[[nn.Module], object] = lambda network: None
    wants_pause: Callable[[], bool] = _never
    wants_end: Callable[[], bool] = _never
    keep: Callable[[Snapshot], object] = lambda snapshot: None

    def until_end(self, batches: Iterable[Rows]) -> Iterator[Rows]:
        """Yield batches of validation until somebody wants the end.

        Raises:
            Halt: then.
        """
        for chosen in batches:
            if self.wants_end():
                raise Halt
            yield chosen


SILENT = Hooks()
