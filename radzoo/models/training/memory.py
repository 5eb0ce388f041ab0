"""When memory runs out while a network learns: how many cases at a time would have fitted."""

import gc
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from radzoo.core.errors import MemoryFailure
from radzoo.core.recipe import Recipe
from radzoo.models.device import ran_out
from radzoo.models.samples import Rows
from radzoo.models.training.course import Course

Trial = Callable[[int], None]


@contextmanager
def naming_what_fits(course: Course) -> Iterator[None]:
    """Turn an end of memory into an error that says how many cases at a time would fit.

    Raises:
        MemoryFailure: then.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not ran_out(error):
            raise
        # Its frames hold the tensors for which there was no space.
        traceback.clear_frames(error.__traceback__)
    else:
        return
    raise no_memory(course.recipe, held_at_a_time(course), what_fits(course))


def no_memory(recipe: Recipe, held: int, fits: int) -> MemoryFailure:
    """Say what did not fit, and what would; 0 = nothing does."""
    small = f"--micro-batch {fits} keeps the batch of {recipe.batch_size}, in pieces"
    return MemoryFailure(
        f"memory ran out with {held} cases at a time; "
        + (f"{fits} would fit" if fits else "not even one would fit"),
        id="out-of-memory",
        hint=small if fits else "try a smaller --image-size, or a smaller network",
    )


def held_at_a_time(course: Course) -> int:
    """Return how many cases one process passes through the network together."""
    part = -(-course.recipe.batch_size // course.engine.ranks.count)
    return min(course.recipe.micro_batch or part, part)


def what_fits(course: Course) -> int:
    """Halve the cases until they fit, passing them through and back without a step.

    Several processes would wait for each other in the middle of it: for them it is a guess.
    """
    held = held_at_a_time(course) // 2
    if course.engine.ranks.count > 1:
        return held
    while held and not fits(lambda n: pass_once(course, n), held):
        held //= 2
    return held


def fits(trial: Trial, n: int) -> bool:
    """Does a trial with `n` cases end without an end of memory?"""
    try:
        trial(n)
    except (MemoryError, RuntimeError) as error:
        if not ran_out(error):
            raise
        traceback.clear_frames(error.__traceback__)
        return False
    except ValueError:  # batch normalisation cannot learn from one case
        if n > 1:
            raise
        return False
    finally:
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
    return True


def pass_once(course: Course, n: int) -> None:
    """Pass `n` cases through the network and back; nothing of it stays."""
    before = [one.clone() for one in course.learner.buffers()]
    devices = [course.engine.device] if course.engine.device.type == "cuda" else []
    try:
        with torch.random.fork_rng(devices=devices):
            cases, targets = some_cases(course, n)
            with course.engine.autocast():
                logits = course.learner(course.feeds.feed(cases, 1))
            torch.autograd.backward(course.loss(logits.float(), targets))
    finally:
        course.fleet.optimizer.zero_grad(set_to_none=True)
        for buffer, value in zip(course.learner.buffers(), before, strict=True):
            buffer.copy_(value)


def some_cases(course: Course, n: int) -> tuple[Rows, Tensor]:
    """Return the numbers of `n` training cases, again and again if there are fewer, and targets."""
    cases: Rows = np.resize(np.arange(len(course.training)), n)
    return cases, course.feeds.targets(cases, 1)
