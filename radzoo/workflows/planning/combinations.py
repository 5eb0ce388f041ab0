"""Which settings of a recipe contradict each other, and which need a word of caution."""

from collections.abc import Callable
from typing import Final, NamedTuple

from radzoo.core.errors import UsageError
from radzoo.core.recipe import Recipe
from radzoo.tasks.task import Task, check_loss

UNCALIBRATED: Final = (
    "scores order the cases, but are no probabilities at any prevalence: look at the calibration "
    "of the report, and choose thresholds on validation"
)


class Contradiction(NamedTuple):
    """Settings that make no sense together.

    Attributes:
        holds: does a recipe have them?
        message: what is wrong.
        hint: what to do.
        id: for programs.
    """

    holds: Callable[[Recipe], bool]
    message: str
    hint: str
    id: str


class Caution(NamedTuple):
    """Settings that the user should know something of."""

    holds: Callable[[Recipe], bool]
    message: str


CONTRADICTIONS: Final = (
    Contradiction(
        lambda recipe: recipe.strategy == "LP" and recipe.lora_rank > 0,
        "a linear probe teaches no weight that a change of low rank could stand beside",
        "use --strategy full or partial with --lora-rank",
        "probe-with-lora",
    ),
    Contradiction(
        lambda recipe: recipe.strategy == "LP" and recipe.gradual_epochs > 0,
        "a linear probe never teaches the encoder, neither at once nor stage by stage",
        "use --strategy full or partial with --gradual-epochs",
        "probe-with-gradual",
    ),
    Contradiction(
        lambda recipe: recipe.strategy == "LP" and recipe.layer_decay < 1,
        "a linear probe teaches one layer, which has one rate",
        "use --strategy full or partial with --layer-decay",
        "probe-with-layer-decay",
    ),
    Contradiction(
        lambda recipe: recipe.from_scratch and recipe.strategy == "partial",
        "a part of the network would keep its random weights",
        "leave out --from-scratch, or use --strategy full",
        "partial-from-scratch",
    ),
    Contradiction(
        lambda recipe: recipe.from_scratch and recipe.lora_rank > 0,
        "changes of low rank would stand beside random weights",
        "leave out --from-scratch, or --lora-rank",
        "lora-from-scratch",
    ),
    Contradiction(
        lambda recipe: recipe.from_scratch and recipe.gradual_epochs > 0,
        "the last layer would learn from random features first",
        "leave out --from-scratch, or --gradual-epochs",
        "gradual-from-scratch",
    ),
    Contradiction(
        lambda recipe: (
            recipe.strategy == "partial"
            and recipe.direction == "start"
            and recipe.gradual_epochs > 0
        ),
        "stages begin to learn from the last to the first, and the last ones were to stay frozen",
        "use --direction end, or leave out --gradual-epochs",
        "gradual-from-the-start",
    ),
    Contradiction(
        lambda recipe: recipe.loss == "class-balanced" and recipe.class_weights == "none",
        "a class-balanced loss is cross-entropy with class weights, and none were wanted",
        "leave out --class-weights none, or use --loss cross-entropy",
        "class-balanced-without-weights",
    ),
    Contradiction(
        lambda recipe: recipe.loss == "class-balanced" and recipe.sampling == "balanced",
        "balanced sampling and a class-balanced loss would make up for the same thing twice",
        "use one of --sampling balanced and --loss class-balanced",
        "balanced-twice",
    ),
)

CAUTIONS: Final = (
    Caution(lambda recipe: recipe.loss == "focal", f"with a focal loss {UNCALIBRATED}"),
    Caution(lambda recipe: recipe.label_smoothing > 0, f"with label smoothing {UNCALIBRATED}"),
    Caution(
        lambda recipe: recipe.mixup > 0 or recipe.cutmix > 0, f"with mixed images {UNCALIBRATED}"
    ),
    Caution(
        lambda recipe: recipe.strategy == "LP" and (recipe.mixup > 0 or recipe.cutmix > 0),
        "mixed images are other images in every epoch: features are not kept, and the probe "
        "is as slow as passing every image through the network",
    ),
    Caution(
        lambda recipe: (
            recipe.scheduler == "plateau" and 0 < recipe.early_stopping <= recipe.plateau_epochs
        ),
        "training stops early before the rate ever falls at a plateau: make --early-stopping "
        "larger than plateau_epochs",
    ),
    Caution(
        lambda recipe: recipe.loss == "focal" and recipe.focal_gamma == 0,
        "a focal loss with focal_gamma 0 is cross-entropy",
    ),
    Caution(
        lambda recipe: recipe.strategy != "partial" and recipe.unfreeze_pct != 25,
        "unfreeze_pct counts only with --strategy partial",
    ),
    Caution(
        lambda recipe: recipe.strategy != "partial" and recipe.direction != "end",
        "direction counts only with --strategy partial",
    ),
)
SEVERAL_LABELS: Final = (
    "balanced sampling of several labels shows a rare finding together with all else its cases "
    "have: scores are probabilities at the training set's prevalence only nearly"
)


def check_for_task(task: Task, recipe: Recipe) -> None:
    """Refuse a loss of another task, and settings that mean nothing for this one.

    Raises:
        UsageError: naming the first.
    """
    check_loss(task, recipe)
    if task.reads in ("labels", "class"):
        return
    for setting, given in (
        ("sampling balanced", recipe.sampling == "balanced"),
        ("label_smoothing", recipe.label_smoothing > 0),
    ):
        if given:
            raise UsageError(
                f"{setting} is for findings and classes; the task '{task.name}' has neither",
                id="setting-of-another-task",
                hint="leave it out",
            )


def check_combination(recipe: Recipe) -> None:
    """Refuse a recipe whose settings contradict each other.

    Raises:
        UsageError: if it has such settings; the first of them is named.
    """
    for one in CONTRADICTIONS:
        if one.holds(recipe):
            raise UsageError(one.message, id=one.id, hint=one.hint)


def cautions(recipe: Recipe, *, n_labels: int) -> tuple[str, ...]:
    """Return what should be known of the scores and of settings that do nothing."""
    said = [caution.message for caution in CAUTIONS if caution.holds(recipe)]
    if recipe.sampling == "balanced" and n_labels > 1:
        said.append(SEVERAL_LABELS)
    return tuple(said)
