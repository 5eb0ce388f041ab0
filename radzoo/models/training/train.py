"""Teach a network: the loop over epochs, and which of them was the best."""

from dataclasses import dataclass

from torch import nn

from radzoo.core.entry import PlaneInput
from radzoo.core.recipe import Recipe
from radzoo.models.augmentation import AUGMENTATIONS
from radzoo.models.device import Engine, memory_guard
from radzoo.models.feed import image_feed, tensor_feed
from radzoo.models.samples import Samples
from radzoo.models.training.course import Course, Judge, Loss, run_epoch
from radzoo.models.training.fleet import Fleet
from radzoo.models.training.hooks import SILENT, Halt, Hooks
from radzoo.models.training.optimise import freeze_encoder, optimiser
from radzoo.models.training.probe import Probe, can_cache, features
from radzoo.models.training.progress import Epoch, Progress
from radzoo.models.training.snapshot import Snapshot, restore


@dataclass(frozen=True, slots=True)
class Trained:
    """How a training ended; the network holds the weights of the best epoch."""

    best_epoch: int
    history: tuple[Epoch, ...]


def train(
    network: nn.Module,
    training: Samples,
    validation: Samples,
    *,
    contract: PlaneInput,
    recipe: Recipe,
    engine: Engine,
    loss: Loss,
    judge: Judge,
    hooks: Hooks = SILENT,
    start: Snapshot | None = None,
) -> Trained:
    """Teach a network, and leave it with the weights of its best epoch.

    The best epoch has the highest score on validation; of equals, the lowest loss. Call it
    inside `device.reproducible` to get the same weights for the same recipe.

    Args:
        network: on the CPU; ends on the engine's device.
        training: cases to learn from.
        validation: cases that choose the epoch.
        contract: what the network is to be fed.
        recipe: every number of the training.
        engine: device and precision.
        loss: `(logits, targets)` to a scalar.
        judge: `(targets, logits)` to the score that is to be high.
        hooks: whom to tell and to ask.
        start: where an earlier training of the same recipe, cases and network stood still.

    Raises:
        IntegrityError: if loss or gradient is not finite; the step was not applied. Or if
            `start` is of another training.
        MemoryFailure: if memory ran out.
    """
    with memory_guard(recipe.batch_size):
        course = plan(
            network,
            training,
            validation,
            contract=contract,
            recipe=recipe,
            engine=engine,
            loss=loss,
            judge=judge,
            hooks=hooks,
        )
        progress = Progress() if start is None else restore(start, course.parts())
        hooks.on_start(progress)
        while not is_over(progress, recipe):
            try:
                epoch = run_epoch(course, progress)
            except Halt:
                course.keep(progress)
                continue
            progress.finish_epoch(epoch)
            improved = progress.best_epoch is epoch
            if improved:
                progress.best = {k: value.clone() for k, value in network.state_dict().items()}
                hooks.on_best(network)
            hooks.on_epoch(epoch, improved)
            course.keep_if_wanted(progress)
        network.load_state_dict(progress.best)
    network.eval()
    return Trained(progress.best_epoch.epoch, tuple(progress.history))


def is_over(progress: Progress, recipe: Recipe) -> bool:
    """Are all epochs done, or so many without a better one that the recipe stops?"""
    if progress.epoch > recipe.epochs:
        return True
    if not recipe.early_stopping or not progress.history:
        return False
    return progress.epoch - 1 - progress.best_epoch.epoch >= recipe.early_stopping


def plan(
    network: nn.Module,
    training: Samples,
    validation: Samples,
    *,
    contract: PlaneInput,
    recipe: Recipe,
    engine: Engine,
    loss: Loss,
    judge: Judge,
    hooks: Hooks,
) -> Course:
    """Put a network on its device and decide what is fed to what.

    A linear probe without augmentation sees every image once: its last layer then learns
    from the features, which is the same as passing the images through every time.
    """
    engine.place(network)
    if recipe.strategy == "LP":
        freeze_encoder(network)
    feed = image_feed(
        training,
        contract,
        engine,
        seed=recipe.seed,
        augmentation=AUGMENTATIONS.find(recipe.augmentation),
    )
    val_feed = image_feed(validation, contract, engine)
    learner, size, ranks = network, recipe.held, engine.ranks
    if recipe.strategy == "LP" and recipe.augmentation == "none" and can_cache(network):
        learner = Probe(network)
        feed, val_feed = (
            tensor_feed(features(network, one, len(cases), batch_size=size, ranks=ranks))
            for one, cases in ((feed, training), (val_feed, validation))
        )
    return Course(
        network=network,
        learner=learner,
        feed=feed,
        val_feed=val_feed,
        training=training,
        validation=validation,
        fleet=Fleet(
            engine,
            learner,
            optimiser(network, recipe),
            engine.scaler(),
            careful=recipe.skip_bad_batches > 0,
        ),
        recipe=recipe,
        engine=engine,
        loss=loss,
        judge=judge,
        hooks=hooks,
    )
