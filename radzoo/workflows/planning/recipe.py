"""What a training run does: the user's wishes over what radzoo proposes, all of it checked."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pydantic import ValidationError

from radzoo.core.errors import UsageError
from radzoo.core.recipe import Recipe, Scalar
from radzoo.core.registry import did_you_mean
from radzoo.models.activations.kinds import make_activation
from radzoo.models.augmentation import AUGMENTATIONS
from radzoo.models.traits import ORDINARY, Traits
from radzoo.workflows.planning.combinations import check_combination
from radzoo.workflows.planning.proposals import DEFAULT_AUGMENTATION, Choice, Situation, propose

AUTO = "auto"
NEEDED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "greater_than": "more than {gt:g}",
        "greater_than_equal": "{ge:g} or more",
        "less_than": "less than {lt:g}",
        "less_than_equal": "{le:g} or less",
        "finite_number": "a finite number",
        "float_type": "a number",
        "int_type": "a whole number",
        "bool_type": "true or false",
        "string_type": "text",
        "literal_error": "{expected}",
    }
)
"""What a setting takes, by the kind of mistake."""


def decide(
    wishes: Mapping[str, Scalar],
    *,
    n_train: int,
    gpu: bool,
    threads: int,
    traits: Traits = ORDINARY,
    augmentation: Choice = DEFAULT_AUGMENTATION,
) -> Recipe:
    """Fill in every number that the user did not ask for.

    Args:
        wishes: names of `Recipe` and the values wanted.
        n_train: number of training cases: few cases want small batches and many epochs.
        gpu: does it run on one? Then half precision pays.
        threads: CPU threads that torch uses here.
        traits: what kind of network learns.
        augmentation: that suits the images.

    Raises:
        UsageError: if a name or a value is none of `Recipe`, or settings contradict each other.
    """
    wishes = without_auto(wishes)
    check_names(wishes)
    situation = Situation(n_train, gpu, threads, traits, augmentation)
    proposed = {name: choice.value for name, choice in propose(wishes, situation).items()}
    try:
        recipe = Recipe.model_validate(proposed | wishes)
    except ValidationError as error:
        raise wrong_value(error) from None
    check_combination(recipe)
    return recipe


def wrong_value(error: ValidationError) -> UsageError:
    """Say which setting was given what, and what it takes."""
    first = error.errors()[0]
    needed = NEEDED.get(first["type"], "another kind of value").format(**first.get("ctx", {}))
    return UsageError(
        f"the setting '{first['loc'][0]}' is {first['input']}; needed {needed}",
        id="bad-setting",
        hint="radzoo finetune --help says what each setting takes",
    )


def without_auto(wishes: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Return the wishes; an augmentation that is to be found out is none."""
    return {
        name: value
        for name, value in wishes.items()
        if not (name == "augmentation" and value == AUTO)
    }


def check_names(wishes: Mapping[str, Scalar]) -> None:
    """Refuse names and values that do not exist, and what contradicts itself.

    Raises:
        UsageError: if there is one.
    """
    unknown = [name for name in wishes if name not in Recipe.model_fields]
    if unknown:
        raise UsageError(
            f"a recipe has no setting '{unknown[0]}'",
            id="unknown-setting",
            hint=did_you_mean(unknown[0], Recipe.model_fields)
            or f"known: {', '.join(Recipe.model_fields)}",
        )
    name = wishes.get("augmentation", "none")
    if isinstance(name, str) and name not in AUGMENTATIONS:
        raise UsageError(
            f"there is no augmentation '{name}'",
            id="unknown-augmentation",
            hint=did_you_mean(name, AUGMENTATIONS) or f"known: auto, {', '.join(AUGMENTATIONS)}",
        )
    activation = wishes.get("activation")
    if isinstance(activation, str):
        make_activation(activation)
    if wishes.get("strategy") == "LP" and wishes.get("from_scratch"):
        raise UsageError(
            "a linear probe of random weights would learn nothing of the images",
            id="probe-from-scratch",
            hint="leave out --from-scratch, or use --strategy full",
        )
