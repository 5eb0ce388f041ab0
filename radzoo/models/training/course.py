"""One epoch: learn from every case once, then be examined on validation."""

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import islice, zip_longest

import numpy as np
import torch
from torch import Tensor, nn

from radzoo.core.errors import IntegrityError
from radzoo.core.plugins import Vector
from radzoo.core.recipe import Recipe
from radzoo.models.device import Engine
from radzoo.models.lesson import Cases, Examination, Feeds, Judge, Loss
from radzoo.models.predict import run
from radzoo.models.samples import NETWORK, Rows, cut_order, generator, steps_per_epoch
from radzoo.models.spread import is_spread
from radzoo.models.training.ema import RunningMean
from radzoo.models.training.fleet import Fleet
from radzoo.models.training.hooks import Hooks
from radzoo.models.training.learning import Curriculum
from radzoo.models.training.mixing import draw_mixing
from radzoo.models.training.optimise import set_rates
from radzoo.models.training.pieces import cut
from radzoo.models.training.progress import Epoch, Progress
from radzoo.models.training.sampling import order_of
from radzoo.models.training.schedule import rate_factor
from radzoo.models.training.snapshot import Stateful, capture
from radzoo.models.training.spreading import Whole, WholeOptimizer
from radzoo.models.training.statistics import Monitor, pick_cases
from radzoo.models.training.step import Step, take_step

NAMED = 8


@dataclass(frozen=True, slots=True)
class Course:
    """What is taught to what.

    Attributes:
        network: the whole network.
        learner: what is fed: the network, or its last layer where features are known.
        fleet: that learner with its optimiser, as it runs on one or many devices.
        feeds: what the learner is fed, and what is true of it.
        shown: how often each training case is expected in an epoch; None = once.
        curriculum: which weights learn in which epoch.
        loss: `(logits, targets)` to a scalar; `val_loss` for validation, whose cases come as
            often as they are.
        judge: `(targets, logits)` to the score that is to be high.
        hooks: whom to tell and to ask.
        mean: of the weights, which is judged and kept in their place; None = they are.
        monitor: measures the stages of the network; None where its features do not change.
    """

    network: nn.Module
    learner: nn.Module
    feeds: Feeds
    training: Cases
    validation: Cases
    shown: Vector | None
    fleet: Fleet
    curriculum: Curriculum
    recipe: Recipe
    engine: Engine
    loss: Loss
    val_loss: Loss
    judge: Judge
    hooks: Hooks
    mean: RunningMean | None = None
    monitor: Monitor | None = None

    def parts(self) -> dict[str, Stateful]:
        """Everything that steps change, `Progress` apart: what a checkpoint has to hold."""
        optimizer, in_parts = self.fleet.optimizer, is_spread(self.learner)
        parts: dict[str, Stateful] = {
            "network": Whole(self.network) if in_parts else self.network,
            "optimizer": WholeOptimizer(optimizer) if in_parts else optimizer,
            "scaler": self.fleet.scaler,
        }
        if self.mean is not None:
            parts["mean"] = Whole(self.mean) if in_parts else self.mean
        return parts

    def judged(self) -> AbstractContextManager[None]:
        """Let the network have the weights that are judged and kept, as long as this lasts."""
        return nullcontext() if self.mean is None else self.mean.in_place()

    def keep(self, progress: Progress) -> None:
        """Hand out the training as it stands between two steps; the hook may raise."""
        self.hooks.keep(capture(self.parts(), progress))

    def keep_if_wanted(self, progress: Progress) -> None:
        """Stand still for a moment, if somebody wants it."""
        wish = torch.tensor(float(self.hooks.wants_pause()))
        if self.engine.ranks.sum(wish) > 0:
            self.keep(progress)


def run_epoch(course: Course, progress: Progress) -> Epoch:
    """Teach every training case of an epoch that was not taught yet, and examine the result.

    Raises:
        IntegrityError: if loss or gradient is not finite; the step was not applied.
    """
    learn(course, progress)
    began = time.perf_counter()
    with course.judged():
        val_loss, score = examine(course)
        stages = measure_stages(course)
    rates = {bool(group["is_head"]): group["lr"] for group in course.fleet.optimizer.param_groups}
    return Epoch(
        epoch=progress.epoch,
        train_loss=progress.loss_sum / max(1, progress.n_seen),
        val_loss=val_loss,
        score=score,
        lr=rates[True],
        lr_encoder=rates.get(False, 0.0),
        images_per_s=progress.n_seen / max(progress.seconds, 1e-9),
        seconds=progress.seconds + time.perf_counter() - began,
        n_seen=progress.n_seen,
        n_left_out=progress.n_left_out,
        stages=stages,
    )


