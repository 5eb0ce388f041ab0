"""`radzoo finetune`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from typer import Argument, Context, Option

from radzoo.cli.app import app
from radzoo.cli.data_options import (
    DataFlags,
    MaxRefused,
    Strict,
    Workers,
    with_data_flags,
)
from radzoo.cli.options import Settings, complete_models, with_settings

TRAINING, AGAIN = "Training", "Repeating"


class Strategy(StrEnum):
    """Which weights are taught."""

    FULL = "full"
    LP = "LP"


class Scheduler(StrEnum):
    """How the learning rate goes."""

    COSINE = "cosine"
    NONE = "none"


class ClassWeights(StrEnum):
    """How much a case of each class counts."""

    AUTO = "auto"
    NONE = "none"


class Augmentation(StrEnum):
    """How images are varied while learning."""

    RADIOGRAPH = "radiograph"
    NONE = "none"


def choice(flag: str, text: str) -> object:
    """Return an option of the training panel."""
    return Option(flag, help=text, rich_help_panel=TRAINING)


@app.command("finetune")
@with_settings
@with_data_flags
def finetune(
    settings: Settings,
    layout: DataFlags,
    context: Context,
    model: Annotated[
        str | None,
        Argument(
            metavar="MODEL",
            help="A model of the zoo, see radzoo list.",
            autocompletion=complete_models,
        ),
    ] = None,
    data: Annotated[
        Path | None, Option(help="Manifest, folder or .npz; needs train and test cases.")
    ] = None,
    out: Annotated[Path | None, Option(help="Folder of the run, to be made.")] = None,
    overwrite: Annotated[bool, Option("--overwrite", help="Replace the run at --out.")] = False,
    task: Annotated[str | None, Option(help="What is predicted: binary.")] = None,
    allow_leakage: Annotated[
        bool | None,
        Option(
            "--allow-leakage",
            help="Go on though patients stand in two splits; the report says so.",
            rich_help_panel="Data",
            show_default=False,
        ),
    ] = None,
    max_refused: MaxRefused = None,
    strict: Strict = False,
    num_workers: Workers = None,
    image_size: Annotated[
        int | None, choice("--image-size", "Rows and columns.  [default: the model's]")
    ] = None,
    strategy: Annotated[
        Strategy | None, choice("--strategy", "Teach all weights, or only a last layer (LP).")
    ] = None,
    from_scratch: Annotated[
        bool | None, choice("--from-scratch/--pretrained", "Begin with random weights.")
    ] = None,
    epochs: Annotated[
        int | None, choice("--epochs", "Passes.  [default: by the number of cases]")
    ] = None,
    batch_size: Annotated[int | None, choice("--batch-size", "Cases per step.")] = None,
    lr: Annotated[float | None, choice("--lr", "Peak rate of the last layer.")] = None,
    lr_encoder: Annotated[
        float | None, choice("--lr-encoder", "Peak rate of the rest.  [default: a third of --lr]")
    ] = None,
    weight_decay: Annotated[float | None, choice("--weight-decay", "Of AdamW.")] = None,
    scheduler: Annotated[Scheduler | None, choice("--scheduler", "Course of the rates.")] = None,
    early_stopping: Annotated[
        int | None,
        choice("--early-stopping", "Epochs without a better validation AUROC; 0 = never stop."),
    ] = None,
    class_weights: Annotated[
        ClassWeights | None, choice("--class-weights", "auto = both classes count alike.")
    ] = None,
    augmentation: Annotated[
        Augmentation | None, choice("--augmentation", "Never mirrors.  [default: by strategy]")
    ] = None,
    dropout: Annotated[
        float | None, choice("--dropout", "Share of features the last layer loses.")
    ] = None,
    amp: Annotated[
        bool | None, choice("--amp/--no-amp", "Half precision.  [default: on a GPU]")
    ] = None,
    config: Annotated[
        Path | None,
        Option(help="A RUN/config.json: do the same again.", rich_help_panel=AGAIN),
    ] = None,
    set_: Annotated[
        list[str] | None,
        Option(
            "--set", metavar="KEY=VALUE", help="Any setting of the recipe, repeatable.",
            rich_help_panel=AGAIN,
        ),
    ] = None,
) -> None:  # fmt: skip
    """Teach MODEL a new task on DATA; the folder OUT tells everything about it."""
    from radzoo.cli.finetune_output import show_run, write_page
    from radzoo.cli.finetune_request import Request, make_config
    from radzoo.cli.training_display import watching
    from radzoo.workflows.finetune import finetune as run

    wishes = {
        "strategy": strategy,
        "from_scratch": from_scratch,
        "epochs": epochs,
        "batch_size": batch_size,
        "lr": lr,
        "lr_encoder": lr_encoder,
        "weight_decay": weight_decay,
        "scheduler": scheduler,
        "early_stopping": early_stopping,
        "class_weights": class_weights,
        "augmentation": augmentation,
        "dropout": dropout,
        "amp": amp,
        "seed": settings.seed if is_given(context, "seed") else None,
    }
    request = Request(
        model=model, data=data, out=out, config=config, task=task, image_size=image_size,
        allow_leakage=allow_leakage, max_refused=0.0 if strict else max_refused,
        workers=num_workers, overwrite=overwrite, wishes=wishes, pairs=tuple(set_ or ()),
        add_data_options=layout.over,
    )  # fmt: skip
    made = make_config(request, settings)
    with watching(quiet=settings.quiet) as watcher:
        report = run(made, watcher, draw=write_page)
    show_run(report, settings)


def is_given(context: Context, name: str) -> bool:
    """Did the user give this option, or is it the default?"""
    source = context.get_parameter_source(name)
    return source is not None and source.name != "DEFAULT"
