"""The checks that `finetune` and `evaluate` make by themselves; needs neither torch nor pixels."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from radzoo.checks import CHECKS
from radzoo.checks.subject import Looks, Pictures, Question, Subject, Trained
from radzoo.core.case import Case, Split
from radzoo.core.finding import Finding
from radzoo.core.plugins import Matrix
from radzoo.core.predictions import Predictions
from radzoo.core.report import EvalReport
from radzoo.core.thresholds import FrozenThreshold, ThresholdsFile
from radzoo.workflows.audit.ledger import look
from radzoo.workflows.audit.telling import Examined, examine, tell

READS: Final = {"labels": "labels", "classes": "class", "times": "times"}
SCORED: Final = ("binary", "multilabel", "multiclass", "ordinal", "survival")
HEADLINES: Final = ("auroc", "auroc_macro", "harrell_c", "mae")


def cheap_findings(subject: Subject) -> list[Finding]:
    """Return what the cheap checks find."""
    chosen = [check for check in CHECKS.values() if check.cheap]
    examined = [Examined(check, examine(check, subject), 0.0) for check in chosen]
    return tell(examined, subject, {}).findings


def with_findings(
    report: EvalReport,
    predictions: Predictions,
    *,
    thresholds: Sequence[FrozenThreshold] | None = None,
    judged_sha256: str | None = None,
    counted: bool = True,
) -> EvalReport:
    """Return a report with what the cheap checks find in its predictions.

    Args:
        report: of these predictions.
        predictions: targets and scores.
        thresholds: frozen beforehand, if any were.
        judged_sha256: of the predictions file that is judged.
        counted: is this a look at the test split, to be noted in its ledger?
    """
    looks = look(predictions, *headline_of(report)) if counted else None
    chosen_on = {point.chosen_on for point in report.operating_points}
    subject = subject_of(
        predictions, report.task, thresholds=thresholds, judged_sha256=judged_sha256, looks=looks,
        chosen_on="test" if "test" in chosen_on else max(chosen_on, default="fixed"),
    )  # fmt: skip
    return report.model_copy(update={"findings": cheap_findings(subject)})


def headline_of(report: EvalReport) -> tuple[str, float | None]:
    """Return the metric that a model is known by, and its value."""
    for name in HEADLINES:
        for value in report.metrics:
            if value.name == name:
                return name, value.value
    return "", None


def subject_of(
    predictions: Predictions,
    task: str,
    *,
    thresholds: Sequence[FrozenThreshold] | None,
    judged_sha256: str | None,
    looks: Looks | None,
    chosen_on: str,
) -> Subject:
    """Turn predictions into a subject: every case is one of test."""
    n = len(predictions.case_ids)
    owners = predictions.owners
    outputs = {"predictions-test.csv": judged_sha256} if judged_sha256 else {}
    return Subject(
        cases=tuple(
            Case(case_id, Path(), {}, patient_id=patient, split="test")
            for case_id, patient in zip(predictions.case_ids, predictions.patient_ids, strict=True)
        ),
        questions=questions_of_predictions(predictions, task),
        reads="number" if task == "regression" else READS[predictions.form],
        splits=np.full(n, "test"),
        patients=None if owners is None else np.unique(np.array(owners), return_inverse=True)[1],
        model=Trained(
            name="", scores=predictions.scores, inputs={"outputs": outputs}, looks=looks,
            chosen_on=chosen_on,
            thresholds=ThresholdsFile(thresholds=list(thresholds)) if thresholds else None,
        ),
    )  # fmt: skip


def questions_of_predictions(predictions: Predictions, task: str) -> tuple[Question, ...]:
    """Return what the scores answer; nothing of numbers, whose direction is their own."""
    if task not in SCORED:
        return ()
    if predictions.form == "times" and predictions.events is not None:
        return (Question(predictions.labels[0], predictions.events),)
    return tuple(
        Question(label, predictions.targets[:, at]) for at, label in enumerate(predictions.labels)
    )


def findings_of_run(
    cases: Sequence[Case],
    questions: Sequence[Question],
    scores: Matrix,
    *,
    reads: str,
    pictures: Pictures | None,
    thresholds: Sequence[FrozenThreshold] | None,
    outputs: Mapping[str, str],
    looks: Looks | None,
) -> list[Finding]:
    """Return what the cheap checks find in a run that has just been taught.

    Args:
        cases: of all splits.
        questions: their answers, in that order.
        scores: `(n_cases, n_questions)`.
        reads: what the task reads.
        pictures: their images; None = they are too many, or volumes.
        thresholds: frozen on validation.
        outputs: name of a predictions file to its hash.
        looks: the ledger of the test split.
    """
    names = [case.patient_id or f"\0{at}" for at, case in enumerate(cases)]
    known = any(case.patient_id for case in cases)
    splits: list[Split | str] = [case.split or "" for case in cases]
    return cheap_findings(Subject(
        cases=tuple(cases),
        questions=tuple(questions),
        reads=reads,
        splits=np.array(splits, dtype=np.str_),
        patients=np.unique(np.array(names), return_inverse=True)[1] if known else None,
        identifiers={"study": tuple(case.study_id for case in cases),
                     "series": tuple(case.series_id for case in cases)},
        pictures=pictures,
        model=Trained(
            name="", scores=scores, inputs={"outputs": outputs}, looks=looks,
            thresholds=ThresholdsFile(thresholds=list(thresholds)) if thresholds else None,
        ),
    ))  # fmt: skip
