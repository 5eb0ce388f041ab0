"""Structures in whole images: read anew, seen as in training, and brought back to their grid."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import nn

from radzoo.core.case import Case, Refused
from radzoo.core.entry import PlaneInput
from radzoo.core.segmentation import SegmentationPlan
from radzoo.core.volume import Affine, spacing_of
from radzoo.data.guard import Answer, Guard, Request
from radzoo.data.prepared.working import Working
from radzoo.data.refusal import ImageRefused, describe_reason
from radzoo.data.volume.message import ask_volume, open_volume
from radzoo.models.device import Engine
from radzoo.models.segmentation.cleanup import keep_largest, remove_small
from radzoo.models.segmentation.greys import find_greys
from radzoo.models.segmentation.sliding import segment
from radzoo.workflows.segmentation.segmented import Classes, PackedMask, SegmentedCase
from radzoo.workflows.segmentation.sight import (
    PictureSight,
    Sight,
    Values,
    most_probable,
    open_picture,
    see_volume,
)

MM3_OF_ML = 1000.0

Track = Callable[[Iterable[Case]], Iterable[Case]]


@dataclass(frozen=True, slots=True)
class Inference:
    """How masks are found, beyond what the network says of one patch.

    Attributes:
        overlap: of neighbouring patches, a share of their size.
        flips: average over mirror images, along the axes that training mirrored.
        keep_largest: of each structure only the largest connected part.
        min_volume_ml: smaller parts of a structure become background; 0 = none.
    """

    overlap: float = 0.5
    flips: bool = False
    keep_largest: bool = False
    min_volume_ml: float = 0.0


@dataclass(frozen=True, slots=True)
class Segmenter:
    """A taught network, and how it wants to see an image.

    Attributes:
        contract: of pictures; None for volumes.
        channels: of the network; a grey image is repeated.
        working: how pictures are read; None for volumes.
        mirrored: axes along which it has seen mirror images; along others it knows none.
    """

    network: nn.Module
    plan: SegmentationPlan
    contract: PlaneInput | None = None
    channels: int = 1
    working: Working | None = None
    mirrored: tuple[int, ...] = ()

    def request(self, case: Case) -> Request:
        """Return what to ask the guard for: all of the image."""
        if self.working is None:
            return ask_volume(case)
        return self.working.request(replace(case, region=None))

    def see(self, answer: Answer) -> Sight | PictureSight:
        """Return the image as the network was taught to see it, but for normalisation.

        Raises:
            ImageRefused: if it was refused.
        """
        if self.working is None:
            spacing, intensity = self.plan.spacing_mm, self.plan.intensity
            return see_volume(open_volume(answer), spacing, intensity)
        return open_picture(answer, self.working)

    def probabilities(self, sight: Sight | PictureSight, engine: Engine, how: Inference) -> Values:
        """Return the probability `(classes, ...)` of every class, on the grid of `sight`."""
        greys = find_greys(
            sight.grey, self.plan, limits=sight.limits, contract=self.contract,
            channels=self.channels,
        )  # fmt: skip
        image = torch.from_numpy(np.array(greys.normalise(sight.grey)))
        found = segment(
            self.network, image, self.plan, engine, overlap=how.overlap,
            flips=self.mirrored if how.flips else False,
        )  # fmt: skip
        values: Values = found.float().numpy()
        return values


def segment_cases(
    segmenters: Sequence[Segmenter],
    cases: Sequence[Case],
    engine: Engine,
    how: Inference,
    *,
    workers: int = 2,
    track: Track = iter,
) -> Iterator[SegmentedCase | Refused]:
    """Find the structures in case after case; a few images are in memory at any time.

    Args:
        segmenters: one, or those of all folds, whose mean probability counts.
        cases: any number.
        engine: where to compute.
        how: overlap, flips and clean-up.
        workers: how many images are decoded at a time.
        track: shows progress over the cases.
    """
    with Guard(workers) as guard:
        answers = guard.map(segmenters[0].request(case) for case in cases)
        for case in track(cases):
            answer = next(answers)
            try:
                yield SegmentedCase(case, segment_case(segmenters, answer, engine, how))
            except ImageRefused as refused:
                yield Refused(case.case_id, describe_reason(refused.code))


def segment_case(
    segmenters: Sequence[Segmenter], answer: Answer, engine: Engine, how: Inference
) -> PackedMask:
    """Find the structures in one image, on its own grid.

    Raises:
        ImageRefused: if the image cannot be used.
    """
    sights = [segmenter.see(answer) for segmenter in segmenters]
    found = [
        segmenter.probabilities(sight, engine, how)
        for segmenter, sight in zip(segmenters, sights, strict=True)
    ]
    classes = most_probable(
        [(sight.on_grid(one), sight.back) for sight, one in zip(sights, found, strict=True)]
    )
    first = sights[0]
    affine = None if isinstance(first, PictureSight) else first.affine
    return PackedMask.pack(clean(classes, affine, segmenters[0].plan, how), affine)


def clean(
    classes: Classes, affine: Affine | None, plan: SegmentationPlan, how: Inference
) -> Classes:
    """Take off what the user does not want of a mask.

    Raises:
        ImageRefused: `no-geometry` if volumes matter and the image has none.
    """
    numbers = range(1, plan.n_classes)
    if how.min_volume_ml > 0:
        if affine is None:
            raise ImageRefused("no-geometry")
        classes = remove_small(
            classes, numbers, spacing_mm=spacing_of(affine),
            least_mm3=how.min_volume_ml * MM3_OF_ML,
        )  # fmt: skip
    if how.keep_largest:
        classes = keep_largest(classes, numbers)
    return classes
