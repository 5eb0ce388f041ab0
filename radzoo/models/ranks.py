"""The processes that compute one training together; one of them alone needs none of this.

Each has a rank from 0. Every call here must be made by all of them, in the same order.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from radzoo.core.errors import EnvironmentFailure

T = TypeVar("T")
LOST = ("gloo", "nccl", "connection", "timed out", "timeout", "broken pipe", "process group")


@dataclass(frozen=True, slots=True)
class Ranks:
    """This process among those of its training.

    Attributes:
        rank: of this process; 0 leads: it writes and speaks.
        count: of all processes.
        device: on which values are exchanged.
    """

    rank: int = 0
    count: int = 1
    device: torch.device = torch.device("cpu")  # noqa: RUF009  it never changes

    @property
    def leads(self) -> bool:
        """Is it the one that writes and speaks?"""
        return self.rank == 0

    def part(self, n: int) -> slice:
        """Return which of `n` cases in a row are this process's: all have as many, or one more."""
        return slice(self.rank * n // self.count, (self.rank + 1) * n // self.count)

    def sum(self, values: Tensor) -> Tensor:
        """Return the sum over all processes."""
        if self.count == 1:
            return values
        total = values.to(self.device, copy=True)
        torch.distributed.all_reduce(total)
        return total.to(values.device)

    def lowest(self, value: int) -> int:
        """Return the smallest value of any process."""
        if self.count == 1:
            return value
        low = torch.tensor(value, device=self.device)
        torch.distributed.all_reduce(low, torch.distributed.ReduceOp.MIN)
        return int(low)

    def share(self, value: T) -> T:
        """Return what the leader calls this with."""
        if self.count == 1:
            return value
        box: list[T] = [value]
        torch.distributed.broadcast_object_list(box, src=0, device=self.device)
        return box[0]

    def copy_from_leader(self, values: list[Tensor]) -> None:
        """Overwrite these values with those of the leader."""
        if self.count > 1:
            for value in values:
                torch.distributed.broadcast(value, src=0)

    def wait(self) -> None:
        """Return when all processes have come here."""
        if self.count > 1:
            self.lowest(0)


ALONE = Ranks()


@contextmanager
def watch(ranks: Ranks) -> Iterator[None]:
    """Turn what a process sees when another one is gone or stands still into one error.

    Raises:
        EnvironmentFailure: if an exchange inside failed.
    """
    try:
        yield
    except RuntimeError as error:
        said = str(error).lower()
        if ranks.count == 1 or not any(word in said for word in LOST):
            raise
        raise EnvironmentFailure(
            f"process {ranks.rank} of {ranks.count} lost the others: one of them ended or stood "
            "still, and the training needs all",
            id="rank-lost",
            hint="look at what the others said; the checkpoint of the last save is whole",
        ) from None
