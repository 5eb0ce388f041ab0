"""Images with masks as they are learnt from: patches, another one in every epoch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from radzoo.core.entry import PlaneInput
from radzoo.core.errors import UsageError
from radzoo.core.plugins import Matrix
from radzoo.core.recipe import Recipe
from radzoo.core.segmentation import SegmentationPlan
from radzoo.models.augmentation import AUGMENTATIONS
from radzoo.models.augmentation.sets import NONE
from radzoo.models.augmentation.strength import Augmentation
from radzoo.models.device import Engine
from radzoo.models.lesson import Examination, Feeds, Lesson
from radzoo.models.samples import Rows
from radzoo.models.segmentation.changes import change_greys, move
from radzoo.models.segmentation.examination import examine_masks
from radzoo.models.segmentation.fates import Fate, draw_fate, find_reach
from radzoo.models.segmentation.greys import Box, find_greys
from radzoo.models.segmentation.survey import Surveyed, survey


@dataclass(frozen=True, slots=True)
class MaskSamples:
    """Images and masks of one split; in training each case gives several patches an epoch.

    Attributes:
        images: uint16 or uint8 `(any, *space)`, usually a memory map shared by all splits.
        masks: uint16 `(any, *space)`, numbers as the files have them.
        rows: `(n_cases,)`, which images are of this split.
        case_names: by which the user knows the cases.
        plan: classes, patch, normalisation.
        limits: of every case, see `greys.Greys`; empty for pictures.
        contract: of the entry, for pictures that the plan leaves to it.
        channels: of the network.
        per_case: patches of each case in one epoch; 1 for validation.
    """

    images: NDArray[Any]
    masks: NDArray[np.uint16]
    rows: Rows
    case_names: tuple[str, ...]
    plan: SegmentationPlan
    limits: tuple[tuple[float, float], ...] = ()
    contract: PlaneInput | None = None
    channels: int = 1
    per_case: int = 1

    @property
    def targets(self) -> Matrix:
        """Nothing: what is true stands in the masks."""
        return np.zeros((len(self), 0))

    @property
    def names(self) -> tuple[str, ...]:
        """The case of every patch."""
        return tuple(name for name in self.case_names for _ in range(self.per_case))

    @property
    def size(self) -> int:
        """The longest edge of a patch."""
        return max(self.plan.patch)

    def __len__(self) -> int:
        return len(self.rows) * self.per_case

    def image(self, case: int) -> NDArray[Any]:
        """Return the stored image of a case; nothing is copied."""
        stored: NDArray[Any] = self.images[self.rows[case]]
        return stored

    def classes(self, case: int, box: Box) -> NDArray[np.uint8]:
        """Return class numbers in a box of a case."""
        numbers: NDArray[np.uint16] = np.asarray(self.masks[self.rows[case]][box])
        return self.plan.lookup[numbers]

    def survey(self) -> tuple[Surveyed, ...]:
        """Look through every case once."""
        return tuple(self._survey(case) for case in range(len(self.rows)))

    def _survey(self, case: int) -> Surveyed:
        stored = np.asarray(self.image(case))
        greys = find_greys(
            stored, self.plan, limits=self.limits[case] if self.limits else (0.0, 1.0),
            contract=self.contract, channels=self.channels,
        )  # fmt: skip
        return survey(stored, self.classes(case, ()), greys)


class Patches:
    """Gives the patches of a split, and what is true in them.

    Args:
        samples: whose patches.
        surveyed: what is known of each case.
        strength: how patches vary.
        seed: of that.
        engine: where the network computes.
    """

    def __init__(
        self,
        samples: MaskSamples,
        surveyed: Sequence[Surveyed],
        strength: Augmentation,
        seed: int,
        engine: Engine,
    ) -> None:
        self.samples, self.surveyed, self.strength = samples, surveyed, strength
        self.seed, self.engine = seed, engine
        self.reach = find_reach(samples.plan, strength)

    def fates(self, chosen: Rows, epoch: int) -> list[Fate]:
        """Draw what becomes of these patches."""
        samples = self.samples
        return [
            draw_fate(
                self.surveyed[number // samples.per_case], samples.plan, samples.images.shape[1:],
                self.strength, seed=self.seed, epoch=epoch, number=int(number),
            )
            for number in chosen
        ]  # fmt: skip

    def images(self, chosen: Rows, epoch: int | None) -> Tensor:
        """Return patches on the device, `(n, channels, *patch)`."""
        samples, fates = self.samples, self.fates(chosen, epoch or 0)
        regions = []
        for number, fate in zip(chosen, fates, strict=True):
            case = int(number) // samples.per_case
            stored = cut_out(samples.image(case), *self.region(fate))
            regions.append(self.surveyed[case].greys.normalise(stored))
        fed = self.engine.bring(torch.from_numpy(np.stack(regions)))
        if self.strength.moves:
            fed = move(fed, np.stack([fate.matrix for fate in fates]), samples.plan.patch)
        draws, keys = np.stack([fate.greys for fate in fates]), [fate.key for fate in fates]
        if self.strength.changes:
            fed = change_greys(fed, draws, keys, self.strength)
        return fed

    def targets(self, chosen: Rows, epoch: int) -> Tensor:
        """Return class numbers on the device, uint8 `(n, *patch)`."""
        samples, fates = self.samples, self.fates(chosen, epoch)
        regions = []
        for number, fate in zip(chosen, fates, strict=True):
            mask = samples.masks[samples.rows[int(number) // samples.per_case]]
            regions.append(samples.plan.lookup[cut_out(mask, *self.region(fate))])
        wanted = self.engine.bring(torch.from_numpy(np.stack(regions)))
        if self.strength.moves:
            wanted = move(wanted, np.stack([fate.matrix for fate in fates]), samples.plan.patch)
        return wanted

    def region(self, fate: Fate) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return where the region begins that a patch is taken from, and its edges."""
        start = tuple(at - reach for at, reach in zip(fate.start, self.reach, strict=True))
        patch = self.samples.plan.patch
        return start, tuple(n + 2 * reach for n, reach in zip(patch, self.reach, strict=True))


