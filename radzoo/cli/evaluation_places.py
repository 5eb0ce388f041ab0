"""Options of `radzoo evaluate` that say where the report goes beside stdout, and how it looks."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from typer import Option

from radzoo.cli.option_group import spread
from radzoo.core.errors import UsageError

PANEL = "Where it goes"
FIGURE_FORMATS = ("svg", "pdf", "png")


@dataclass(frozen=True)
class PlaceFlags:
    """Where a report goes."""

    report: Annotated[
        Path | None, Option(help="Write a page for a browser here.", rich_help_panel=PANEL)
    ] = None
    with_images: Annotated[
        bool,
        Option(
            "--with-images",
            help="Show the images of the worst errors on the page; needs --data, but for masks.",
            rich_help_panel=PANEL,
        ),
    ] = False
    with_ids: Annotated[
        bool,
        Option("--with-ids", help="Name cases on the page by case_id.", rich_help_panel=PANEL),
    ] = False
    out: Annotated[
        Path | None,
        Option(
            help="Write report, page, table and predictions (of masks: cases.csv) to this folder.",
            rich_help_panel=PANEL,
        ),
    ] = None
    figures: Annotated[
        Path | None,
        Option(help="Draw figures for a paper into this folder.", rich_help_panel=PANEL),
    ] = None
    figure_format: Annotated[
        str, Option(help="Kinds of figure files: svg, pdf, png (300 dpi).", rich_help_panel=PANEL)
    ] = "svg,pdf,png"
    overwrite: Annotated[
        bool,
        Option(
            "--overwrite",
            help="Replace what --report, --out or --figures would hit.",
            rich_help_panel=PANEL,
        ),
    ] = False

    @property
    def formats(self) -> tuple[str, ...]:
        """Kinds of figure files.

        Raises:
            UsageError: if one is unknown.
        """
        wanted = tuple(
            dict.fromkeys(part.strip().lower() for part in self.figure_format.split(","))
        )
        for one in wanted:
            if one not in FIGURE_FORMATS:
                raise UsageError(
                    f"there are no figures of the kind '{one}'",
                    id="unknown-figure-format",
                    hint=f"known: {', '.join(FIGURE_FORMATS)}",
                )
        return wanted

    def check(self, data: Path | None, *, masks: bool = False) -> None:
        """Refuse to replace what is there, before any work is done.

        Args:
            data: that are scored first; None where scores or masks are given.
            masks: are masks judged? Their table says where the images are.

        Raises:
            UsageError: if a place exists and may not be replaced, is of the wrong kind, or
                images are wanted and there are none.
        """
        _ = self.formats
        for place in (self.report, self.out, self.figures):
            if place is not None and place.exists() and not self.overwrite:
                raise UsageError(
                    f"{place} exists already",
                    id="output-exists",
                    hint="choose another name, or replace it with --overwrite",
                )
        if self.report is not None:
            check_page(self.report)
        for option, place in (("--out", self.out), ("--figures", self.figures)):
            if place is not None and place.is_file():
                raise UsageError(
                    f"{place} is a file; {option} takes a folder",
                    id="output-is-file",
                    hint="--report takes a file",
                )
        if self.with_images and data is None and not masks:
            raise UsageError(
                "--with-images shows images of --data, and there are none without --data",
                id="no-data",
                hint="name the images with --data, or leave it out",
            )


def check_page(page: Path) -> None:
    """Refuse a name that is not that of a page.

    Raises:
        UsageError: if it is a folder, or ends like another kind of file.
    """
    if page.is_dir():
        raise UsageError(
            f"{page} is a folder; --report takes a file",
            id="output-is-folder",
            hint=f"--report {page / 'report.html'}, or --out for a folder",
        )
    if page.suffix.lower() not in (".html", ".htm"):
        raise UsageError(
            f"--report writes a page for a browser, and {page} does not end in .html",
            id="not-a-page",
            hint=f"--report {page.with_suffix('.html')}; a browser prints it as PDF",
        )


with_place_flags = spread("places", PlaceFlags)
"""Gives a command the options of places; it receives them as one `PlaceFlags`."""
