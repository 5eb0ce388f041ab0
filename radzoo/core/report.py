"""What an evaluation or a training run says: plain values that every renderer reads."""

from typing import Literal

from radzoo.core.compare_report import Comparison
from radzoo.core.finding import Finding
from radzoo.core.report_calibration import Calibration
from radzoo.core.report_parts import (
    ConformalSets,
    DecisionPoint,
    LabelCases,
    PrevalencePoint,
    SampleSize,
    ScoreDistribution,
    SelectivePrediction,
    Subgroup,
    SubgroupGap,
)
from radzoo.core.report_tasks import Agreement, Confusion, MaskCases, SurvivalGroups
from radzoo.core.report_values import Curve as Curve
from radzoo.core.report_values import MetricValue as MetricValue
from radzoo.core.report_values import Report as Report

SCHEMA_VERSION: Literal[1] = 1


class OperatingPoint(Report):
    """What happens at one threshold; a case is positive if its score is >= `threshold`.

    Attributes:
        rule: how it was chosen: `youden`, `0.5` ...
        chosen_on: `validation` (frozen), `fixed` (a number given beforehand), or `test`:
            chosen on the cases it is judged on, therefore optimistic.
        note: where it comes from.
        chosen_on_n, chosen_on_n_positive: the cases that it was chosen on; null if on none.
        chosen_on_sha256: hash of the predictions that it was chosen on.
        chosen_on_file: the thresholds file that it was read from.
    """

    label: str
    threshold: float
    rule: str
    chosen_on: Literal["validation", "fixed", "test"]
    note: str | None = None
    chosen_on_n: int | None = None
    chosen_on_n_positive: int | None = None
    chosen_on_sha256: str | None = None
    chosen_on_file: str | None = None
    true_positive: int
    false_positive: int
    true_negative: int
    false_negative: int
    metrics: list[MetricValue]


class RefusedCase(Report):
    """A case that was left out, and why."""

    case_id: str
    reason: str


class Provenance(Report):
    """Where the numbers come from.

    Attributes:
        data: what a run or a model was let score for this report; null for a predictions file.
    """

    radzoo_version: str
    predictions: str | None = None
    predictions_sha256: str | None = None
    model: str | None = None
    run: str | None = None
    data: str | None = None
    seed: int = 0
    n_boot: int | None = None


class Gate(Report):
    """One condition of `--fail-if`.

    Attributes:
        passed: false if the condition holds, or cannot be decided.
        observed: what it was compared with; null if that is undefined.
        note: whose number decided, where several were meant; or why nothing did.
    """

    expr: str
    passed: bool
    observed: float | None
    note: str | None = None


class EvalReport(Report):
    """How good a model is on one set of cases; parts that do not apply are empty.

    Attributes:
        beside: the model minus each other one that was put beside it, on shared cases.
        findings: traps that the cheap checks of `radzoo audit` found.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    task: str
    n_cases: int
    n_patients: int | None
    n_refused: int
    labels: list[str]
    metrics: list[MetricValue]
    cases: list[LabelCases] = []
    operating_points: list[OperatingPoint] = []
    calibration: dict[str, Calibration] = {}
    subgroups: list[Subgroup] = []
    subgroup_gaps: list[SubgroupGap] = []
    gates: list[Gate] = []
    decision_curve: list[DecisionPoint] = []
    prevalence: list[PrevalencePoint] = []
    selective: list[SelectivePrediction] = []
    conformal: list[ConformalSets] = []
    sample_size: list[SampleSize] = []
    confusion: Confusion | None = None
    agreement: list[Agreement] = []
    survival: list[SurvivalGroups] = []
    masks: MaskCases | None = None
    beside: list[Comparison] = []
    roc: list[Curve] = []
    pr: list[Curve] = []
    distributions: list[ScoreDistribution] = []
    findings: list[Finding] = []
    warnings: list[str] = []
    refused: list[RefusedCase] = []
    provenance: Provenance


class RunReport(Report):
    """What a fine-tuning run ended with; metrics are those on the test split."""

    schema_version: Literal[1] = SCHEMA_VERSION
    run: str
    model: str
    task: str
    best_epoch: int
    metrics: list[MetricValue]
    warnings: list[str] = []
