"""`radzoo predict`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from radzoo.cli.app import app
from radzoo.cli.console import progress, say, write_json, write_line
from radzoo.cli.data_options import (
    DataFlags,
    MaxRefused,
    SplitName,
    Strict,
    Workers,
    allowed_refusals,
    with_data_flags,
)
from radzoo.cli.decoding_options import DecodingFlags, with_decoding_flags
from radzoo.cli.mask_options import MaskFlags, with_mask_flags
from radzoo.cli.options import Format, Settings, complete_models, with_settings
from radzoo.cli.table_name import check_table_name
from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from radzoo.workflows.segmentation.ready import ReadyMasks


@app.command("predict")
@with_settings
@with_decoding_flags
@with_data_flags
@with_mask_flags
def predict(
    settings: Settings,
    layout: DataFlags,
    decoding: DecodingFlags,
    masks: MaskFlags,
    model: Annotated[
        str,
        Argument(
            metavar="RUN|MODEL",
            help="The folder of a run, or a trained model of the zoo.",
            autocompletion=complete_models,
        ),
    ],
    data: Annotated[Path, Option(help="Manifest, folder or .npz; targets are not needed.")],
    out: Annotated[
        Path,
        Option(help="The predictions file: .csv or .parquet; of masks, a folder."),
    ],
    overwrite: Annotated[bool, Option("--overwrite", help="Replace what is at --out.")] = False,
    split: Annotated[SplitName | None, Option(help="Only the cases of this split.")] = None,
    batch_size: Annotated[int | None, Option(min=1, help="Cases at once.")] = None,
    recalibration: Annotated[
        Path | None,
        Option(
            help="A recalibration.json of radzoo evaluate --recalibrate: scores become better "
            "probabilities, raw ones stay in columns raw:<label>."
        ),
    ] = None,
    max_refused: MaxRefused = None,
    strict: Strict = False,
    num_workers: Workers = None,
) -> None:
    """Score every case of DATA and write a predictions file, or a mask of every case."""
    from radzoo.core.decoding import Decoding
    from radzoo.core.predictions_file import write_predictions
    from radzoo.core.recalibration import read_recalibration
    from radzoo.data.options import DataOptions
    from radzoo.workflows.predict import PredictConfig, open_model
    from radzoo.workflows.predict import predict as run
    from radzoo.zoo.store import cache_root

    chosen, allowed = decoding.over(Decoding()), allowed_refusals(max_refused, strict=strict)
    options = layout.over(DataOptions(needs_targets=False))
    open_networks = find_networks(model, settings)
    if open_networks is not None:
        from radzoo.cli.predict_masks import predict_and_show
        from radzoo.workflows.segmentation.predict import MaskRequest

        refuse_recalibration(recalibration)
        request = MaskRequest(
            data, out, options, chosen, masks.inference(),
            masks.mask_format.value if masks.mask_format else None,
            split.value if split else None, settings.device, allowed, num_workers or 2,
        )  # fmt: skip
        predict_and_show(open_networks, request, settings, overwrite=overwrite)
        return
    masks.check_unused()
    if out.exists() and not overwrite:
        raise UsageError(
            f"{out} exists already",
            id="output-exists",
            hint="choose another name, or replace it with --overwrite",
        )
    check_table_name(out, "--out")
    # Read before hours of scoring, so that a wrong file is known at once.
    better = read_recalibration(recalibration) if recalibration else None
    cache = cache_root(settings.cache_dir)
    ready = open_model(
        model, registries=settings.registries, cache=cache, offline=settings.offline, log=say
    )
    config = PredictConfig(
        data=data,
        cache=cache,
        options=options,
        decoding=chosen,
        split=split.value if split else None,
        device=settings.device,
        batch_size=batch_size,
        max_refused=allowed,
        workers=num_workers or 2,
    )
    predictions = run(
        ready,
        config,
        track=progress("Reading images", quiet=settings.quiet),
        warn=lambda message: say(f"warning: {message}"),
        log=lambda message: None if settings.quiet else say(message),
    )
    if better is not None:
        from radzoo.workflows.evaluation.recalibration import apply_and_tell

        predictions = apply_and_tell(predictions, better, say)
    write_predictions(out, predictions)
    if settings.output is Format.JSON:
        write_json(
            {
                "schema_version": 1,
                "predictions": str(out),
                "labels": list(predictions.labels),
                "n_cases": len(predictions.case_ids),
                "n_refused": len(predictions.refused),
            }
        )
    else:
        from radzoo.render.words import plural

        write_line(str(out))
        if not settings.quiet:
            scored = plural(len(predictions.case_ids), "case")
            say(f"{scored} scored, {len(predictions.refused)} refused")


def find_networks(model: str, settings: Settings) -> "Callable[[], ReadyMasks] | None":
    """Return what builds the networks of a run or model that segments; None of any other."""
    from functools import partial

    from radzoo.workflows.evaluation.mask_runs import find_mask_run
    from radzoo.workflows.segmentation.published import find_mask_entry, open_published
    from radzoo.workflows.segmentation.ready import open_masks
    from radzoo.zoo.store import cache_root

    if find_mask_run(model) is not None:
        return partial(open_masks, Path(model))
    entry = find_mask_entry(model, settings.registries, say)
    if entry is None:
        return None
    cache = cache_root(settings.cache_dir)
    return partial(open_published, entry, cache=cache, offline=settings.offline, log=say)


def refuse_recalibration(recalibration: Path | None) -> None:
    """Refuse to better the probabilities of masks: nothing fits that.

    Raises:
        UsageError: if that is asked for.
    """
    if recalibration is not None:
        raise UsageError(
            "--recalibration betters scores, and this run gives masks",
            id="recalibration-of-masks",
            hint="leave it out",
        )
