"""Cross-validation: one training for each fold, and what they say together."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from radzoo import __version__
from radzoo.core.config import Portion
from radzoo.core.json_text import to_text
from radzoo.core.predictions import Predictions
from radzoo.core.predictions_file import read_predictions, write_predictions
from radzoo.core.publish import publish_text
from radzoo.core.report import EvalReport, Provenance
from radzoo.core.trainings_report import FoldResult, FoldsReport
from radzoo.tasks import TASKS
from radzoo.workflows.evaluation.evaluate import EvaluateOptions, evaluate_predictions
from radzoo.workflows.finetune_config import FinetuneConfig
from radzoo.workflows.inference import average_scores
from radzoo.workflows.run.folder import FOLDS, RunFolder, read_manifest, sha256_of
from radzoo.workflows.trainings import Train, read_headline, train_or_find

FOLD = "fold"


def cross_validate(
    config: FinetuneConfig,
    folds: int,
    train: Train,
    *,
    log: Callable[[str], object] = lambda message: None,
) -> FoldsReport:
    """Train on all folds but one, for each of them, and judge what they say together.

    Where the data say which cases are test, all networks are asked about them and their
    scores averaged. Else each case is judged by the network that has not seen it.

    Args:
        config: of each training; its `out` is the folder of all.
        folds: how many.
        train: makes one run, or goes on with it.
        log: told which fold begins.

    Raises:
        InputError: if there are too few patients, or the data have other folds.
    """
    runs = []
    for fold in range(folds):
        log(f"fold {fold + 1} of {folds}")
        runs.append(train_or_find(of_fold(config, fold, folds), train))
    whole = RunFolder(config.out)
    if TASKS.find(config.task).reads == "mask":
        from radzoo.workflows.segmentation.folds import pool_masks

        shared, report = pool_masks(whole, runs, config)
    else:
        shared, report = pool_scores(whole, runs, config)
    results = [describe(run, fold, config, shared=shared) for fold, run in enumerate(runs)]
    values = [one.metric.value for one in results if one.metric.value is not None]
    found = FoldsReport(
        run=str(config.out),
        model=config.entry.name,
        task=config.task,
        folds=results,
        metric=TASKS.find(config.task).headline,
        mean=float(np.mean(values)) if values else None,
        lowest=min(values, default=None),
        highest=max(values, default=None),
        metrics=report.metrics,
        warnings=report.warnings,
    )
    publish_text(whole.report, to_text(report))
    publish_text(config.out / FOLDS, to_text(found))
    return found


def pool_scores(
    whole: RunFolder, runs: Sequence[RunFolder], config: FinetuneConfig
) -> tuple[bool, EvalReport]:
    """Write the scores of all folds together, and judge them.

    Returns:
        Had all folds the same test cases? And the report.
    """
    tests = [read_predictions(run.predictions("test")) for run in runs]
    shared = all(set(test.case_ids) == set(tests[0].case_ids) for test in tests)
    together = average_scores(tests) if shared else join(tests)
    write_predictions(whole.predictions("test"), together)
    return shared, judge(whole, together, config)


def of_fold(config: FinetuneConfig, fold: int, folds: int) -> FinetuneConfig:
    """Return the training that leaves one fold out."""
    seed = int(config.wishes.get("seed", 0))
    portion = Portion(fold=fold, folds=folds, split_seed=seed)
    return replace(config, out=config.out / f"{FOLD}-{fold}", portion=portion)


def join(predictions: Sequence[Predictions]) -> Predictions:
    """Return the scores that each case got in its own fold, with the fold as a group."""
    first = predictions[0]
    names = dict.fromkeys(name for one in predictions for name in one.groups)
    groups = {
        name: tuple(
            value
            for one in predictions
            for value in one.groups.get(name, ("",) * len(one.case_ids))
        )
        for name in names
    }
    widths = [one.sd for one in predictions if one.sd is not None]
    numbers = tuple(str(fold) for fold, one in enumerate(predictions) for _ in one.case_ids)
    return Predictions(
        labels=first.labels,
        case_ids=tuple(name for one in predictions for name in one.case_ids),
        patient_ids=tuple(name for one in predictions for name in one.patient_ids),
        targets=np.concatenate([one.targets for one in predictions]),
        scores=np.concatenate([one.scores for one in predictions]),
        groups=groups | {FOLD: numbers},
        refused=tuple(dict.fromkeys(case for one in predictions for case in one.refused)),
        form=first.form,
        events=join_events(predictions),
        sd=np.concatenate(widths) if len(widths) == len(predictions) else None,
    )


def join_events(predictions: Sequence[Predictions]) -> NDArray[np.float64] | None:
    """Return how the times of all folds ended; None where predictions are not of times."""
    known = [one.events for one in predictions if one.events is not None]
    return np.concatenate(known) if known else None


def judge(whole: RunFolder, together: Predictions, config: FinetuneConfig) -> EvalReport:
    """Evaluate the scores of all folds together."""
    file = whole.predictions("test")
    return evaluate_predictions(
        together,
        EvaluateOptions(task=config.task, seed=int(config.wishes.get("seed", 0))),
        provenance=Provenance(
            radzoo_version=__version__,
            predictions=file.name,
            predictions_sha256=sha256_of(file),
            model=config.entry.name,
            run=config.out.name,
        ),
    )


def describe(run: RunFolder, fold: int, config: FinetuneConfig, *, shared: bool) -> FoldResult:
    """Say how good the network of one fold is on what it did not learn from."""
    split: Literal["val", "test"] = "val" if shared else "test"
    return FoldResult(
        fold=fold,
        run=run.path.name,
        best_epoch=read_manifest(run).best_epoch,
        judged_on=split,
        metric=read_headline(run, split, config.task),
    )
