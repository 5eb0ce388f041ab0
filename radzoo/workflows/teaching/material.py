"""What a training is made from: cases, published weights, and images, each looked at first."""

from torch import nn

from radzoo.core.case import SPLITS, Manifest
from radzoo.core.config import RunConfig
from radzoo.core.plugins import Task
from radzoo.core.recipe import Recipe
from radzoo.core.source import Fetched
from radzoo.data.load import load_manifest
from radzoo.data.prepared import Prepared, prepare
from radzoo.data.split.portion import choose_cases
from radzoo.models.build import build_network
from radzoo.models.weights_file import WeightsFile
from radzoo.workflows.case_counts import warn_of_few
from radzoo.workflows.finetune_config import FinetuneConfig, Watcher
from radzoo.workflows.network_weights import published_weights
from radzoo.workflows.refusals import check_refused
from radzoo.workflows.teaching.teaching import rows_of


def read_cases(
    config: FinetuneConfig, task: Task, watcher: Watcher
) -> tuple[Manifest, tuple[str, ...]]:
    """List the cases, complete their splits, and see whether they can serve the task.

    Raises:
        RefusedError: if more than `max_refused` of the cases have no readable header.
        InputError: if patients stand in two splits, or a split cannot serve the task.
    """
    manifest = load_manifest(config.data, options=config.options)
    for note in manifest.notes:
        watcher.log(note)
    total = len(manifest.cases) + len(manifest.refused)
    check_refused(manifest.refused, total, allowed=config.max_refused)
    seed = int(config.wishes.get("seed", 0))
    manifest, warnings = choose_cases(
        manifest, config.portion, seed=seed, allow_leakage=config.allow_leakage
    )
    for warning in warnings:
        watcher.warn(warning)
    for split in SPLITS:
        task.check(manifest.of(split).cases, manifest.labels, split)
    few = warn_of_few(manifest)
    for warning in few:
        watcher.warn(warning)
    return manifest, (*warnings, *few)


def bring_weights(
    config: FinetuneConfig, recipe: Recipe, watcher: Watcher
) -> tuple[WeightsFile | None, Fetched | None]:
    """Return the published weights, or nothing for a network from scratch."""
    if recipe.from_scratch:
        return None, None
    return published_weights(
        config.entry, cache=config.cache, offline=config.offline, progress=watcher.on_bytes,
        log=watcher.log,
    )  # fmt: skip


def make_network(
    made: RunConfig, task: Task, weights: WeightsFile | None, watcher: Watcher
) -> nn.Module:
    """Build the network of a run, as it is before the first step."""
    return build_network(
        made.entry, outputs=task.outputs(made.labels), weights=weights,
        dropout=made.recipe.dropout, activation=made.recipe.activation,
        seed=made.recipe.seed, image_size=made.image_size,
        log=watcher.log,
    )  # fmt: skip


def prepare_cases(
    made: RunConfig, manifest: Manifest, task: Task, config: FinetuneConfig, watcher: Watcher
) -> tuple[Prepared, tuple[str, ...]]:
    """Decode every image once, and see whether enough of them could be.

    Returns:
        The images, and a warning if any was refused.

    Raises:
        RefusedError: if more than `max_refused` of the cases were refused.
        InputError: if those that are left cannot serve the task.
    """
    prepared = prepare(
        manifest.cases, size=made.image_size, fit=made.plane.fit,
        interpolation=made.plane.interpolation,
        edge=made.plane.edge_at(made.image_size), decoding=made.decoding, cache=config.cache,
        workers=config.workers, track=watcher.track, log=watcher.log,
    )  # fmt: skip
    warnings = check_refused(
        [*manifest.refused, *prepared.refused],
        len(manifest.cases) + len(manifest.refused),
        allowed=made.max_refused,
    )
    for warning in warnings:
        watcher.warn(warning)
    for split in SPLITS:
        task.check([prepared.cases[row] for row in rows_of(prepared, split)], made.labels, split)
    return prepared, warnings
