"""The largest piece of a batch that a device can hold while it learns."""

import copy
from dataclasses import replace
from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn

from radzoo.core.recipe import Recipe
from radzoo.models.device import Engine
from radzoo.models.lesson import Lesson, Loss
from radzoo.models.ranks import ALONE
from radzoo.models.training.course import Course
from radzoo.models.training.hooks import SILENT
from radzoo.models.training.memory import Trial, fits, no_memory, pass_once, some_cases
from radzoo.models.training.step import take_step
from radzoo.models.training.train import learns_from_features, plan

SHARE_OF_RAM: Final = 0.5
"""Of what is free on a CPU's machine: others work there, and libraries need space, too."""
UNTOLD: Final = 4 * 2**30
"""Taken for free where the machine does not say."""
MEASURED: Final = (2, 4)
FIRST_TRIAL: Final = 8


def fit_micro_batch(
    network: nn.Module,
    lesson: Lesson,
    *,
    recipe: Recipe,
    engine: Engine,
    loss: Loss,
) -> Recipe:
    """Return a recipe with the largest piece of a batch that the device can hold.

    The batch stays what it is. A probe that learns from known features needs no pieces.

    All is tried on a copy of the network, with an optimiser of its own: neither the network
    nor any random numbers are changed. On a GPU real steps with ever more cases are taken
    until memory runs out; on a CPU what a step keeps is measured.

    Args:
        network: on the CPU.
        lesson: cases to learn from, and how they are fed.
        recipe: how it will be taught.
        engine: every process tries for itself, and the smallest piece counts for all.
        loss: `(logits, targets)` to a scalar.

    Raises:
        MemoryFailure: if not even one case fits.
    """
    if learns_from_features(network, recipe):
        return recipe
    devices = [engine.device] if engine.device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        course = plan(
            copy.deepcopy(network), lesson, recipe=recipe,
            engine=replace(engine, ranks=ALONE, fabric=None, compiles=False), loss=loss,
            judge=lambda targets, logits: 0.0, hooks=SILENT, val_loss=loss,
        )  # fmt: skip
        course.curriculum.begin_epoch(recipe.epochs)
        course.fleet.wrap()
        most = -(-recipe.batch_size // engine.ranks.count)
        if engine.device.type == "cuda":
            found = double_until_full(lambda n: step_twice(course, n), most)
        else:
            found = affordable(course, most)
    if not found:
        raise no_memory(recipe, 1, 0)
    return recipe.model_copy(update={"micro_batch": engine.ranks.lowest(found)})


def double_until_full(trial: Trial, most: int) -> int:
    """Return the largest number up to `most` whose trial fits: doubled, then halved; 0 = none."""
    n = min(FIRST_TRIAL, most)
    while n and not fits(trial, n):
        n //= 2
    while 0 < n < most and fits(trial, min(2 * n, most)):
        n = min(2 * n, most)
    return n


def step_twice(course: Course, n: int) -> None:
    """Take two steps with `n` cases: from the first on, the optimiser needs space, too."""
    cases, targets = some_cases(course, n)
    for _ in range(2):
        take_step(
            course.fleet, lambda places: course.feeds.feed(cases[places], 1), course.loss, targets,
            micro_batch=None, gradient_clip=course.recipe.gradient_clip,
        )  # fmt: skip


def affordable(course: Course, most: int) -> int:
    """Return how many cases a share of the free memory can hold, at most `most`; 0 = none."""
    few, more = (bytes_kept(course, n) for n in MEASURED)
    each = max(1, (more - few) // (MEASURED[1] - MEASURED[0]))
    spare = int(free_bytes() * SHARE_OF_RAM)
    # What a step keeps is needed twice for a moment: for itself and for its gradient.
    n = min(most, spare // (2 * each))
    return n if n >= most else 2 ** (n.bit_length() - 1) if n else 0


def bytes_kept(course: Course, n: int) -> int:
    """Measure what is kept of a pass of `n` cases for the way back."""
    kept: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        pass_once(course, n)
    return sum(kept.values())


def free_bytes() -> int:
    """Return the memory of this machine that can be had, within the limit of a container."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        told = dict(line.split(":", 1) for line in lines)
        free = int(told["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        free = UNTOLD
    try:
        group = Path("/sys/fs/cgroup")
        limit = int((group / "memory.max").read_text("ascii"))
        used = int((group / "memory.current").read_text("ascii"))
        return max(0, min(free, limit - used))
    except (OSError, ValueError):
        return free
