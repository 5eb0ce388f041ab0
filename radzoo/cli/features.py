"""`radzoo features`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from radzoo.cli.app import app
from radzoo.cli.console import progress, say, write_json, write_line
from radzoo.cli.data_options import (
    DataFlags,
    MaxRefused,
    Strict,
    Workers,
    allowed_refusals,
    with_data_flags,
)
from radzoo.cli.decoding_options import DecodingFlags, with_decoding_flags
from radzoo.cli.options import Format, Settings, complete_models, with_settings
from radzoo.cli.table_name import check_table_name
from radzoo.core.errors import UsageError


@app.command("features")
@with_settings
@with_decoding_flags
@with_data_flags
def features(
    settings: Settings,
    layout: DataFlags,
    decoding: DecodingFlags,
    model: Annotated[
        str,
        Argument(
            metavar="MODEL|RUN",
            help="A model of the zoo, or the folder of a run.",
            autocompletion=complete_models,
        ),
    ],
    data: Annotated[Path, Option(help="Manifest, folder or .npz; targets are not needed.")],
    out: Annotated[Path, Option("--out", "-o", help="The features file: .parquet or .csv.")],
    overwrite: Annotated[bool, Option("--overwrite", help="Replace the file at --out.")] = False,
    image_size: Annotated[
        int | None,
        Option(min=16, max=4096, help="Rows and columns. Default: as MODEL was trained."),
    ] = None,
    batch_size: Annotated[int, Option(min=1, help="Cases at once.")] = 32,
    max_refused: MaxRefused = None,
    strict: Strict = False,
    num_workers: Workers = None,
) -> None:
    """Write what MODEL sees in every case of DATA: the features before its last layer."""
    from radzoo.core.decoding import Decoding
    from radzoo.data.options import DataOptions
    from radzoo.workflows.features import (
        FeaturesConfig,
        compute_features,
        open_backbone,
        write_features,
    )
    from radzoo.zoo.store import cache_root

    if out.exists() and not overwrite:
        raise UsageError(
            f"{out} exists already",
            id="output-exists",
            hint="choose another name, or replace it with --overwrite",
        )
    check_table_name(out, "--out")
    cache = cache_root(settings.cache_dir)
    backbone = open_backbone(
        model, registries=settings.registries, cache=cache, offline=settings.offline,
        image_size=image_size, log=say,
    )  # fmt: skip
    config = FeaturesConfig(
        data=data,
        cache=cache,
        options=layout.over(DataOptions(needs_targets=False)),
        decoding=decoding.over(Decoding()),
        device=settings.device,
        batch_size=batch_size,
        max_refused=allowed_refusals(max_refused, strict=strict),
        workers=num_workers or 2,
    )
    found = compute_features(
        backbone, config, track=progress("Reading images", quiet=settings.quiet),
        log=say, warn=lambda message: say(f"warning: {message}"),
    )  # fmt: skip
    write_features(out, found)
    n_cases, n_features = found.values.shape
    if settings.output is Format.JSON:
        write_json(
            {
                "schema_version": 1, "features": str(out), "model": model, "n_cases": n_cases,
                "n_features": n_features, "n_refused": len(found.refused),
            }
        )  # fmt: skip
        return
    write_line(str(out))
    if not settings.quiet:
        say(f"{n_features} features of {n_cases} cases, {len(found.refused)} refused")
