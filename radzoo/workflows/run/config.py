"""From what is asked to what a run will do: `RUN/config.json`, with nothing left to decide."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from radzoo.core.case import Manifest
from radzoo.core.config import Option, RunConfig
from radzoo.core.decoding import window_of
from radzoo.core.entry import ZooEntry
from radzoo.core.errors import InputError
from radzoo.core.reading import Reading
from radzoo.core.recipe import Recipe, Scalar
from radzoo.data.covariates import learn_covariates
from radzoo.data.load import DataOptions
from radzoo.data.options import names_layout
from radzoo.tasks.task import Task
from radzoo.workflows.finetune_config import FinetuneConfig
from radzoo.workflows.regions import note_regions


def resolve(config: FinetuneConfig, recipe: Recipe, manifest: Manifest, task: Task) -> RunConfig:
    """Write down what the run will do; what its network is fed is left to be added."""
    training = manifest.of("train").cases
    classes = manifest.classes.get(manifest.labels[0], ()) if manifest.labels else ()
    targets = task.targets(training, manifest.labels)
    reading: Reading = task.read(targets, manifest.labels, classes, recipe)
    covariates = learn_covariates(training, config.options.covariates)
    return RunConfig(
        model=config.entry.name,
        entry=config.entry,
        task=config.task,
        labels=list(manifest.labels),
        data=str(config.data.absolute()),
        data_options=write_options(config.options),
        allow_leakage=config.allow_leakage,
        max_refused=config.max_refused,
        volume_wish=config.volume,
        fit=choose_fit(config.entry),
        decoding=note_regions(config.decoding, training).or_window(window_of(config.entry)),
        recipe=recipe,
        reading=reading.model_copy(update={"covariates": covariates}),
        portion=config.portion,
        launch=config.launch,
    )


def settings_of(made: RunConfig) -> dict[str, Scalar]:
    """Return what a tracker is told of a run: no place, no label and no case."""
    settings: dict[str, Scalar] = {
        "model": made.model, "task": made.task,
    }  # fmt: skip
    if made.image_size is not None:
        settings["image_size"] = made.image_size
    recipe = made.recipe.model_dump()
    return settings | {name: value for name, value in recipe.items() if value is not None}


def choose_fit(entry: ZooEntry) -> Literal["pad"] | None:
    """Return how images become square: a network of photographs is fed whole radiographs.

    Its crop suited photographs, whose subject is in the middle. A network that was trained
    on medical images keeps what it was trained with.
    """
    return "pad" if entry.modality == "natural images" else None


def write_options(options: DataOptions) -> dict[str, Option]:
    """Return the options of a data set as JSON can hold them; paths become absolute."""
    labels = options.labels.absolute() if options.labels else None
    layout = options.data_format
    if layout is not None and names_layout(layout):
        layout = str(Path(layout).absolute())
    values: dict[str, Option] = TypeAdapter(DataOptions).dump_python(
        replace(options, labels=labels, data_format=layout), mode="json"
    )
    return values


def read_options(values: Mapping[str, Option]) -> DataOptions:
    """Return the options that `write_options` wrote.

    Raises:
        InputError: if another version of radzoo wrote them.
    """
    try:
        return TypeAdapter(DataOptions).validate_python(values)
    except ValidationError:
        raise InputError(
            "the data options of this configuration are not those of this radzoo",
            id="bad-config",
            hint="name the data anew, without --config",
        ) from None
