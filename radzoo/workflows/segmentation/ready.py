"""Taught networks of segmentation, ready to be asked: those of a run, or of all its folds."""

from dataclasses import dataclass, replace
from pathlib import Path

from torch import nn

from radzoo.core.config import RunConfig
from radzoo.core.decoding import Decoding
from radzoo.core.errors import InputError, UsageError
from radzoo.core.json_text import from_text
from radzoo.core.segmentation import SegmentationPlan
from radzoo.core.trainings_report import FoldsReport
from radzoo.data.prepared import Working
from radzoo.models.augmentation import AUGMENTATIONS
from radzoo.models.segmentation.fates import mirrored_axes
from radzoo.models.segmentation.networks import build_segmentation, channels_of
from radzoo.models.weights import load_state, put_weights
from radzoo.workflows.run.folder import FOLDS, RunFolder, noted_hash, read_config
from radzoo.workflows.segmentation.infer import Segmenter


@dataclass(frozen=True, slots=True)
class ReadyMasks:
    """Networks that can be asked for the same structures.

    Attributes:
        segmenters: one, or those of all folds, whose mean probability counts.
        model: name of the zoo entry.
        decoding: how the pictures were decoded that they learnt from; None = nobody says.
        seed: of the run, or of the first fold.
    """

    segmenters: tuple[Segmenter, ...]
    model: str
    decoding: Decoding | None = None
    seed: int = 0

    @property
    def plan(self) -> SegmentationPlan:
        """What is segmented, and how the first network sees it."""
        return self.segmenters[0].plan


def open_masks(path: Path) -> ReadyMasks:
    """Build the networks of a run, or of all folds of a cross-validation, from the folder alone.

    Raises:
        InputError: if it is no whole run, or is not about masks.
        IntegrityError: if weights were changed since they were written.
    """
    if not (path / FOLDS).is_file():
        return open_run(path)
    try:
        report = from_text(FoldsReport, (path / FOLDS).read_text("utf-8"))
    except (OSError, ValueError):
        raise InputError(
            f"{path / FOLDS} is not what radzoo finetune --folds writes",
            id="bad-folds-report",
            hint="make it again with radzoo finetune --folds",
        ) from None
    return join_masks([open_run(path / fold.run) for fold in report.folds])


def open_run(path: Path) -> ReadyMasks:
    """Build the network of one run.

    Raises:
        InputError: if it is no whole run, or is not about masks.
        IntegrityError: if its weights were changed since they were written.
    """
    run = RunFolder(path)
    made = read_config(run.config)
    plan = plan_of(made)
    sha256 = noted_hash(run)
    network = build_segmentation(
        made.entry, plan, weights=None, activation=made.recipe.activation
    )  # fmt: skip
    put_weights(network, load_state(run.weights, "safetensors", sha256=sha256), keep_head=True)
    return ReadyMasks(
        (make_segmenter(network, made),), made.model, made.decoding, made.recipe.seed
    )  # fmt: skip


def join_masks(several: list[ReadyMasks]) -> ReadyMasks:
    """Put networks together whose mean probability is to count.

    Raises:
        UsageError: if they do not segment the same structures.
    """
    first = several[0]
    if any(one.plan.structures != first.plan.structures for one in several):
        raise UsageError(
            "the networks do not segment the same structures",
            id="other-structures",
            hint="train the folds anew on one data set",
        )
    return replace(first, segmenters=tuple(one for each in several for one in each.segmenters))


def make_segmenter(network: nn.Module, made: RunConfig) -> Segmenter:
    """Say how a network of a run wants to see an image."""
    plan = plan_of(made)
    channels = channels_of(made.entry)
    strength = AUGMENTATIONS.find(made.recipe.augmentation)
    mirrored = mirrored_axes(strength, plan.dimensions) if strength else ()
    if plan.dimensions == 3:
        return Segmenter(network, plan, channels=channels, mirrored=mirrored)
    return Segmenter(network, plan, made.plane, channels, working_of(made), mirrored)


def working_of(made: RunConfig) -> Working:
    """Return how the pictures of a run are read."""
    return Working(
        made.side, made.plane.fit, made.plane.interpolation, made.plane.edge_at(made.side),
        exact=made.decoding.exact, window=made.decoding.window,
    )  # fmt: skip


def plan_of(made: RunConfig) -> SegmentationPlan:
    """Return the plan of a run that segments.

    Raises:
        InputError: if it does something else.
    """
    if made.segmentation is None:
        raise InputError(
            f"the run is about the task '{made.task}', not about masks",
            id="no-segmentation-run",
            hint="make one with radzoo finetune --task segmentation",
        )
    return made.segmentation
