"""`evaluate`: predictions in, a report out. Needs neither torch nor pixels."""

from collections.abc import Callable
from dataclasses import replace

from radzoo import __version__
from radzoo.core.errors import UsageError
from radzoo.core.predictions import Predictions
from radzoo.core.registry import Registry, did_you_mean
from radzoo.core.report import EvalReport, Provenance, RefusedCase
from radzoo.workflows.evaluation.judged import Cohort, Judged, make_cohort
from radzoo.workflows.evaluation.options import EvaluateOptions as EvaluateOptions
from radzoo.workflows.evaluation.options import check_options
from radzoo.workflows.evaluation.subgroups import describe_subgroups
from radzoo.workflows.evaluation.unused import warn_of_unused
from radzoo.workflows.evaluation.warnings import warn_of_cases

Judge = Callable[[Cohort, str, EvaluateOptions], Judged]

JUDGES: Registry[Judge] = Registry(
    "task",
    {
        "binary": "radzoo.workflows.evaluation.labels:judge_labels",
        "multilabel": "radzoo.workflows.evaluation.labels:judge_labels",
        "multiclass": "radzoo.workflows.evaluation.classes:judge_classes",
        "ordinal": "radzoo.workflows.evaluation.classes:judge_classes",
        "regression": "radzoo.workflows.evaluation.values:judge_values",
        "survival": "radzoo.workflows.evaluation.times:judge_times",
    },
)


def evaluate_predictions(
    predictions: Predictions,
    options: EvaluateOptions | None = None,
    *,
    provenance: Provenance | None = None,
) -> EvalReport:
    """Say how good scores are: metrics with intervals, what else belongs to the task, warnings.

    The order of the rows does not matter, down to the last bit.

    Args:
        predictions: targets and scores of the cases.
        options: what is wanted; None = the defaults.
        provenance: where the predictions come from.

    Raises:
        InputError: if the targets are not those of the task, or no case has one.
        UsageError: if an option does not make sense.
    """
    options = options or EvaluateOptions()
    task = find_task(predictions, options)
    check_options(options)
    source = provenance or Provenance(radzoo_version=__version__)
    cohort = make_cohort(predictions, options, source.predictions_sha256)
    judged = JUDGES[task](cohort, task, options)
    if options.by:
        split = describe_subgroups(cohort, task, JUDGES[task], judged, options)
        judged = replace(
            judged,
            parts=judged.parts | split.parts,
            warnings=[*judged.warnings, *split.warnings],
        )
    report = EvalReport(
        task=task,
        n_cases=len(predictions.case_ids),
        n_patients=predictions.n_patients,
        n_refused=len(predictions.refused),
        labels=list(predictions.labels),
        metrics=judged.metrics,
        warnings=[
            *warn_of_cases(predictions, cluster=options.cluster == "patient"),
            *judged.warnings,
        ],
        refused=[
            RefusedCase(case_id=case.case_id, reason=case.reason) for case in predictions.refused
        ],
        provenance=source.model_copy(update={"seed": options.seed, "n_boot": options.n_boot}),
    )
    report = report.model_copy(update=judged.parts)
    unused = warn_of_unused(options, report)
    return report.model_copy(update={"warnings": [*report.warnings, *unused]})


def find_task(predictions: Predictions, options: EvaluateOptions) -> str:
    """Return the task: declared, or by the form of the file; never guessed from values.

    Raises:
        UsageError: if there is no such task, or the predictions have not its form.
    """
    by_form = {
        "labels": "binary" if len(predictions.labels) == 1 else "multilabel",
        "classes": "multiclass",
        "times": "survival",
    }
    if options.task is None:
        return by_form[predictions.form]
    if options.task not in JUDGES:
        known = [*JUDGES, "segmentation"]
        guess = did_you_mean(options.task, known)
        if not guess and did_you_mean(options.task, ["classification"]):
            guess = "findings are binary or multilabel, classes multiclass or ordinal"
        raise UsageError(
            f"evaluate knows no task '{options.task}'",
            id="unknown-task",
            hint=f"{guess}{' ' if guess.endswith('?') else '; ' if guess else ''}known: "
            f"{', '.join(known)}",
        )
    return options.task
