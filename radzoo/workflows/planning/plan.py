"""Look at the data, and say what a training would do with it and why."""

from collections.abc import Mapping
from typing import Final

from radzoo.core.case import Manifest
from radzoo.core.entry import ZooEntry
from radzoo.core.plan import DataFacts, Plan, Proposal
from radzoo.core.recipe import Recipe, Scalar
from radzoo.models.traits import traits_of
from radzoo.tasks import TASKS
from radzoo.workflows.case_counts import Reads, warn_of_few
from radzoo.workflows.planning.augmentation_choice import choose_augmentation
from radzoo.workflows.planning.data_facts import find_facts
from radzoo.workflows.planning.image_size import propose_size
from radzoo.workflows.planning.proposals import Choice, Situation, propose
from radzoo.workflows.planning.recipe import decide, without_auto
from radzoo.workflows.planning.sureness import advise_strategy, rarest, warn_of_lottery

TOLD: Final = (
    "strategy", "epochs", "batch_size", "lr", "lr_encoder", "warmup", "scheduler",
    "weight_decay", "early_stopping", "augmentation", "class_weights", "amp",
)  # fmt: skip
ASKED: Final = "you asked for it"
UNEVEN: Final = 0.35


def make_plan(
    entry: ZooEntry,
    manifest: Manifest,
    *,
    task: str,
    wishes: Mapping[str, Scalar],
    image_size: int | None,
    gpu: bool,
    threads: int,
    workers: int = 2,
) -> tuple[Plan, Recipe]:
    """Propose every setting from the data and the network, under the user's wishes.

    Images are only opened if image size or augmentation are open.

    Args:
        entry: the model that is to learn.
        manifest: the cases, with their splits.
        task: what is predicted.
        wishes: settings of the recipe that the user fixes.
        image_size: the same for rows and columns.
        gpu: will it run on one?
        threads: CPU threads that torch uses here.
        workers: processes that open images.

    Returns:
        The plan for people, and the recipe for the training.

    Raises:
        UsageError: if a wish is none of `Recipe`.
        InputError: if the library has no such network, or it is fed with volumes.
    """
    entry.input.as_plane(entry.name)  # a network for volumes is refused before it is built
    wanted = without_auto(wishes)
    decided = image_size is not None and "augmentation" in wanted
    reads = TASKS.find(task).reads
    facts = find_facts(manifest, reads=reads, look=not decided, workers=workers)
    situation = Situation(
        facts.n_train, gpu, threads, traits_of(entry), choose_augmentation(entry, facts)
    )
    recipe = decide(
        wanted, n_train=facts.n_train, gpu=gpu, threads=threads,
        traits=situation.traits, augmentation=situation.augmentation,
    )  # fmt: skip
    choices = propose(wanted, situation) | {"class_weights": choose_weights(facts, reads)}
    size = propose_size(entry, facts) if image_size is None else Choice(image_size, ASKED)
    told = [_tell("image_size", size.value, size.reason, asked=image_size is not None)]
    told += tell_recipe(recipe, choices, wanted)
    plan = Plan(
        model=entry.name, task=task, facts=facts, proposals=told,
        advice=[] if "strategy" in wanted or recipe.from_scratch else advise_strategy(facts),
        warnings=say_what_lacks(manifest, facts, reads),
    )  # fmt: skip
    return plan, recipe


def say_what_lacks(manifest: Manifest, facts: DataFacts, reads: Reads) -> list[str]:
    """Say what there is too little of to learn from, or to choose the epoch by."""
    have = "are of the class" if reads == "class" else "have"
    return [*warn_of_few(manifest, reads), *warn_of_lottery(facts, have=have)]


def choose_weights(facts: DataFacts, reads: Reads = "labels") -> Choice:
    """Let classes count alike, and say how uneven they are."""
    if reads not in ("labels", "class"):
        return Choice("auto", "there are no classes to be weighted")
    found = rarest(facts)
    if found is None:
        return Choice("auto", "classes count alike while learning")
    label, counts = found
    share = counts.n_positive / counts.n
    if reads == "class":
        return Choice("auto", f"{share:.0%} are {label}: all classes count alike while learning")
    if min(share, 1 - share) >= UNEVEN:
        return Choice("auto", f"both classes are common ({label}: {share:.0%}): it matters little")
    return Choice("auto", f"{share:.0%} have {label}: both classes count alike while learning")


def tell_recipe(
    recipe: Recipe, choices: Mapping[str, Choice], wanted: Mapping[str, Scalar]
) -> list[Proposal]:
    """Say of each setting that people look at what it is and why, and of all that were asked for.

    Args:
        recipe: what will be done.
        choices: why, by setting.
        wanted: what the user asked for.
    """
    told = [
        _tell(name, getattr(recipe, name), choices[name].reason, asked=name in wanted)
        for name in TOLD
    ]
    return told + [_tell(name, value, ASKED, asked=True) for name, value in _others(wanted).items()]


def _tell(setting: str, value: Scalar, reason: str, *, asked: bool) -> Proposal:
    by = "user" if asked else "radzoo"
    return Proposal(setting=setting, value=value, by=by, reason=ASKED if asked else reason)


def _others(wishes: Mapping[str, Scalar]) -> dict[str, Scalar]:
    # What an earlier run left open is null in its configuration.
    return {k: value for k, value in wishes.items() if k not in TOLD and value is not None}
