"""`radzoo finetune --folds K`: one training for each fold."""

from typing import TYPE_CHECKING

from radzoo.cli.console import say
from radzoo.cli.options import Settings
from radzoo.cli.trainings import make_note, make_train, show_trainings

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
    from radzoo.render.trainings import FOLD_COLUMNS, fold_rows, render_folds

    show_trainings(
        report, settings, columns=FOLD_COLUMNS, rows=fold_rows(report),
        drawn=lambda: render_folds(report),
    )  # fmt: skip
    if not settings.quiet:
        say(f"everything is in {report.run}")
