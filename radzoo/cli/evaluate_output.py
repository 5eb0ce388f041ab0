"""Where the result of `radzoo evaluate` goes: stdout, a page, a folder, figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.cli.console import say, show, write_json, write_line
from radzoo.cli.options import Format, Settings
from radzoo.core.errors import GateFailed

if TYPE_CHECKING:
    from radzoo.cli.evaluation_places import PlaceFlags
    from radzoo.core.gallery import GalleryItem
    from radzoo.core.overlay import Overlay
    from radzoo.core.predictions import Predictions
    from radzoo.core.recalibration import Recalibration
    from radzoo.core.report import EvalReport
    from radzoo.core.thresholds import FrozenThreshold


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A report, and what is written beside it.

    Attributes:
        predictions: None where masks were judged.
        history, config: of a run, for its page.
        gallery: cases that were judged most wrongly, for the page.
        recalibration: what was fitted, if anything.
        thresholds: those that were chosen on `--on`.
        patients: of each case of masks; None where no masks were judged.
        overlays: outlines of the worst masks, for the page.
    """

    report: "EvalReport"
    title: str
    predictions: "Predictions | None" = None
    history: Sequence[Mapping[str, float]] = ()
    config: Mapping[str, object] | None = None
    gallery: Sequence["GalleryItem"] = field(default=())
    recalibration: "Recalibration | None" = None
    thresholds: Sequence["FrozenThreshold"] = ()
    patients: Mapping[str, str] | None = None
    overlays: Sequence["Overlay"] = ()


def write_everywhere(result: Evaluated, places: "PlaceFlags", settings: Settings) -> None:
    """Write the report to every place asked for, then to stdout.

    Raises:
        EnvironmentFailure: if a place cannot be written.
        GateFailed: if a gate failed; everything is written before.
    """
    if places.report is not None:
        save_page(places.report, result, with_ids=places.with_ids)
    if places.out is not None:
        save_folder(places.out, result, with_ids=places.with_ids)
    if places.figures is not None:
        save_figures(places.figures, result.report, places.formats)
    show_report(result.report, settings)
    stop_at_gates(result.report)


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
    from radzoo.render.words import describe_gate

    failed = [gate for gate in report.gates if not gate.passed]
    if not failed:
        return
    seen = "; ".join(f"{gate.expr} ({describe_gate(gate)})" for gate in failed)
    raise GateFailed(
        f"{len(failed)} of {len(report.gates)} gates failed: {seen}",
        id="gate-failed",
        hint="the report itself is complete; a gate fails when it holds or cannot be decided",
    )


def save_page(path: Path, result: Evaluated, *, with_ids: bool = False) -> None:
    """Write the report as one HTML file."""
    from radzoo.core.publish import publish_text
    from radzoo.render.html import page

    publish_text(
        path,
        page(
            result.report,
            title=result.title,
            history=result.history,
            config=result.config,
            gallery=result.gallery,
            overlays=result.overlays,
            with_ids=with_ids,
        ),
    )


def save_folder(folder: Path, result: Evaluated, *, with_ids: bool = False) -> None:
    """Write report, page, table and values case by case into a folder others cannot read."""
    from radzoo.core.mask_values import write_mask_values
    from radzoo.core.predictions_file import write_predictions
    from radzoo.core.publish import publish_text
    from radzoo.core.recalibration import write_recalibration
    from radzoo.core.thresholds import write_thresholds
    from radzoo.render.json import to_json_text
    from radzoo.render.table import to_csv
    from radzoo.workflows.evaluation.recalibration import apply_recalibration

    make_folder(folder)
    publish_text(folder / "report.json", to_json_text(result.report))
    publish_text(folder / "metrics.csv", to_csv(result.report) + "\n")
    if result.predictions is not None:
        write_predictions(folder / "predictions.csv", result.predictions)
    if result.patients is not None and result.report.masks is not None:
        write_mask_values(folder / "cases.csv", result.report.masks.cases, result.patients)
    if result.recalibration is not None:
        write_recalibration(folder / "recalibration.json", result.recalibration)
        if result.predictions is not None:
            better = apply_recalibration(result.predictions, result.recalibration)
            write_predictions(folder / "predictions-recalibrated.csv", better)
    if result.thresholds:
        write_thresholds(folder / "thresholds.json", result.thresholds)
    save_page(folder / "report.html", result, with_ids=with_ids)


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
