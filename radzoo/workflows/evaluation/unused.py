"""Options that were given and have no effect on these predictions: never silently."""

from radzoo.core.report import EvalReport
from radzoo.workflows.evaluation.options import EvaluateOptions

PROBABILITIES = "it needs findings whose scores are probabilities"


def warn_of_unused(options: EvaluateOptions, report: EvalReport) -> list[str]:
    """Say which of the options that were given led to nothing, and what they need."""
    recalibrated = any(one.recalibrated for one in report.calibration.values())
    asked = (
        ("--decision-curve", options.decision_thresholds, report.decision_curve,
         f"{PROBABILITIES}, or columns surv@<time>"),
        (
            "--prevalence", options.prevalences,
            [one for one in report.prevalence if one.ppv.value is not None],
            "it needs findings and a threshold",
        ),
        (
            "--conformal", options.conformal, report.conformal,
            "it needs classes, or findings, whose scores are probabilities",
        ),
        ("--recalibrate", options.recalibrate, recalibrated, PROBABILITIES),
        ("--by", options.by, report.subgroups, "it needs cases to be judged"),
        ("--horizon", options.horizons, report.task == "survival", "it is for survival"),
        ("--tolerance-mm", options.tolerance_mm, False, "it is for segmentation"),
        ("--structures", options.structures, False, "it is for segmentation"),
        ("--hosmer-lemeshow", options.hosmer_lemeshow, report.calibration, PROBABILITIES),
    )  # fmt: skip
    return [
        f"{name} has no effect on these predictions: {needs}."
        for name, given, found, needs in asked
        if given and not found
    ]
