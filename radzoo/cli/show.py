"""`radzoo show`."""

import sys
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from radzoo.cli.app import app
from radzoo.cli.console import show, write_json
from radzoo.cli.data_options import DataFlags, RegionColumn, Target
from radzoo.cli.decoding_options import DecodingFlags, MillimetresPerPixel, RegionMargin, RegionSize
from radzoo.cli.options import Format, Settings, complete_models, with_settings
from radzoo.core.errors import UsageError

# A name that ends so is meant as a file, also where there is none.
IMAGES = frozenset([".dcm", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".nii", ".gz", ".npz"])
CASE = "One case of a table"
Subject = Annotated[
    str,
    Argument(
        metavar="NAME|FILE",
        help="A model, see radzoo list; or an image file, or the folder of a series.",
        autocompletion=complete_models,
    ),
]


@app.command("show")
@with_settings
def show_model(
    settings: Settings,
    name: Subject,
    png: Annotated[Path | None, Option(help="Write the picture of FILE to this .png file.")] = None,
    overwrite: Annotated[bool, Option("--overwrite", help="Replace the file at --png.")] = False,
    member: Annotated[str, Option(help="A part of FILE, such as frame/3.")] = "",
    window: Annotated[
        str | None,
        Option(help="CT window for FILE: lung, bone ... or CENTER/WIDTH in Hounsfield units."),
    ] = None,
    case: Annotated[
        str | None,
        Option(
            metavar="CASE_ID",
            help="FILE is a table: show this case as a network is fed it, its region cut out.",
            rich_help_panel=CASE,
        ),
    ] = None,
    whole_png: Annotated[
        Path | None,
        Option(
            "--whole-png",
            help="Write the whole image, with a frame around the region, to this .png file.",
            rich_help_panel=CASE,
        ),
    ] = None,
    target: Target = None,
    region: RegionColumn = None,
    region_margin: RegionMargin = None,
    region_size: RegionSize = None,
    mm_per_pixel: MillimetresPerPixel = None,
    image_size: Annotated[
        int,
        Option(min=16, max=4096, help="Rows and columns of that picture.", rich_help_panel=CASE),
    ] = 224,
) -> None:
    """Show all that is known of the model NAME, or what is in the image FILE.

    Of a model: what it expects, its licences, whom to cite. Of a file: technical facts,
    values before and after they are brought to grey, and the picture. Nothing tells whose
    image it is.
    """
    file = Path(name)
    if case is not None:
        from radzoo.cli.show_file import show_case

        flags = DecodingFlags(
            window=window, region_margin=region_margin, region_size=region_size,
            mm_per_pixel=mm_per_pixel,
        )  # fmt: skip
        layout = DataFlags(region=region, target=target)
        show_case(
            settings, file, case, layout, flags, png=png, whole_png=whole_png,
            overwrite=overwrite, size=image_size,
        )  # fmt: skip
        return
    if file.exists() or file.name != name or file.suffix.lower() in IMAGES:
        from radzoo.cli.show_file import show_file

        show_file(settings, file, png=png, overwrite=overwrite, member=member, window=window)
        return
    if png is not None or member or window is not None:
        raise UsageError(
            f"--png, --member and --window are for files, and there is no file {name}",
            id="not-a-file",
            hint="check the path",
        )
    from radzoo.zoo.catalog import look_up
    from radzoo.zoo.listing import use_of
    from radzoo.zoo.store import cache_root, locate_weights

    if settings.output not in {Format.TABLE, Format.JSON}:
        raise UsageError(
            f"one model has no format {settings.output}",
            id="wrong-format",
            hint="choose table or json",
        )
    found = look_up(name, settings.registries)
    here = locate_weights(found.entry, cache_root(settings.cache_dir))
    path = str(here) if here else None
    overruled = [str(file) for file in found.overruled]
    if settings.output is Format.JSON:
        where = {"registry": str(found.origin), "overrules": overruled, "path": path}
        facts = {**found.entry.model_dump(mode="json"), "use": use_of(found.entry)}
        write_json({"schema_version": 1, **facts, **where})
        return
    from radzoo.cli.models_listing import terminal_width
    from radzoo.render.zoo_entry import entry_page

    page = entry_page(
        found.entry,
        origin=str(found.origin),
        overruled=overruled,
        path=path,
        width=terminal_width() if sys.stdout.isatty() else None,
    )
    show(page, wrap=False)