def learn(course: Course, progress: Progress) -> None:
    """Take the steps of an epoch that are not done yet."""
    recipe, n, number = course.recipe, len(course.training), progress.epoch
    steps = steps_per_epoch(n, recipe.batch_size)
    if course.learner is course.network:
        course.curriculum.begin_epoch(number)
    else:
        course.learner.train()
    course.fleet.wrap()
    shown = course.shown if recipe.sampling == "balanced" else None
    order = order_of(n, shown, seed=recipe.seed, epoch=number)
    left = list(islice(cut_order(order, recipe.batch_size), progress.step, None))
    for chosen, following in zip_longest(left, left[1:], fillvalue=order[:0]):
        course.feeds.expect(pieces_of(course, following))
        began = time.perf_counter()
        # Dropout and the like draw from torch's own generator: it starts anew for every step.
        torch.manual_seed(seed_of(recipe.seed, number, progress.step, course.engine.ranks.rank))
        factor = rate_factor(
            recipe, epoch=number, step=progress.step, steps=steps, history=progress.history
        )
        set_rates(course.fleet.optimizer, factor)
        took = teach_batch(course, chosen, progress)
        progress.step += 1
        if took.applied:
            progress.loss_sum += took.loss * len(chosen)
            progress.n_seen += took.n_seen
        else:
            leave_out(course, chosen, progress)
        progress.seconds += time.perf_counter() - began
        course.hooks.on_step(number, progress.step, steps)
        course.keep_if_wanted(progress)
    if progress.n_seen + progress.n_left_out != n:
        raise AssertionError(f"epoch {number} saw {progress.n_seen} cases of {n}")


def pieces_of(course: Course, chosen: Rows) -> list[Rows]:
    """Return the numbers of the cases that this process will be fed of a batch."""
    pieces = cut(len(chosen), course.engine.ranks, course.recipe.micro_batch) if len(chosen) else []
    return [chosen[piece.places] for piece in pieces]


def teach_batch(course: Course, chosen: Rows, progress: Progress) -> Step:
    """Take one step on cases of these numbers, mixed with each other if the recipe says so."""
    recipe, epoch = course.recipe, progress.epoch

    def look(places: Rows) -> Tensor:
        return course.feeds.feed(chosen[places], epoch)

    targets = course.feeds.targets(chosen, epoch)
    size = course.training.size
    mixing = draw_mixing(recipe, len(chosen), size=size, epoch=epoch, step=progress.step)
    took = take_step(
        course.fleet,
        look if mixing is None else mixing.look_at(look),
        course.loss,
        targets if mixing is None else mixing.targets(targets),
        micro_batch=recipe.micro_batch,
        gradient_clip=recipe.gradient_clip,
    )
    if took.applied and course.mean is not None:
        course.mean.update()
    return took


def seed_of(seed: int, epoch: int, step: int, rank: int = 0) -> int:
    """Return the seed of one step's own random numbers; every process has others."""
    purpose = (NETWORK, step, rank) if rank else (NETWORK, step)
    return int(generator(seed, epoch, *purpose).integers(2**62))


def leave_out(course: Course, chosen: Rows, progress: Progress) -> None:
    """Note that no step was taken on a batch, if the recipe lets it be.

    Raises:
        IntegrityError: if so many were left out already as it allows.
    """
    names = tuple(course.training.names[case] for case in chosen)
    if len(progress.bad_batches) >= course.recipe.skip_bad_batches:
        raise _not_finite(names, progress.epoch, left_out=len(progress.bad_batches))
    progress.bad_batches.append(names)
    progress.n_left_out += len(chosen)


def examine(course: Course) -> tuple[float, float]:
    """Return loss and score on validation; every process has a share of the cases."""
    course.fleet.settle()
    n, ranks = len(course.validation), course.engine.ranks
    # One process alone may leave; several must all come to the end of it.
    track = course.hooks.until_end if ranks.count == 1 else iter
    if course.feeds.examine is not None:
        return course.feeds.examine(
            Examination(course.learner, course.val_loss, course.engine, course.recipe.held, track)
        )
    logits = run(
        course.learner, course.feeds.val_feed, n, batch_size=course.recipe.held, track=track,
        ranks=ranks,
    )  # fmt: skip
    targets = course.feeds.val_targets(np.arange(n))
    loss = float(course.val_loss(logits.to(course.engine.device), targets))
    return loss, course.judge(course.validation.targets, logits.numpy())


def measure_stages(course: Course) -> dict[str, float]:
    """Return how well each stage can learn, measured on a few cases of validation."""
    if course.monitor is None:
        return {}
    chosen = pick_cases(len(course.validation), len(course.training))[: course.recipe.held]
    images, targets = course.feeds.val_feed(chosen, None), course.feeds.val_targets(chosen)
    return course.monitor.measure(images, targets, course.val_loss)


def _not_finite(names: tuple[str, ...], epoch: int, *, left_out: int) -> IntegrityError:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    before = f"; {left_out} such batches were left out before" if left_out else ""
    return IntegrityError(
        f"loss or gradient was not a finite number in epoch {epoch}, "
        f"in the batch of {', '.join(names[:NAMED])}{more}{before}",
        id="loss-not-finite",
        hint="look at these images, or try a lower --lr; the step was not applied",
    )
