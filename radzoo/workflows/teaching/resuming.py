"""Going on with a run: with the settings it was begun with, or not at all."""

from collections.abc import Callable
from dataclasses import replace

from radzoo.core.config import RunConfig
from radzoo.core.decoding import window_of
from radzoo.core.errors import IntegrityError
from radzoo.core.recipe import Recipe
from radzoo.core.report import RunReport
from radzoo.core.volume_axes import VolumeWish
from radzoo.models.training.checkpoint import remove_checkpoints
from radzoo.workflows.finetune_config import FinetuneConfig
from radzoo.workflows.run.config import write_options
from radzoo.workflows.run.folder import RunFolder, read_config, read_manifest, read_report
from radzoo.workflows.run.inputs import files_of
from radzoo.workflows.run.origin import TOLD_BY_NAME, find_changes, origin_of_config, refuse_changes


def as_before(config: FinetuneConfig) -> FinetuneConfig:
    """Fill what the user leaves open with what the run at `config.out` was begun with.

    Raises:
        InputError: if its configuration is damaged.
    """
    run = RunFolder(config.out)
    if not run.config.is_file():
        return config
    earlier = read_config(run.config)
    return replace(
        config,
        wishes={**dict(earlier.recipe), **config.wishes},
        image_size=config.image_size or earlier.image_size,
        volume=earlier.volume_wish if config.volume == VolumeWish() else config.volume,
        fit_batch=False,
    )


def show_finished(config: FinetuneConfig, log: Callable[[str], object]) -> RunReport:
    """Return the result of a finished run, if it is the one that is asked for.

    Raises:
        IntegrityError: if other settings or other files are asked for.
        InputError: if one of its files is damaged.
    """
    run = RunFolder(config.out)
    earlier, manifest, report = read_config(run.config), read_manifest(run), read_report(run)
    asked = asked_for(config, earlier)
    changes = find_changes(origin_of_config(earlier), origin_of_config(asked))
    noted = {one.kind: one.sha256 for one in manifest.inputs}
    for file in files_of(asked):  # they may have moved, but not become others
        if noted.get(file.kind, file.sha256) != file.sha256:
            changes.append(TOLD_BY_NAME["cases"])
    try:
        refuse_changes(changes, allowed=False)
    except IntegrityError as error:
        raise IntegrityError(
            f"{config.out} is finished, and was made otherwise: {', '.join(changes)}",
            id=error.id,
            hint="begin anew in another --out, or replace it with --overwrite",
        ) from None
    remove_checkpoints(run.checkpoints)  # the process may have been killed before it did
    log(f"{config.out} is finished: there is nothing left to do")
    return RunReport(
        run=str(config.out),
        model=earlier.model,
        task=earlier.task,
        best_epoch=manifest.best_epoch,
        metrics=report.metrics,
        warnings=report.warnings,
    )


def asked_for(config: FinetuneConfig, earlier: RunConfig) -> RunConfig:
    """Return the configuration of a run with all that the user asks for now."""
    return earlier.model_copy(
        update={
            "model": config.entry.name,
            "entry": config.entry,
            "task": config.task,
            "data": str(config.data.absolute()),
            "data_options": write_options(config.options),
            "image_size": config.image_size or earlier.image_size,
            "decoding": replace(
                config.decoding.or_window(window_of(config.entry)),
                regions=earlier.decoding.regions,
            ),
            "portion": config.portion,
            "launch": config.launch,
            "recipe": Recipe.model_validate({**dict(earlier.recipe), **config.wishes}),
        }
    )
