"""Where the result of `radzoo evaluate` goes: stdout, a page, a folder."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.cli.console import say, show, write_json, write_line
from radzoo.cli.options import Format, Settings
from radzoo.core.errors import GateFailed, UsageError

if TYPE_CHECKING:
    from radzoo.core.report import EvalReport
    from radzoo.workflows.evaluation.source import EvaluationSource


FIGURE_FORMATS = ("svg", "pdf", "png")


def read_formats(text: str) -> tuple[str, ...]:
    """Read kinds of figure files, separated by commas.

    Raises:
        UsageError: if one is unknown.
    """
    wanted = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",")))
    for one in wanted:
        if one not in FIGURE_FORMATS:
            raise UsageError(
                f"there are no figures of the kind '{one}'",
                id="unknown-figure-format",
                hint=f"known: {', '.join(FIGURE_FORMATS)}",
            )
    return wanted


def check_places(
    page: Path | None, folder: Path | None, figures: Path | None = None, *, overwrite: bool
) -> None:
    """Refuse to replace what is there, before any work is done.

    Raises:
        UsageError: if a file or folder exists and may not be replaced.
    """
    for place in (page, folder, figures):
        if place is not None and place.exists() and not overwrite:
            raise UsageError(
                f"{place} exists already",
                id="output-exists",
                hint="choose another name, or replace it with --overwrite",
            )
    if page is not None and page.is_dir():
        raise UsageError(
            f"{page} is a folder; --report takes a file",
            id="output-is-folder",
            hint=f"--report {page / 'report.html'}, or --out for a folder",
        )
    for option, place in (("--out", folder), ("--figures", figures)):
        if place is not None and place.is_file():
            raise UsageError(
                f"{place} is a file; {option} takes a folder",
                id="output-is-file",
                hint="--report takes a file",
            )


def show_report(report: "EvalReport", settings: Settings) -> None:
    """Write the report to stdout; where the format has no room for warnings, they go to stderr."""
    from radzoo.render.json import to_json
    from radzoo.render.table import to_csv, to_latex, to_markdown

    writers = {Format.CSV: to_csv, Format.MD: to_markdown, Format.TEX: to_latex}
    if settings.output is Format.JSON:
        write_json(to_json(report))
    elif settings.output in writers:
        write_line(writers[settings.output](report))
        if not settings.quiet:
            for warning in report.warnings:
                say(f"warning: {warning}")
    else:
        from radzoo.render.terminal import render_report

        show(render_report(report, verbose=settings.verbose > 0))


def stop_at_gates(report: "EvalReport") -> None:
    """End with exit code 8 if a gate failed.

    Raises:
        GateFailed: it names the gates.
    """
    failed = [gate for gate in report.gates if not gate.passed]
    if not failed:
        return
    seen = "; ".join(
        f"{gate.expr} ({gate.note or f'it is {gate.observed:.4g}'})" for gate in failed
    )
    raise GateFailed(
        f"{len(failed)} of {len(report.gates)} gates failed: {seen}",
        id="gate-failed",
        hint="the report itself is complete; a gate fails when it holds or cannot be decided",
    )


def save_page(path: Path, report: "EvalReport", source: "EvaluationSource") -> None:
    """Write the report as one HTML file."""
    from radzoo.core.publish import publish_text
    from radzoo.render.html import page

    title = report.provenance.run or report.provenance.model or report.provenance.predictions
    publish_text(
        path,
        page(report, title=title or "Evaluation", history=source.history, config=source.config),
    )


def save_figures(folder: Path, report: "EvalReport", formats: Sequence[str]) -> None:
    """Draw the figures into a folder that others cannot read.

    Raises:
        EnvironmentFailure: if matplotlib is not installed or the folder cannot be written.
    """
    from radzoo.core.publish import publish
    from radzoo.render.figures import draw_figures

    make_folder(folder)
    for name, content in draw_figures(report, formats):
        publish(folder / name, partial(write_content, content=content))


def write_content(path: Path, content: bytes) -> None:
    """Write a whole file."""
    path.write_bytes(content)


def make_folder(folder: Path) -> None:
    """Make a folder that others cannot read.

    Raises:
        EnvironmentFailure: if it cannot be made.
    """
    from radzoo.core.publish import cannot_write

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from None


def save_folder(folder: Path, report: "EvalReport", source: "EvaluationSource") -> None:
    """Write report, page, table and predictions into a folder that others cannot read."""
    from radzoo.core.predictions_file import write_predictions
    from radzoo.core.publish import publish_text
    from radzoo.render.json import to_json_text
    from radzoo.render.table import to_csv

    make_folder(folder)
    publish_text(folder / "report.json", to_json_text(report))
    publish_text(folder / "metrics.csv", to_csv(report) + "\n")
    write_predictions(folder / "predictions.csv", source.predictions)
    save_page(folder / "report.html", report, source)
