"""Every number that changes the weights which a training ends with."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Scalar: TypeAlias = bool | int | float | str
Rate = Annotated[float, Field(gt=0, le=10)]
Fraction = Annotated[float, Field(ge=0, lt=1)]
Share = Annotated[float, Field(gt=0, le=1)]
Alpha = Annotated[float, Field(ge=0, le=100)]
Loss = Literal[
    "auto", "cross-entropy", "focal", "class-balanced",  # findings and classes
    "huber", "squared-error", "heteroscedastic",  # numbers
    "cox", "discrete-time",  # times
    "dice-cross-entropy", "tversky", "boundary",  # masks
]  # fmt: skip
Count = Annotated[int, Field(ge=0, le=100_000)]


class Recipe(BaseModel):
    """How a network is taught. What stands here and the data give the weights.

    Attributes:
        strategy: `full` teaches every weight; `LP` (linear probe) only a new last layer;
            `partial` the last layer and a part of the encoder.
        unfreeze_pct: with `partial`, percent of the encoder's layers that learn.
        direction: with `partial`, from which end of the encoder they are counted: `end` is
            beside the last layer, `start` beside the image.
        gradual_epochs: epochs after which one more stage of the encoder begins to learn, from
            the last to the first; 0 = all learn from the beginning.
        layer_decay: factor of the rate from one stage to the one before it; 1 = none.
        lora_rank: rank of the low-rank change that is learnt in place of each weight; 0 = none.
        lora_alpha: scale of that change, divided by the rank.
        ema: share of the running mean of the weights that stays at every step; 0 = no mean.
        lr: peak learning rate of the new last layer.
        lr_encoder: peak learning rate of everything before it; unused by `LP`.
        warmup: share of all steps during which the rates rise from nothing.
        step_epochs, step_factor: `step` multiplies the rates by the factor every so often.
        plateau_epochs, plateau_factor: `plateau` does when validation has not been better
            for so long.
        early_stopping: epochs without a better validation score before stopping; 0 = never.
        batch_size: cases of one step, on all devices together.
        micro_batch: cases that one device holds at a time; None = its whole part of the batch.
        gradient_clip: largest norm of the gradient of one step.
        skip_bad_batches: steps whose loss was not finite that are left out before stopping.
        loss: `auto` is the task's own.
        focal_gamma: how little easy cases count, with `focal`.
        tversky_alpha, tversky_beta: how much a false voxel and a missed one count, with `tversky`.
        tversky_gamma: exponent of what is lost; above 1 hard structures count more.
        boundary_weight: of the distance to the border beside Dice and cross-entropy, `boundary`.
        batch_dice: overlap of structures is counted over a batch, not patch by patch.
        rare_voxels: exponent of the inverse frequency by which voxels of a structure count in
            the cross-entropy of masks; 0 = all alike, 1 = every structure alike.
        patches_per_case: of images with masks, in one epoch.
        huber_delta: error from which `huber` counts it by its size, no longer by its square;
            in standard deviations of the training cases.
        intervals: of time, at most, with `discrete-time`.
        horizons: times until which the probability of no event is said, as `365,730`; None =
            the quartiles of the training events.
        label_smoothing: share of certainty that is taken from every target.
        class_weights: `auto` lets both classes count alike while learning; the scores still
            are probabilities at the training set's own prevalence.
        sampling: `balanced` shows cases of rare classes more often.
        mixup, cutmix: parameter of the beta distribution that two images are mixed by; 0 = off.
        pool_slices: how a network for images answers for volumes: it looks at every slice, and
            features of all are averaged, their maxima taken, or weighed by attention; `none` =
            it is fed images.
        activation: put in place of the network's own; None = as published.
        amp: half precision where it is safe; evaluation is always in full precision.
        half: which; `auto` is what the device is best at.
        tf32: let matrix products of a GPU round to 19 bits.
        compile: let torch compile the network.
        deterministic: on a GPU only operations that give the same twice, where they exist.
        seed: fits 64 bits, as generators want it.
        threads: CPU threads; another number gives (slightly) other weights. Far more of them
            than a machine has end the process.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    strategy: Literal["full", "LP", "partial"]
    unfreeze_pct: Annotated[float, Field(gt=0, le=100)] = 25.0
    direction: Literal["start", "end"] = "end"
    gradual_epochs: Count = 0
    layer_decay: Share = 1.0
    lora_rank: Annotated[int, Field(ge=0, le=1024)] = 0
    lora_alpha: Annotated[float, Field(gt=0, le=1024)] = 16.0
    ema: Fraction = 0.0
    from_scratch: bool

    epochs: Annotated[int, Field(ge=1, le=100_000)]
    lr: Rate
    lr_encoder: Rate
    weight_decay: Annotated[float, Field(ge=0, le=10)]
    scheduler: Literal["cosine", "step", "plateau", "none"]
    warmup: Fraction
    step_epochs: Annotated[int, Field(ge=1, le=100_000)] = 10
    step_factor: Share = 0.1
    plateau_epochs: Annotated[int, Field(ge=1, le=100_000)] = 5
    plateau_factor: Share = 0.1
    early_stopping: Count

    batch_size: Annotated[int, Field(ge=2, le=65_536)]
    micro_batch: Annotated[int, Field(ge=1, le=65_536)] | None = None
    gradient_clip: Annotated[float, Field(gt=0)]
    skip_bad_batches: Count = 0

    loss: Loss = "auto"
    focal_gamma: Annotated[float, Field(ge=0, le=10)] = 2.0
    tversky_alpha: Share = 0.3
    tversky_beta: Share = 0.7
    tversky_gamma: Annotated[float, Field(gt=0, le=10)] = 1.0
    boundary_weight: Annotated[float, Field(gt=0, le=10)] = 0.1
    batch_dice: bool = False
    rare_voxels: Annotated[float, Field(ge=0, le=1)] = 0.0
    patches_per_case: Annotated[int, Field(ge=1, le=10_000)] = 1
    huber_delta: Annotated[float, Field(gt=0, le=100)] = 1.0
    intervals: Annotated[int, Field(ge=1, le=1000)] = 10
    horizons: str | None = None
    label_smoothing: Annotated[float, Field(ge=0, lt=0.5)] = 0.0
    class_weights: Literal["auto", "none"]
    sampling: Literal["natural", "balanced"] = "natural"
    augmentation: str
    mixup: Alpha = 0.0
    cutmix: Alpha = 0.0

    pool_slices: Literal["none", "mean", "max", "attention"] = "none"

    activation: str | None = None
    dropout: Fraction

    amp: bool
    half: Literal["auto", "bfloat16", "float16"] = "auto"
    tf32: bool = False
    compile: bool = False
    deterministic: bool = True
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    threads: Annotated[int, Field(ge=1, le=1024)]

    @property
    def held(self) -> int:
        """Cases that one device holds at a time when it only looks at them."""
        return self.micro_batch or self.batch_size
