"""What a network is taught from decides how: images, volumes, or either with masks.

Each is one file of functions here; `finetune` and its followers ask for nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from torch import nn

from radzoo.core.case import Manifest, Split
from radzoo.core.config import RunConfig
from radzoo.core.entry import ZooEntry
from radzoo.core.plan import Plan
from radzoo.core.recipe import Recipe
from radzoo.core.registry import Registry
from radzoo.core.report import RunReport
from radzoo.models.device import Engine
from radzoo.models.lesson import Lesson
from radzoo.models.training.train import Trained
from radzoo.models.weights_file import WeightsFile
from radzoo.tasks.task import Task
from radzoo.workflows.finetune_config import FinetuneConfig, Watcher
from radzoo.workflows.run.folder import RunFolder
from radzoo.workflows.run.outcome import Draw, Ingredients
from radzoo.workflows.segmentation.segmented import Said
from radzoo.workflows.stopwatch import Stopwatch
from radzoo.workflows.teaching.material import Stock

Warnings: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """How a network is taught from one kind of thing.

    Attributes:
        plan: `(config, manifest, gpu, threads)` to the plan for people and the recipe.
        resolve: `(config, recipe, manifest, plan, task)` to what the run will do.
        network: `(made, task, weights, watcher)` to the network as it is before the first step.
        prepare: `(made, manifest, task, config, watcher)` to what is decoded, and warnings.
        lesson: `(stock, made, task)` to what is taught and how it is fed.
        score: `(network, split, made, manifest, stock, task, engine)` to what the network says
            of every case of a split.
        conclude: `(run, out, ingredients, network, trained, val, test, clock, draw)` fills the
            folder of the run.
    """

    plan: Callable[[FinetuneConfig, Manifest, bool, int], tuple[Plan, Recipe]]
    resolve: Callable[[FinetuneConfig, Recipe, Manifest, Plan, Task], RunConfig]
    network: Callable[[RunConfig, Task, WeightsFile | None, Watcher], nn.Module]
    prepare: Callable[[RunConfig, Manifest, Task, FinetuneConfig, Watcher], tuple[Stock, Warnings]]
    lesson: Callable[[Stock, RunConfig, Task], Lesson]
    score: Callable[[nn.Module, Split, RunConfig, Manifest, Stock, Task, Engine], Said]
    conclude: Callable[
        [
            RunFolder, Path, Ingredients, nn.Module, Trained, Said, Said, Stopwatch, Draw,
        ],
        RunReport,
    ]  # fmt: skip


MATTERS: Final[Registry[Matter]] = Registry(
    "kind of data",
    {
        "planes": "radzoo.workflows.teaching.planes:PLANES",
        "masks": "radzoo.workflows.segmentation.masks:MASKS",
        "volumes": "radzoo.workflows.teaching.volumes:VOLUMES",
    },
)


def matter_of(entry: ZooEntry, task: Task, pool_slices: object = "none") -> Matter:
    """Return how the network of an entry is taught a task.

    Args:
        entry: the model.
        task: what it learns.
        pool_slices: as of the recipe: a network of images that looks at slices is fed volumes.
    """
    if task.reads == "mask":
        return MATTERS.find("masks")
    volumes = entry.input.dimensions == 3 or pool_slices != "none"
    return MATTERS.find("volumes" if volumes else "planes")
