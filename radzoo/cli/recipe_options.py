"""Options of a training: each is a setting of `core.recipe.Recipe`, undecided if not given."""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from typer import Option

from radzoo.cli.option_group import spread

if TYPE_CHECKING:
    from radzoo.core.recipe import Scalar

LAYERS, RATES, CASES, COMPUTING = "What learns", "How fast", "From what", "Computing"


class Strategy(StrEnum):
    """Which weights are taught."""

    FULL = "full"
    LP = "LP"
    PARTIAL = "partial"


class Direction(StrEnum):
    """From which end of the encoder layers are counted."""

    START = "start"
    END = "end"


class Scheduler(StrEnum):
    """How the learning rate goes."""

    COSINE = "cosine"
    STEP = "step"
    PLATEAU = "plateau"
    NONE = "none"


class LossName(StrEnum):
    """What is made small."""

    AUTO = "auto"
    CROSS_ENTROPY = "cross-entropy"
    FOCAL = "focal"
    CLASS_BALANCED = "class-balanced"
    HUBER = "huber"
    SQUARED_ERROR = "squared-error"
    HETEROSCEDASTIC = "heteroscedastic"
    COX = "cox"
    DISCRETE_TIME = "discrete-time"
    DICE_CROSS_ENTROPY = "dice-cross-entropy"
    TVERSKY = "tversky"
    BOUNDARY = "boundary"


class PoolSlices(StrEnum):
    """How slices of a volume are put together."""

    MEAN = "mean"
    MAX = "max"
    ATTENTION = "attention"


class ClassWeights(StrEnum):
    """How much a case of each class counts."""

    AUTO = "auto"
    NONE = "none"


class Sampling(StrEnum):
    """How often a case is shown."""

    NATURAL = "natural"
    BALANCED = "balanced"


class Half(StrEnum):
    """Which half precision."""

    AUTO = "auto"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"


def choice(panel: str, flag: str, text: str) -> object:
    """Return an option of a panel of the help."""
    return Option(flag, help=text, rich_help_panel=panel, show_default=False)


@dataclass(frozen=True)
class RecipeFlags:
    """How a network is taught, as far as the user says; None = radzoo decides."""

    strategy: Annotated[
        Strategy | None,
        choice(LAYERS, "--strategy", "Teach all weights, the last layer (LP), or a part."),
    ] = None
    unfreeze_pct: Annotated[
        float | None,
        choice(LAYERS, "--unfreeze-pct", "With partial: percent of the encoder's layers."),
    ] = None
    direction: Annotated[
        Direction | None,
        choice(LAYERS, "--direction", "With partial: counted from the image or the last layer."),
    ] = None
    gradual_epochs: Annotated[
        int | None,
        choice(LAYERS, "--gradual-epochs", "One more stage learns every N epochs."),
    ] = None
    lora_rank: Annotated[
        int | None,
        choice(LAYERS, "--lora-rank", "Learn a change of this rank in place of each weight."),
    ] = None
    lora_alpha: Annotated[float | None, choice(LAYERS, "--lora-alpha", "Scale of that change.")] = (
        None
    )
    from_scratch: Annotated[
        bool | None,
        choice(LAYERS, "--from-scratch/--pretrained", "Begin with random weights."),
    ] = None
    activation: Annotated[
        str | None,
        choice(
            LAYERS,
            "--activation",
            "relu, leaky_relu, elu, crelu, prelu, gelu, silu, sigmoid or tanh "
            "(default: the model's)",
        ),
    ] = None
    dropout: Annotated[
        float | None,
        choice(LAYERS, "--dropout", "Share dropped. (default: as published)"),
    ] = None
    epochs: Annotated[
        int | None, choice(RATES, "--epochs", "Passes. (default: by the number of cases)")
    ] = None
    lr: Annotated[float | None, choice(RATES, "--lr", "Peak rate of the last layer.")] = None
    lr_encoder: Annotated[
        float | None,
        choice(RATES, "--lr-encoder", "Peak rate of the rest. (default: a third of --lr)"),
    ] = None
    layer_decay: Annotated[
        float | None,
        choice(RATES, "--layer-decay", "Factor of the rate from a stage to the one before."),
    ] = None
    scheduler: Annotated[Scheduler | None, choice(RATES, "--scheduler", "Course of the rates.")] = (
        None
    )
    warmup: Annotated[
        float | None, choice(RATES, "--warmup", "Share of the steps in which they rise.")
    ] = None
    weight_decay: Annotated[float | None, choice(RATES, "--weight-decay", "Of AdamW.")] = None
    gradient_clip: Annotated[
        float | None, choice(RATES, "--gradient-clip", "Largest norm of a gradient.")
    ] = None
    ema: Annotated[
        float | None, choice(RATES, "--ema", "Judge a running mean of the weights, e.g. 0.999.")
    ] = None
    early_stopping: Annotated[
        int | None,
        choice(RATES, "--early-stopping", "Epochs without a better validation; 0 = never stop."),
    ] = None
    loss: Annotated[LossName | None, choice(CASES, "--loss", "What is made small.")] = None
    pool_slices: Annotated[
        PoolSlices | None,
        choice(CASES, "--pool-slices", "A network for images sees every slice of volumes."),
    ] = None
    horizons: Annotated[
        str | None,
        choice(CASES, "--horizon", "With survival: say probabilities until 365,730 ..."),
    ] = None
    label_smoothing: Annotated[
        float | None, choice(CASES, "--label-smoothing", "Certainty taken from every target.")
    ] = None
    class_weights: Annotated[
        ClassWeights | None,
        choice(CASES, "--class-weights", "auto = both classes count alike."),
    ] = None
    sampling: Annotated[
        Sampling | None, choice(CASES, "--sampling", "Show rare classes as often as others.")
    ] = None
    augmentation: Annotated[
        str | None,
        choice(CASES, "--augmentation", "How images vary. (default: by modality and strategy)"),
    ] = None
    mixup: Annotated[
        float | None, choice(CASES, "--mixup", "Mix two images: parameter of the beta.")
    ] = None
    cutmix: Annotated[
        float | None, choice(CASES, "--cutmix", "Paste a piece of another: the same.")
    ] = None
    micro_batch: Annotated[
        int | None,
        choice(COMPUTING, "--micro-batch", "Cases that a device holds at a time."),
    ] = None
    skip_bad_batches: Annotated[
        int | None,
        choice(COMPUTING, "--skip-bad-batches", "Steps without a finite loss to leave out."),
    ] = None
    amp: Annotated[
        bool | None, choice(COMPUTING, "--amp/--no-amp", "Half precision. (default: on a GPU)")
    ] = None
    half: Annotated[Half | None, choice(COMPUTING, "--half", "Which half precision.")] = None
    tf32: Annotated[
        bool | None, choice(COMPUTING, "--tf32/--no-tf32", "Round products of a GPU.")
    ] = None
    compile: Annotated[
        bool | None, choice(COMPUTING, "--compile/--no-compile", "Let torch compile it.")
    ] = None
    deterministic: Annotated[
        bool | None,
        choice(COMPUTING, "--deterministic/--fast", "Give the same twice on a GPU as well."),
    ] = None

    def wishes(self) -> "dict[str, Scalar]":
        """Return the settings that the user gave, by their name in the recipe."""
        given = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            name: str(value) if isinstance(value, StrEnum) else value
            for name, value in given.items()
            if value is not None
        }


with_recipe_flags = spread("training", RecipeFlags)
"""Gives a command the options of a training; it receives them as one `RecipeFlags`."""
