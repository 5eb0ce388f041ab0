"""Look at images and masks, and say how a network would learn to segment them, and why."""

from dataclasses import replace
from typing import Final

from radzoo.core.case import Manifest
from radzoo.core.config import RunConfig
from radzoo.core.entry import ZooEntry
from radzoo.core.plan import Plan
from radzoo.core.recipe import Recipe
from radzoo.data.structures import structures_of
from radzoo.models.traits import ORDINARY, Traits
from radzoo.tasks.task import Task
from radzoo.workflows.case_counts import warn_of_few
from radzoo.workflows.finetune_config import FinetuneConfig
from radzoo.workflows.planning.plan import tell_recipe
from radzoo.workflows.planning.proposals import Choice, Situation, propose
from radzoo.workflows.planning.recipe import decide, without_auto
from radzoo.workflows.planning.volumes import wish_of
from radzoo.workflows.run.config import resolve
from radzoo.workflows.segmentation.budget import budget_of, propose_epochs
from radzoo.workflows.segmentation.draft import Draft
from radzoo.workflows.segmentation.draft_pictures import draft_pictures
from radzoo.workflows.segmentation.draft_volumes import draft_volumes
from radzoo.workflows.segmentation.fingerprint import find_fingerprint

ATTENDS: Final = ("SwinUNETR",)
OF_NO_USE: Final = ("class_weights",)
"""What says nothing of masks."""
PATIENCE: Final = Choice(20, "stops after 20 epochs without a better validation")


def plan_masks(
    config: FinetuneConfig, manifest: Manifest, gpu: bool, threads: int
) -> tuple[Plan, Recipe]:
    """Propose every setting from images, masks and the network, under the user's wishes.

    Args:
        config: what is asked for; an image size of volumes is that of the patch.
        manifest: the cases, with their splits.
        gpu: will it run on one?
        threads: CPU threads that torch uses here.

    Returns:
        The plan for people, with `segmentation`, and the recipe for the training.

    Raises:
        UsageError: if a wish is none of `Recipe`, or a size does not fit the network.
        InputError: if nobody has said what the numbers in masks mean, or the data cannot serve.
    """
    entry, wanted = config.entry, without_auto(config.wishes)
    draft = make_draft(config, manifest, gpu=gpu)
    n_train = draft.facts.n_train
    scratch = bool(wanted.get("from_scratch", False)) or entry.source.kind == "none"
    repeated = wanted.get("patches_per_case", 1)
    n_patches = n_train * (repeated if isinstance(repeated, int) else 1)
    own = {"batch_size": draft.batch, "early_stopping": PATIENCE}
    if draft.plan.dimensions == 3:
        budget = budget_of(gpu=gpu)
        own["epochs"] = propose_epochs(draft.topology, budget, max(1, n_patches), threads)
    own = {name: choice for name, choice in own.items() if name not in wanted}
    settled = {name: choice.value for name, choice in own.items()} | wanted
    settled["from_scratch"] = scratch
    situation = Situation(n_train, gpu, threads, traits_of_masks(entry), draft.augmentation)
    recipe = decide(
        settled, n_train=n_train, gpu=gpu, threads=threads, traits=situation.traits,
        augmentation=situation.augmentation,
    )  # fmt: skip
    told = tell_recipe(recipe, propose(settled, situation) | own, wanted)
    plan = Plan(
        model=entry.name, task=config.task, facts=draft.facts,
        proposals=[*draft.proposals, *(one for one in told if one.setting not in OF_NO_USE)],
        advice=[], warnings=[*warn_of_few(replace(manifest, labels=())), *draft.warnings],
        segmentation=draft.plan.model_copy(update={"batch_size": recipe.batch_size}),
    )  # fmt: skip
    return plan, recipe


def make_draft(config: FinetuneConfig, manifest: Manifest, *, gpu: bool) -> Draft:
    """Look at the data, and choose grid, patch and network.

    Raises:
        UsageError: if a size that is wanted does not fit the network.
        InputError: if the data cannot serve.
    """
    entry, structures = config.entry, structures_of(manifest)
    declared, budget = config.options.structures is not None, budget_of(gpu=gpu)
    if entry.input.dimensions == 2:
        return draft_pictures(
            entry, manifest, structures, config.image_size, budget,
            declared_by_user=declared, workers=config.workers,
        )  # fmt: skip
    seen = find_fingerprint(manifest, structures, entry.name, workers=config.workers)
    return draft_volumes(
        entry, manifest, structures, seen, wish_of(config), budget, declared_by_user=declared
    )


def traits_of_masks(entry: ZooEntry) -> Traits:
    """Say what decides how fast a network of segmentation can be taught."""
    return Traits(attends=True) if entry.architecture.name in ATTENDS else ORDINARY


def resolve_masks(
    config: FinetuneConfig, recipe: Recipe, manifest: Manifest, plan: Plan, task: Task
) -> RunConfig:
    """Write down what the run will do; its labels are the structures."""
    planned = plan.segmentation
    assert planned is not None
    named = replace(manifest, labels=planned.names, classes={})
    made = resolve(config, recipe, named, task)
    side = planned.patch[0] if planned.dimensions == 2 else None
    return made.model_copy(update={"segmentation": planned, "image_size": side})
