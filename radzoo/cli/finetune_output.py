"""What `radzoo finetune` shows and writes when the run is done."""

from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.cli.console import say, show, write_json, write_line
from radzoo.cli.options import Format, Settings

if TYPE_CHECKING:
    from radzoo.core.report import RunReport
    from radzoo.workflows.run.folder import RunFolder


def show_run(report: "RunReport", settings: Settings) -> None:
    """Write the result to stdout: where the run is, and how good it is on test."""
    from radzoo.render.json import to_json
    from radzoo.render.table import to_csv, to_latex, to_markdown
    from radzoo.workflows.run.folder import RunFolder, read_report

    writers = {Format.CSV: to_csv, Format.MD: to_markdown, Format.TEX: to_latex}
    if settings.output is Format.JSON:
        write_json(to_json(report))
        return
    judged = read_report(RunFolder(Path(report.run)))
    if settings.output in writers:
        write_line(writers[settings.output](judged))
        return
    from radzoo.render.terminal import render_report

    show(render_report(judged))
    if not settings.quiet:
        say(f"best epoch {report.best_epoch}; everything is in {report.run}")


def write_page(run: "RunFolder", title: str) -> None:
    """Write the report of a run as a page for a browser."""
    from radzoo.core.publish import publish_text
    from radzoo.render.html import page
    from radzoo.workflows.evaluation.source import read_history, read_json
    from radzoo.workflows.run.folder import read_report

    history, config = read_history(run.history), read_json(run.config)
    text = page(read_report(run), title=title, history=history, config=config)
    publish_text(run.page, text)