def cut_out(stored: NDArray[Any], start: Sequence[int], edges: Sequence[int]) -> NDArray[Any]:
    """Return a part of an array; 0 where it reaches beyond."""
    inner = tuple(
        slice(max(0, at), max(0, min(length, at + edge)))
        for at, edge, length in zip(start, edges, stored.shape, strict=True)
    )
    part: NDArray[Any] = np.asarray(stored[inner])
    if part.shape == tuple(edges):
        return part
    whole = np.zeros(tuple(edges), stored.dtype)
    place = tuple(
        slice(one.start - at, one.start - at + n) if n else slice(0, 0)
        for one, at, n in zip(inner, start, part.shape, strict=True)
    )
    whole[place] = part
    return whole


def mask_lesson(training: MaskSamples, validation: MaskSamples) -> Lesson:
    """Return the lesson of images with masks; validation sees whole cases.

    Args:
        training: cases to learn from.
        validation: cases that choose the epoch.
    """

    def feeds(recipe: Recipe, engine: Engine) -> Feeds:
        if recipe.mixup or recipe.cutmix:
            raise UsageError(
                "mixup and cutmix were asked for, but masks cannot be mixed",
                id="mixing-masks",
                hint="leave them out",
            )
        strength = AUGMENTATIONS.find(recipe.augmentation) or NONE
        taught = Patches(training, training.survey(), strength, recipe.seed, engine)
        judged = validation.survey()
        still = Patches(validation, judged, NONE, recipe.seed, engine)

        def examine(examination: Examination) -> tuple[float, float]:
            return examine_masks(examination, validation, judged)

        return Feeds(
            feed=taught.images,
            val_feed=still.images,
            targets=taught.targets,
            val_targets=lambda chosen: still.targets(chosen, 0),
            examine=examine,
        )

    return Lesson(training, validation, feeds)
