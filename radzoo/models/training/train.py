"""Teach a network: the loop over epochs, and which of them was the best."""

import copy
import hashlib
from dataclasses import dataclass, replace

from torch import nn

from radzoo.core.errors import InputError
from radzoo.core.recipe import Recipe
from radzoo.models.device import Engine, memory_guard
from radzoo.models.feed import tensor_feed
from radzoo.models.lesson import Cases, Judge, Lesson, Loss
from radzoo.models.ranks import Ranks, watch
from radzoo.models.training.course import Course, run_epoch
from radzoo.models.training.ema import RunningMean
from radzoo.models.training.fabric import close_ranks
from radzoo.models.training.fleet import Fleet, join_statistics
from radzoo.models.training.hooks import SILENT, Halt, Hooks
from radzoo.models.training.learning import plan_learning
from radzoo.models.training.low_rank import merge
from radzoo.models.training.memory import naming_what_fits
from radzoo.models.training.optimise import optimiser
from radzoo.models.training.probe import Probe, can_cache, features
from radzoo.models.training.progress import Epoch, Progress
from radzoo.models.training.snapshot import Snapshot, restore
from radzoo.models.training.spreading import called_stages, spread, spreads, state_of
from radzoo.models.training.statistics import Monitor


@dataclass(frozen=True, slots=True)
class Trained:
    """How a training ended; the network holds the weights of the best epoch.

    Attributes:
        bad_batches: names of the cases of each step that was left out.
    """

    best_epoch: int
    history: tuple[Epoch, ...]
    bad_batches: tuple[tuple[str, ...], ...] = ()


def train(
    network: nn.Module,
    lesson: Lesson,
    *,
    recipe: Recipe,
    engine: Engine,
    loss: Loss,
    judge: Judge,
    hooks: Hooks = SILENT,
    start: Snapshot | None = None,
    val_loss: Loss | None = None,
) -> Trained:
    """Teach a network, and leave it with the weights of its best epoch.

    The best epoch has the highest score on validation; of equals, the lowest loss. Call it
    inside `device.reproducible` to get the same weights for the same recipe.

    Args:
        network: on the CPU; ends on the engine's device.
        lesson: cases to learn from and cases that choose the epoch, and how they are fed.
        recipe: every number of the training.
        engine: device, precision, and the processes that take part: each calls this with
            the same cases and the same recipe.
        loss: `(logits, targets)` to a scalar.
        judge: `(targets, logits)` to the score that is to be high.
        hooks: whom to tell and to ask.
        start: where an earlier training of the same recipe, cases and network stood still;
            of several processes, the leader's counts.
        val_loss: the loss on validation; None = the same.

    Raises:
        IntegrityError: if loss or gradient is not finite; the step was not applied. Or if
            `start` is of another training.
        MemoryFailure: if memory ran out.
        EnvironmentFailure: if another process ended or stands still.
    """
    ranks = engine.ranks
    with watch(ranks), memory_guard(recipe.batch_size):
        close_ranks(ranks)
        check_same(ranks, lesson.training, lesson.validation)
        start = ranks.share(start)
        # A copy is spread: this one stays whole, and is handed what was learnt.
        course = plan(
            copy.deepcopy(network) if spreads(engine) else network,
            lesson,
            recipe=recipe,
            engine=engine,
            loss=loss,
            judge=judge,
            hooks=hooks,
            val_loss=val_loss or loss,
        )
        with naming_what_fits(course):
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
                    with course.judged():
                        progress.best = state_of(course.network)
                        hooks.on_best(course.network)
                hooks.on_epoch(epoch, improved)
                course.keep_if_wanted(progress)
        if course.network is not network:
            plan_learning(network, recipe)
            engine.place(network)
        network.load_state_dict(progress.best)
        merge(network)
    network.eval()
    return Trained(progress.best_epoch.epoch, tuple(progress.history), tuple(progress.bad_batches))


def check_same(ranks: Ranks, training: Cases, validation: Cases) -> None:
    """Ask every process whether it sees the leader's cases.

    Raises:
        InputError: if one sees others.
    """
    seen = digest(training) + digest(validation)
    if ranks.lowest(int(seen == ranks.share(seen))):
        return
    raise InputError(
        "the processes of this training see different cases or targets",
        id="other-data-elsewhere",
        hint="give every machine the same data, or put them where all can read them",
    )


def digest(samples: Cases) -> str:
    """Return a hash of names and targets, in their order."""
    names = "\0".join(samples.names).encode("utf-8", "surrogateescape")
    return hashlib.sha256(names + samples.targets.tobytes()).hexdigest()


def is_over(progress: Progress, recipe: Recipe) -> bool:
    """Are all epochs done, or so many without a better one that the recipe stops?"""
    if progress.epoch > recipe.epochs:
        return True
    if not recipe.early_stopping or not progress.history:
        return False
    return progress.epoch - 1 - progress.best_epoch.epoch >= recipe.early_stopping


def plan(
    network: nn.Module,
    lesson: Lesson,
    *,
    recipe: Recipe,
    engine: Engine,
    loss: Loss,
    judge: Judge,
    hooks: Hooks,
    val_loss: Loss,
) -> Course:
    """Put a network on its device and decide what is fed to what.

    A linear probe that meets every image always alike sees it once: its last layer then
    learns from the features, which is the same as passing the images through every time.
    """
    probing, spreading = learns_from_features(network, recipe), spreads(engine)
    join_statistics(network, engine)
    if probing or not spreading:
        engine.place(network)
    curriculum = plan_learning(network, recipe)
    feeds = lesson.feeds(recipe, engine)
    scaler = engine.scaler()
    learner, size, ranks = network, recipe.held, engine.ranks
    if probing:
        learner = Probe(network)
        feed, val_feed = (
            tensor_feed(features(network, one, len(cases), batch_size=size, ranks=ranks))
            for one, cases in (
                (feeds.feed, lesson.training), (feeds.val_feed, lesson.validation),
            )
        )  # fmt: skip
        feeds = replace(feeds, feed=feed, val_feed=val_feed)
    if spreading:
        spread(learner, engine, apart=() if probing else called_stages(network))
    return Course(
        network=network,
        learner=learner,
        feeds=feeds,
        training=lesson.training,
        validation=lesson.validation,
        shown=lesson.shown,
        fleet=Fleet(
            engine,
            learner,
            optimiser(network, recipe, fused=not scaler.is_enabled()),
            scaler,
            careful=recipe.skip_bad_batches > 0,
        ),
        curriculum=curriculum,
        recipe=recipe,
        engine=engine,
        loss=loss,
        val_loss=val_loss,
        judge=judge,
        hooks=hooks,
        mean=RunningMean(network, recipe.ema) if recipe.ema else None,
        monitor=None if probing or spreading else Monitor(network),
    )


def learns_from_features(network: nn.Module, recipe: Recipe) -> bool:
    """Does what reaches the last layer stay the same for the whole training?"""
    mixes = recipe.mixup > 0 or recipe.cutmix > 0
    always_alike = recipe.augmentation == "none" and not mixes
    return recipe.strategy == "LP" and always_alike and can_cache(network)
