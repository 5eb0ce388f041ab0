"""How well a network segments whole cases: the Dice of every structure, and the loss."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from radzoo.core.segmentation import UNDECLARED
from radzoo.models.lesson import Examination
from radzoo.models.ranks import watch
from radzoo.models.segmentation.sliding import Place, pad, segment, shift, to_labels
from radzoo.models.segmentation.survey import Surveyed
from radzoo.models.spread import is_spread

if TYPE_CHECKING:
    from radzoo.models.segmentation.patches import MaskSamples

OVERLAP: Final = 0.25
"""Of windows while a network learns: half of what predictions take, in a third of the time."""


def examine_masks(
    examination: Examination, samples: "MaskSamples", surveyed: Sequence[Surveyed]
) -> tuple[float, float]:
    """Return the loss of all windows, and the mean Dice of all structures of all cases.

    A structure that a case neither has nor is said to have is left out. Where no case has any,
    the Dice is 0. Several processes share the cases out.

    Args:
        examination: what there is to examine a network with.
        samples: the cases.
        surveyed: what is known of each.
    """
    ranks, n = examination.engine.ranks, len(samples)
    # A network that is spread over the processes needs all of them in every pass.
    together = ranks.count == 1 or is_spread(examination.learner)
    mine = np.arange(n) if together else np.arange(ranks.rank, n, ranks.count)
    sums = torch.zeros(4, dtype=torch.float64)  # Dice, structures, loss, windows
    with watch(ranks):
        for chosen in examination.track([mine[[at]] for at in range(len(mine))]):
            sums += look_at(examination, samples, surveyed, int(chosen[0]))
        dice, structures, loss, windows = (sums if together else ranks.sum(sums)).tolist()
    return loss / max(windows, 1), dice / max(structures, 1)


def look_at(
    examination: Examination,
    samples: "MaskSamples",
    surveyed: Sequence[Surveyed],
    case: int,
) -> Tensor:
    """Return sum and number of the Dice of structures, and of the loss of windows, of a case."""
    known = surveyed[case]
    plan, engine = samples.plan, examination.engine
    image = torch.from_numpy(
        known.greys.normalise(np.asarray(samples.image(case))[known.box]).copy()
    )
    truth = samples.classes(case, known.box)
    before, wide = pad(torch.from_numpy(truth)[None], plan.patch, UNDECLARED)
    losses: list[float] = []

    def judge(logits: Tensor, places: Sequence[Place]) -> None:
        wanted = torch.stack([wide[0][shift(place, before, -1)] for place in places])
        loss = examination.loss(logits, wanted.to(engine.device))
        losses.extend([float(loss)] * len(places))

    found = segment(
        examination.learner, image, plan, engine, overlap=OVERLAP, look=judge
    )  # fmt: skip
    values = dice_of(to_labels(found), truth, plan.n_classes)
    return torch.tensor(
        [np.nansum(values), np.isfinite(values).sum(), sum(losses), len(losses)],
        dtype=torch.float64,
    )


def dice_of(
    found: NDArray[np.uint8], truth: NDArray[np.uint8], n_classes: int
) -> NDArray[np.float64]:
    """Return the Dice of every structure; NaN where neither has it. Unknown voxels are left out."""
    known = truth != UNDECLARED
    # One table of both says all: rows the truth, columns what was found.
    pairs = truth[known].astype(np.int64) * n_classes + found[known]
    table = np.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)
    both, sizes = np.diag(table)[1:], (table.sum(axis=0) + table.sum(axis=1))[1:]
    values: NDArray[np.float64] = np.where(sizes > 0, 2 * both / np.maximum(sizes, 1), np.nan)
    return values
