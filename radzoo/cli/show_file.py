"""`radzoo show FILE`: one image, volume or series, in numbers and as a picture."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.cli.console import drawable, say, show, write_json
from radzoo.cli.data_options import DataFlags
from radzoo.cli.decoding_options import DecodingFlags
from radzoo.cli.options import Format, Settings
from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from radzoo.workflows.preview import Preview

# Lines that the facts above the picture take.
FACTS = 16


def show_file(
    settings: Settings,
    file: Path,
    *,
    png: Path | None,
    overwrite: bool,
    member: str,
    window: str | None,
) -> None:
    """Print what is in a file, and draw it on a terminal or as a PNG file."""
    from radzoo.core.window import Window
    from radzoo.workflows.preview import preview_file

    check_png(png, file, overwrite=overwrite)
    chosen = None if window is None else Window.parse(window)
    show_preview(settings, preview_file(file, member=member, window=chosen), file, png)


def show_case(
    settings: Settings,
    table: Path,
    case_id: str,
    layout: DataFlags,
    decoding: DecodingFlags,
    *,
    png: Path | None,
    whole_png: Path | None,
    overwrite: bool,
    size: int,
) -> None:
    """Show one case of a table as a network is fed it, and where in its image that lies."""
    from radzoo.core.decoding import Decoding
    from radzoo.data.options import DataOptions
    from radzoo.workflows.case_preview import preview_case

    check_png(png, table, overwrite=overwrite)
    check_png(whole_png, table, overwrite=overwrite)
    if png is not None and png == whole_png:
        raise UsageError(
            f"--png and --whole-png both name {png}", id="same-output", hint="name two files"
        )
    preview = preview_case(
        table, case_id, layout.over(DataOptions(needs_targets=False)),
        decoding.over(Decoding()), size=size,
    )  # fmt: skip
    if whole_png is not None and preview.whole is None:
        raise UsageError(
            f"--whole-png was given, and {case_id} has no region to frame in its image",
            id="no-regions",
            hint="--png writes the image as a network is fed it",
        )
    show_preview(settings, preview, table, png, whole_png)


def check_png(png: Path | None, file: Path, *, overwrite: bool) -> None:
    """Accept a name for a picture that hits nothing.

    Raises:
        UsageError: if it does, or is no .png file.
    """
    if png is not None and png.suffix.lower() != ".png":
        raise UsageError(
            f"{png} does not end in .png", id="wrong-suffix", hint="name a .png file with --png"
        )
    if png is not None and png.exists() and (not overwrite or png.samefile(file)):
        raise UsageError(
            f"{png} exists already",
            id="output-exists",
            hint="choose another name; --overwrite replaces what is not the image itself",
        )


def show_preview(
    settings: Settings,
    preview: "Preview",
    file: Path,
    png: Path | None,
    whole_png: Path | None = None,
) -> None:
    """Print facts, and draw the picture, and the image around it, on a terminal or as PNG files."""
    from radzoo.workflows.preview import write_png

    for picture, place in ((preview.picture, png), (preview.whole, whole_png)):
        if place is not None and picture is not None:
            write_png(picture, place)
            say(f"wrote {place}; it shows a patient: keep it where patients' data are kept")
    if settings.output is Format.JSON:
        record = {"path": str(file), "recipe": preview.recipe, **preview.facts}
        write_json({"schema_version": 1, **record})
        return
    from radzoo.render.preview import preview_blocks, preview_facts

    show(preview_facts(preview.facts))
    if png is None and whole_png is None and not settings.quiet and drawable(sys.stdout):
        from shutil import get_terminal_size

        room = get_terminal_size()
        for picture in (preview.picture, preview.whole):
            if picture is not None:
                lines = max(8, room.lines - FACTS)
                show(preview_blocks(picture, columns=room.columns, lines=lines))
