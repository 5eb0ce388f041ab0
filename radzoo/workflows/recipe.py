"""What a training run decides by itself, from the number of cases and what is pretrained."""

from collections.abc import Mapping

from pydantic import ValidationError

from radzoo.core.errors import UsageError
from radzoo.core.recipe import Recipe, Scalar
from radzoo.core.registry import did_you_mean

ENOUGH_STEPS = 800


def decide(wishes: Mapping[str, Scalar], *, n_train: int, gpu: bool, threads: int) -> Recipe:
    """Fill in every number that the user did not ask for.

    Args:
        wishes: names of `Recipe` and the values wanted.
        n_train: number of training cases: few cases want small batches and many epochs.
        gpu: does it run on one? Then half precision pays.
        threads: CPU threads that torch uses here.

    Raises:
        UsageError: if a name or a value is none of `Recipe`.
    """
    strategy = wishes.get("strategy", "full")
    probe, scratch = strategy == "LP", bool(wishes.get("from_scratch", False))
    if probe and scratch:
        raise UsageError(
            "a linear probe of random weights would learn nothing of the images",
            id="probe-from-scratch",
            hint="leave out --from-scratch, or use --strategy full",
        )
    batch_size = wishes.get("batch_size", 32 if n_train >= 512 else 16)
    lr = wishes.get("lr", 3e-3 if probe else 1e-3)
    values: dict[str, Scalar] = {
        "strategy": strategy,
        "from_scratch": scratch,
        "epochs": 100 if probe else enough_epochs(n_train, batch_size),
        "batch_size": batch_size,
        "lr": lr,
        "lr_encoder": encoder_rate(lr, scratch),
        "weight_decay": 0.01 if probe else 0.05,
        "scheduler": "cosine",
        "warmup": 0.05,
        "early_stopping": 20 if probe else 10,
        "gradient_clip": 1.0,
        "class_weights": "auto",
        "augmentation": "none" if probe else "radiograph",
        "dropout": 0.0,
        "amp": gpu,
        "seed": 0,
        "threads": threads,
    }
    unknown = [name for name in wishes if name not in Recipe.model_fields]
    if unknown:
        raise UsageError(
            f"a recipe has no setting '{unknown[0]}'",
            id="unknown-setting",
            hint=did_you_mean(unknown[0], Recipe.model_fields)
            or f"known: {', '.join(Recipe.model_fields)}",
        )
    try:
        return Recipe.model_validate(values | dict(wishes))
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(
            f"the setting '{first['loc'][0]}' cannot be that: {first['msg'].lower()}",
            id="bad-setting",
            hint="radzoo finetune --help says what each setting takes",
        ) from None


def enough_epochs(n_train: int, batch_size: Scalar) -> int:
    """Return the epochs that make about `ENOUGH_STEPS` steps, between 8 and 60."""
    size = batch_size if isinstance(batch_size, int) and batch_size > 0 else 1
    return min(60, max(8, round(ENOUGH_STEPS * size / max(1, n_train))))


def encoder_rate(lr: Scalar, scratch: bool) -> Scalar:
    """What was learnt before is changed three times more slowly than the new last layer."""
    if scratch or not isinstance(lr, (int, float)):
        return lr
    return lr / 3
