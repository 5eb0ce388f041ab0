"""The lesson of volumes, each with one row of targets."""

from radzoo.core.entry import VolumeInput
from radzoo.core.plugins import Vector
from radzoo.core.recipe import Recipe
from radzoo.models.augmentation import AUGMENTATIONS
from radzoo.models.device import Engine
from radzoo.models.lesson import Feeds, Lesson, rows_of_targets
from radzoo.models.pixels import pixels_for
from radzoo.models.volume_feed import VolumeSamples, volume_feed


def volume_lesson(
    training: VolumeSamples,
    validation: VolumeSamples,
    contract: VolumeInput,
    shown: Vector | None = None,
) -> Lesson:
    """Return how a network is taught from volumes.

    Args:
        training: cases to learn from.
        validation: cases that choose the epoch.
        contract: what the network is to be fed.
        shown: see `Lesson`.
    """

    def feeds(recipe: Recipe, engine: Engine) -> Feeds:
        pixels, val_pixels = (pixels_for(cases.stored, engine) for cases in (training, validation))
        wanted, val_wanted = (
            rows_of_targets(cases.targets, engine.device) for cases in (training, validation)
        )
        return Feeds(
            feed=volume_feed(
                training, contract, engine, augmentation=AUGMENTATIONS.find(recipe.augmentation),
                seed=recipe.seed, pixels=pixels,
            ),
            val_feed=volume_feed(validation, contract, engine, pixels=val_pixels),
            targets=lambda chosen, epoch: wanted(chosen),
            val_targets=val_wanted,
            expect=pixels.expect,
        )  # fmt: skip

    return Lesson(training, validation, feeds, shown)
