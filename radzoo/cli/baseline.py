"""`radzoo baseline`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

from typer import Argument, Option

from radzoo.cli.app import app
from radzoo.cli.console import progress, say
from radzoo.cli.data_options import (
    DEFAULT_REFUSED,
    DataFlags,
    MaxRefused,
    Strict,
    Workers,
    listed,
    with_data_flags,
)
from radzoo.cli.decoding_options import DecodingFlags, with_decoding_flags
from radzoo.cli.options import Settings, complete_models, with_settings
from radzoo.cli.trainings import make_note, show_trainings
from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from radzoo.core.baseline_report import Inputs
    from radzoo.core.config import RunConfig

INPUTS = ("metadata", "thumbnails", "features")


@app.command("baseline")
@with_settings
@with_decoding_flags
@with_data_flags
def baseline(
    settings: Settings,
    layout: DataFlags,
    decoding: DecodingFlags,
    out: Annotated[Path, Option("--out", "-o", help="Folder for scores and report, to be made.")],
    run: Annotated[
        Path | None,
        Argument(
            metavar="[RUN]",
            help="A run of finetune: the same data, task and split.",
        ),
    ] = None,
    data: Annotated[
        Path | None, Option(help="Manifest, folder or .npz; needs train and test cases.")
    ] = None,
    task: Annotated[str | None, Option(help="What is predicted. (default: binary)")] = None,
    model: Annotated[
        str | None,
        Option(
            help="A model of the zoo whose frozen features are one kind of input.",
            autocompletion=complete_models,
        ),
    ] = None,
    inputs: Annotated[
        str | None,
        Option(help="What the models are told: metadata,thumbnails,features. (default: all)"),
    ] = None,
    overwrite: Annotated[bool, Option("--overwrite", help="Replace the folder at --out.")] = False,
    allow_leakage: Annotated[
        bool, Option("--allow-leakage", help="Go on though patients stand in two splits.")
    ] = False,
    max_refused: MaxRefused = None,
    strict: Strict = False,
    num_workers: Workers = None,
) -> None:
    """Say what classical models reach on DATA: logistic or ridge regression, forest, Cox.

    Each learns from metadata alone, from thumbnails of 28 x 28 pixels, and from frozen features;
    radzoo evaluate RUN --beside OUT puts them beside a network.
    """
    from radzoo.core.config import Portion
    from radzoo.core.decoding import Decoding
    from radzoo.data.options import DataOptions
    from radzoo.render.baseline import BASELINE_COLUMNS, baseline_rows, render_baselines
    from radzoo.workflows.baselines.baseline import make_baselines
    from radzoo.workflows.baselines.inputs import BaselineConfig
    from radzoo.workflows.features import open_backbone
    from radzoo.workflows.run.config import read_options
    from radzoo.zoo.store import cache_root

    earlier = read_run(run)
    place = data or (Path(earlier.data) if earlier else None)
    if place is None:
        raise UsageError(
            "--data DATA is missing",
            id="missing-argument",
            hint="radzoo baseline --data DATA --out OUT, or radzoo baseline RUN --out OUT",
        )
    start = read_options(earlier.data_options) if earlier and not data else DataOptions()
    cache = cache_root(settings.cache_dir)
    backbone = model and open_backbone(
        model, registries=settings.registries, cache=cache, offline=settings.offline, log=say
    )
    refused = earlier.max_refused if earlier else DEFAULT_REFUSED
    config = BaselineConfig(
        data=place,
        out=out,
        cache=cache,
        task=task or (earlier.task if earlier else "binary"),
        inputs=read_inputs(inputs),
        options=layout.over(start),
        decoding=decoding.over(earlier.decoding if earlier else Decoding()),
        portion=earlier.portion if earlier else Portion(),
        seed=earlier.recipe.seed if earlier else settings.seed,
        device=settings.device,
        overwrite=overwrite,
        allow_leakage=allow_leakage or bool(earlier and earlier.allow_leakage),
        max_refused=0.0 if strict else refused if max_refused is None else max_refused,
        workers=num_workers or 2,
    )
    report = make_baselines(
        config, backbone or None, track=progress("Reading images", quiet=settings.quiet),
        log=make_note(settings), warn=lambda message: say(f"warning: {message}"),
    )  # fmt: skip
    show_trainings(
        report, settings, columns=BASELINE_COLUMNS, rows=baseline_rows(report),
        drawn=lambda: render_baselines(report),
    )  # fmt: skip


def read_run(run: Path | None) -> "RunConfig | None":
    """Return the configuration of a run, if one is named.

    Raises:
        InputError: if it is none.
    """
    from radzoo.workflows.run.folder import RunFolder, read_config

    return None if run is None else read_config(RunFolder(run).config)


def read_inputs(text: str | None) -> "tuple[Inputs, ...] | None":
    """Read what the models are told.

    Raises:
        UsageError: if it is something else.
    """
    if text is None:
        return None
    names = tuple(dict.fromkeys(listed(text)))
    unknown = [name for name in names if name not in INPUTS]
    if unknown or not names:
        raise UsageError(
            f"--inputs {text} was given; needed some of {', '.join(INPUTS)}",
            id="unknown-inputs",
            hint="leave it out to use all that there are",
        )
    return cast("tuple[Inputs, ...]", names)
