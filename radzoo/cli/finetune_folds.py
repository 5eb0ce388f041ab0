"""`radzoo finetune --folds K`: one training for each fold."""

from typing import TYPE_CHECKING

from radzoo.cli.console import say, show, write_json, write_line
from radzoo.cli.options import Format, Settings
from radzoo.cli.trainings import make_note, make_train

if TYPE_CHECKING:
    from radzoo.core.trainings_report import FoldsReport
    from radzoo.workflows.finetune import FinetuneConfig


def run_folds(config: "FinetuneConfig", folds: int, settings: Settings) -> None:
    """Train once for each fold and show what the runs say together."""
    from radzoo.workflows.folds import cross_validate

    report = cross_validate(config, folds, make_train(settings), log=make_note(settings))
    show_folds(report, settings)


def show_folds(report: "FoldsReport", settings: Settings) -> None:
    """Write the folds to stdout."""
    from radzoo.render.json import to_json
    from radzoo.render.rows import write_rows
    from radzoo.render.trainings import FOLD_COLUMNS, fold_rows, render_folds

    if settings.output is Format.JSON:
        write_json(to_json(report))
    elif settings.output in (Format.CSV, Format.MD, Format.TEX):
        write_line(write_rows(FOLD_COLUMNS, fold_rows(report), settings.output.value))
    else:
        show(render_folds(report))
        if not settings.quiet:
            say(f"everything is in {report.run}")
