"""What a training is made from: cases, published weights, and images, each looked at first."""

from dataclasses import replace
from typing import TypeAlias

from radzoo.core.case import SPLITS, Manifest, Refused, Split
from radzoo.core.config import RunConfig
from radzoo.core.errors import UsageError
from radzoo.core.recipe import Recipe
from radzoo.core.source import Fetched
from radzoo.data.load import load_manifest
from radzoo.data.prepared import Prepared, PreparedVolumes
from radzoo.data.split.portion import choose_cases
from radzoo.models.weights_file import WeightsFile
from radzoo.tasks.task import Task
from radzoo.workflows.case_checks import as_task_reads, check_cases, check_folds, check_order
from radzoo.workflows.case_counts import warn_of_few
from radzoo.workflows.finetune_config import FinetuneConfig, Watcher
from radzoo.workflows.network_weights import published_weights
from radzoo.workflows.refusals import check_refused

Stock: TypeAlias = Prepared | PreparedVolumes
"""Decoded cases."""


def read_cases(
    config: FinetuneConfig, task: Task, watcher: Watcher
) -> tuple[Manifest, tuple[str, ...]]:
    """List the cases, complete their splits, and see whether they can serve the task.

    Raises:
        UsageError: if a segmentation is to be told something beside the image.
        RefusedError: if more than `max_refused` of the cases have no readable header.
        InputError: if patients stand in two splits, or a split cannot serve the task.
    """
    if task.reads == "mask" and config.options.covariates:
        raise UsageError(
            f"--covariates {','.join(config.options.covariates)} was given, and the task "
            f"'{task.name}' judges every voxel by the image alone",
            id="covariates-of-masks",
            hint="leave --covariates out",
        )
    needs_targets = config.options.needs_targets and task.reads != "mask"
    options = replace(config.options, needs_targets=needs_targets)
    manifest = as_task_reads(load_manifest(config.data, options=options), task)
    check_order(manifest, task, options.classes)
    for note in manifest.notes:
        watcher.log(note)
    total = len(manifest.cases) + len(manifest.refused)
    check_refused(manifest.refused, total, allowed=config.max_refused)
    seed = int(config.wishes.get("seed", 0))
    check_folds(manifest, config.portion, task, seed=seed, allow_leakage=config.allow_leakage)
    manifest, warnings = choose_cases(
        manifest, config.portion, seed=seed, allow_leakage=config.allow_leakage
    )
    for warning in warnings:
        watcher.warn(warning)
    if task.reads == "times":  # findings beside the times are not what is learnt
        manifest = replace(manifest, labels=())
    for split in SPLITS:
        check_cases(task, manifest.of(split).cases, manifest.labels, manifest.classes, split)
    few = warn_of_few(manifest, task.reads)
    for warning in few:
        watcher.warn(warning)
    return manifest, (*warnings, *few)


def bring_weights(
    config: FinetuneConfig, recipe: Recipe, watcher: Watcher
) -> tuple[WeightsFile | None, Fetched | None]:
    """Return the published weights, or nothing for a network from scratch."""
    if recipe.from_scratch or config.entry.source.kind == "none":
        return None, None
    return published_weights(
        config.entry, cache=config.cache, offline=config.offline, progress=watcher.on_bytes,
        log=watcher.log,
    )  # fmt: skip


def check_prepared(
    prepared: Stock, made: RunConfig, manifest: Manifest, task: Task, watcher: Watcher
) -> tuple[str, ...]:
    """See whether enough cases could be decoded, and whether those can serve the task.

    Returns:
        A warning if any was refused.

    Raises:
        RefusedError: if more than `max_refused` of the cases were refused.
        InputError: if those that are left cannot serve the task.
    """
    warnings = check_refused(
        [*manifest.refused, *prepared.refused],
        len(manifest.cases) + len(manifest.refused),
        allowed=made.max_refused,
    )
    for warning in warnings:
        watcher.warn(warning)
    for split in SPLITS:
        left = [prepared.cases[row] for row in rows_of(prepared, split)]
        check_cases(task, left, made.labels, manifest.classes, split)
    return warnings


def refused_of(prepared: Stock, manifest: Manifest, split: Split) -> tuple[Refused, ...]:
    """Return the cases of a split that were left out.

    So are those whose header could not be read: they may have belonged to any split.
    """
    ours = {case.case_id for case in manifest.of(split).cases}
    refused = [case for case in prepared.refused if case.case_id in ours]
    return (*manifest.refused, *refused)


def rows_of(prepared: Stock, split: Split) -> list[int]:
    """Return which prepared cases are of a split."""
    return [row for row, case in enumerate(prepared.cases) if case.split == split]
