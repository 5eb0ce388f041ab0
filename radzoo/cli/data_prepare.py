"""`radzoo data prepare`."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from radzoo.cli.console import progress, say, write_json, write_line
from radzoo.cli.data import Data, Overwrite, data_app
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
from radzoo.cli.volume_options import VolumeFlags, with_volume_flags
from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from radzoo.core.prepare_report import PrepareReport
    from radzoo.data.prepared import Working


DEFAULT_SIZE = 224


class Fit(StrEnum):
    """How an image becomes a square."""

    PAD = "pad"
    CROP = "crop"
    SQUASH = "squash"


class Interpolation(StrEnum):
    """How pixels between pixels are found."""

    BILINEAR = "bilinear"
    BICUBIC = "bicubic"


class Depth(StrEnum):
    """How many grey values are kept."""

    UINT8 = "uint8"
    UINT16 = "uint16"


class EngineName(StrEnum):
    """On which machines images are decoded."""

    LOCAL = "local"
    RAY = "ray"


@data_app.command("prepare")
@with_settings
@with_volume_flags
@with_decoding_flags
@with_data_flags
def prepare_data(
    settings: Settings,
    data: Data,
    layout: DataFlags,
    decoding: DecodingFlags,
    volumes: VolumeFlags,
    output: Annotated[Path, Option("--output", "-o", help="The folder to make.")],
    model: Annotated[
        str | None,
        Option(
            help="Take size, fit, interpolation, edge and window from this model.",
            autocompletion=complete_models,
        ),
    ] = None,
    size: Annotated[
        int | None, Option(min=1, max=8192, help="Rows and columns. (default: 224)")
    ] = None,
    fit: Annotated[Fit | None, Option(help="How an image becomes a square. (default: pad)")] = None,
    interpolation: Annotated[
        Interpolation | None, Option(help="How it is resized. (default: bilinear)")
    ] = None,
    edge: Annotated[
        int | None, Option(min=1, max=8192, help="Shorter edge before a crop. (default: --size)")
    ] = None,
    dtype: Annotated[
        Depth, Option(help="Grey values: 65,536, or 256 in half the room.")
    ] = Depth.UINT16,
    margin: Annotated[
        int, Option(min=0, max=1024, help="Pixels to keep on each side, for augmentation.")
    ] = 0,
    engine: Annotated[
        EngineName, Option(help="Decode on this machine, or on the Ray cluster of RAY_ADDRESS.")
    ] = EngineName.LOCAL,
    verify_content: Annotated[
        bool,
        Option("--verify-content", help="Go by the files' content, not by their size and time."),
    ] = False,
    overwrite: Overwrite = False,
    max_refused: MaxRefused = None,
    strict: Strict = False,
    num_workers: Workers = None,
) -> None:
    """Decode every image of DATA once, into a folder that finetune and predict take as DATA.

    With --slices volumes are prepared instead, and their masks beside them.

    A run that was killed is gone on with. The same command again finds the images, and mends
    those that were damaged.
    """
    from radzoo.data.guard import default_workers
    from radzoo.data.options import DataOptions
    from radzoo.data.prepared import Working, WorkingVolume
    from radzoo.workflows.prepare import PrepareConfig
    from radzoo.workflows.prepare import prepare_data as run

    start = contract_of(model, size, settings) if model else Working(size or DEFAULT_SIZE)
    chosen = decoding.over(start.decoding)
    working: Working | WorkingVolume
    if volumes.slices is not None:
        check_no_image({"--model": model, "--interpolation": interpolation, "--edge": edge})
        working = volumes.over(
            WorkingVolume(
                (volumes.slices, start.size, start.size),
                fit=fit.value if fit else start.fit,
                window=chosen.window,
                dtype=dtype.value,
                margin=margin,
                framing=chosen.framing,
            )
        )
    else:
        volumes.check_images()
        working = Working(
            size or start.size,
            fit.value if fit else start.fit,
            interpolation.value if interpolation else start.interpolation,
            edge or start.edge,
            dtype.value,
            margin,
            chosen.exact,
            chosen.window,
            framing=chosen.framing,
        )
        check_edge(working)
    workers = num_workers or default_workers()
    report = run(
        PrepareConfig(
            data=data,
            output=output,
            working=working,
            options=layout.over(DataOptions(needs_targets=False, workers=workers)),
            engine=engine.value,
            workers=workers,
            verify_content=verify_content,
            overwrite=overwrite,
            max_refused=allowed_refusals(max_refused, strict=strict),
        ),
        track=progress("Decoding", quiet=settings.quiet),
        log=lambda note: None if settings.quiet else say(f"note: {note}"),
        warn=lambda message: say(f"warning: {message}"),
    )
    if settings.output is Format.JSON:
        write_json(report.model_dump(mode="json"))
        return
    if not settings.quiet:
        say(f"note: {summarise(report)}")
    write_line(str(output))


def contract_of(model: str, size: int | None, settings: Settings) -> "Working":
    """Return what a model wants to be fed."""
    from radzoo.core.decoding import window_of
    from radzoo.data.prepared import Working
    from radzoo.zoo.catalog import find_entry

    entry = find_entry(model, settings.registries, say)
    plane = entry.input.as_plane(entry.name)
    wanted = size or plane.size
    return Working(
        wanted, plane.fit, plane.interpolation, plane.edge_at(wanted), window=window_of(entry)
    )


def check_edge(working: "Working") -> None:
    """Refuse an edge that means nothing.

    Raises:
        UsageError: if so.
    """
    if working.edge is None or (working.fit == "crop" and working.edge >= working.size):
        return
    raise UsageError(
        f"--edge {working.edge} goes with --fit crop and is at least --size, {working.size}",
        id="bad-edge",
        hint="leave --edge away, or say --fit crop",
    )


def check_no_image(given: Mapping[str, object]) -> None:
    """Refuse options of images where volumes are prepared.

    Raises:
        UsageError: if one was given.
    """
    for name, value in given.items():
        if value is not None:
            raise UsageError(
                f"{name} goes with images, and --slices asks for volumes",
                id="volumes-not-images",
                hint=f"leave {name} away, or --slices",
            )


def summarise(report: "PrepareReport") -> str:
    """Say in one line what there is."""
    lengths = [report.slices] if report.slices else []
    shape = " x ".join(
        str(length + 2 * report.margin) for length in (*lengths, report.size, report.size)
    )
    kind = "volumes" if report.slices else "images"
    masks = f", {report.n_masks:,} with a mask" if report.n_masks else ""
    made = "found whole" if report.reused else "decoded"
    kept = f", gone on after {report.n_blocks_kept} of {report.n_blocks} blocks"
    return (
        f"{report.n_cases:,} {kind} of {shape}{masks}, {report.dtype}, {report.size_bytes:,} bytes"
        f", {made}{kept if report.n_blocks_kept else ''}; {report.n_refused:,} refused"
    )
