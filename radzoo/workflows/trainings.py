"""Several runs on the same data: each is made, gone on with, or found."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from radzoo.core.case import Split
from radzoo.core.errors import IntegrityError
from radzoo.core.mask_values import read_mask_values
from radzoo.core.predictions import Predictions
from radzoo.core.predictions_file import read_predictions
from radzoo.core.report import MetricValue, RunReport
from radzoo.tasks import TASKS
from radzoo.workflows.evaluation.evaluate import EvaluateOptions, evaluate_predictions
from radzoo.workflows.finetune_config import FinetuneConfig
from radzoo.workflows.run.folder import RunFolder, read_manifest

CHANGED = "run-changed"
Train: TypeAlias = Callable[[FinetuneConfig], RunReport]


def train_or_find(config: FinetuneConfig, train: Train) -> RunFolder:
    """Make a run, go on with it if it was interrupted, or find it finished.

    Raises:
        IntegrityError: if the folder was made with other settings or data.
    """
    try:
        train(replace(config, resume=not config.overwrite))
    except IntegrityError as error:
        if error.id != CHANGED:
            raise
        raise IntegrityError(
            str(error), id=error.id, hint=f"choose another --out, or remove {config.out}"
        ) from None
    return RunFolder(config.out)


@dataclass(frozen=True, slots=True)
class Taught:
    """What a run learnt from."""

    n_patients: int
    n_cases: int
    n_positive: dict[str, int]


def read_taught(run: RunFolder) -> Taught:
    """Read from a finished run how many cases it learnt from.

    Raises:
        InputError: if it is not whole.
    """
    manifest = read_manifest(run)
    return Taught(
        manifest.n_patients["train"], manifest.n_cases["train"], manifest.n_positive["train"]
    )


def read_headline(run: RunFolder, split: Split, task: str) -> MetricValue:
    """Return the metric by which trainings are compared, of what a run says of a split."""
    if TASKS.find(task).reads == "mask":
        from radzoo.workflows.segmentation.folds import mask_headline

        return mask_headline(read_mask_values(run.predictions(split))[0])
    return headline_value(read_predictions(run.predictions(split)), task)


def headline_value(predictions: Predictions, task: str) -> MetricValue:
    """Return the metric by which trainings are compared, with its interval.

    Of several labels it is the mean over those that have one, without an interval.
    """
    name = TASKS.find(task).headline
    report = evaluate_predictions(predictions, EvaluateOptions(task=task, n_boot=0))
    values = [value for value in report.metrics if value.name == name]
    if len(values) == 1:
        return values[0]
    known = [value.value for value in values if value.value is not None]
    return MetricValue(
        name=name,
        label=f"mean of {len(known)} labels",
        value=sum(known) / len(known) if known else None,
        n=len(predictions.case_ids),
        note=None if len(known) == len(values) else f"{len(known)} of {len(values)} labels have it",
    )
