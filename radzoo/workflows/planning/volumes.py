"""Look at volumes, and say what a training would do with them and why."""

from collections.abc import Mapping
from typing import Final

from radzoo.core.case import Manifest
from radzoo.core.entry import ZooEntry
from radzoo.core.errors import UsageError
from radzoo.core.plan import Plan, Proposal
from radzoo.core.recipe import Recipe, Scalar
from radzoo.core.volume_axes import VolumeWish, write_size
from radzoo.models.traits import traits_of
from radzoo.tasks import TASKS
from radzoo.workflows.finetune_config import FinetuneConfig
from radzoo.workflows.planning.augmentation_choice import choose_augmentation
from radzoo.workflows.planning.plan import (
    ASKED,
    choose_weights,
    say_what_lacks,
    tell_recipe,
)
from radzoo.workflows.planning.proposals import Choice, Situation, propose
from radzoo.workflows.planning.recipe import decide, without_auto
from radzoo.workflows.planning.sureness import advise_strategy
from radzoo.workflows.planning.volume_facts import VolumeFacts, find_volume_facts
from radzoo.workflows.planning.volume_grid import (
    Grid,
    propose_grid,
    propose_slices,
    propose_volume_batch,
)

OWN: Final = "own"
"""The spacing where each volume keeps that which its size needs."""
SLICES: Final = "pool_slices"


def make_volume_plan(
    config: FinetuneConfig, manifest: Manifest, gpu: bool, threads: int
) -> tuple[Plan, Recipe]:
    """Propose every setting from the volumes and the network, under the user's wishes.

    Raises:
        UsageError: if a wish is none of `Recipe`, or cannot be had with volumes.
        InputError: if the network takes images, or the data are images.
    """
    entry, wanted = config.entry, without_auto(config.wishes)
    check_wishes(entry, wanted)
    scratch = bool(wanted.get("from_scratch", False)) or entry.source.kind == "none"
    reads = TASKS.find(config.task).reads
    facts = find_volume_facts(manifest, entry.name, reads=reads, workers=config.workers)
    wish = wish_of(config)
    if wanted.get(SLICES, "none") == "none":
        grid = propose_grid(entry, facts, wish, gpu=gpu, scratch=scratch)
    else:
        grid = propose_slices(entry, facts, wish)
    counted = facts.counted
    batch = propose_volume_batch(grid.size, gpu=gpu)
    settled = {"batch_size": batch.value, **wanted, "from_scratch": scratch}
    augmentation = _augmentation(entry, facts)
    situation = Situation(counted.n_train, gpu, threads, traits_of(entry), augmentation)
    recipe = decide(
        settled, n_train=counted.n_train, gpu=gpu, threads=threads, traits=situation.traits,
        augmentation=augmentation,
    )  # fmt: skip
    choices = propose(settled, situation) | {
        "batch_size": batch, "class_weights": choose_weights(counted, reads),
    }  # fmt: skip
    plan = Plan(
        model=entry.name, task=config.task, facts=counted,
        proposals=[*_tell_grid(grid, wish), *tell_recipe(recipe, choices, wanted)],
        advice=[] if "strategy" in wanted or recipe.from_scratch else advise_strategy(counted),
        warnings=say_what_lacks(manifest, counted, reads),
    )  # fmt: skip
    return plan, recipe


def wish_of(config: FinetuneConfig) -> VolumeWish:
    """Return what the user wants of the volumes; one number is a cube."""
    wish = config.volume
    if wish.size is None and config.image_size is not None:
        side = config.image_size
        return VolumeWish((side, side, side), wish.spacing_mm, wish.intensity)
    return wish


def check_wishes(entry: ZooEntry, wanted: Mapping[str, Scalar]) -> None:
    """Refuse what cannot be had with volumes.

    Raises:
        UsageError: if slices of a network for volumes are to be pooled, or pieces pasted.
    """
    pools = wanted.get(SLICES, "none") != "none"
    if not pools:
        entry.input.check_volumes(entry.name)
    elif entry.input.dimensions == 3:
        raise UsageError(
            f"--pool-slices is for networks of images, and {entry.name} takes volumes as they are",
            id="slices-of-a-volume-network",
            hint="leave --pool-slices out, or choose a model of radzoo list --dimensions 2",
        )
    if wanted.get("cutmix"):
        raise UsageError(
            "--cutmix pastes a rectangle into an image, and these are volumes",
            id="cutmix-of-volumes",
            hint="use --mixup, or leave --cutmix out",
        )


def _augmentation(entry: ZooEntry, facts: VolumeFacts) -> Choice:
    if facts.hounsfield:
        return Choice("ct", "the files say Hounsfield units")
    return choose_augmentation(entry, facts.counted)


def _tell_grid(grid: Grid, wish: VolumeWish) -> list[Proposal]:
    spacing = OWN if grid.spacing_mm is None else write_size(grid.spacing_mm)
    rows: list[tuple[str, str, str, bool]] = [
        ("image_size", write_size(grid.size), grid.reason, wish.size is not None),
        ("spacing_mm", spacing, grid.spacing_reason, wish.spacing_mm is not None),
        ("fit", grid.fit, "how a volume comes to that size", False),
        ("intensity", grid.intensity, "which values become black and white, without a window",
         wish.intensity is not None),
    ]  # fmt: skip
    return [
        Proposal(setting=name, value=value, by="user" if asked else "radzoo",
                 reason=ASKED if asked else reason)
        for name, value, reason, asked in rows
    ]  # fmt: skip
