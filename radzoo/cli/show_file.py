"""`radzoo show FILE`: one image, volume or series, in numbers and as a picture."""

import sys
from pathlib import Path

from radzoo.cli.console import drawable, say, show, write_json
from radzoo.cli.options import Format, Settings
from radzoo.core.errors import UsageError

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
    from radzoo.workflows.preview import preview_file, write_png

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
    chosen = None if window is None else Window.parse(window)
    preview = preview_file(file, member=member, window=chosen)
    if png is not None:
        write_png(preview, png)
        say(f"wrote {png}; it shows a patient: keep it where patients' data are kept")
    if settings.output is Format.JSON:
        record = {"path": str(file), "recipe": preview.recipe, **preview.facts}
        write_json({"schema_version": 1, **record})
        return
    from radzoo.render.preview import preview_blocks, preview_facts

    show(preview_facts(preview.facts))
    if png is None and not settings.quiet and drawable(sys.stdout):
        from shutil import get_terminal_size

        room = get_terminal_size()
        show(
            preview_blocks(preview.picture, columns=room.columns, lines=max(8, room.lines - FACTS))
        )
