"""RZ062: probabilities are wrong on the test cases."""

from radzoo.checks.area import sample_of
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Subject
from radzoo.core.finding import Evidence, Reference, Severity, Value
from radzoo.core.report import MetricValue
from radzoo.metrics import METRICS
from radzoo.metrics.estimate import IntervalOptions, estimate_metrics

SLOPE = (0.8, 1.25)
RATIO = (0.67, 1.5)
NAMES = ("calibration_slope", "calibration_in_the_large", "oe_ratio")


def examine(subject: Subject) -> Outcome:
    """Estimate slope, calibration in the large and observed over expected on test."""
    assert subject.model is not None
    if subject.reads not in ("labels", "class"):
        return Silent("not applicable", "the task gives no probabilities")
    test, found = subject.rows_of("test"), []
    for at, question in enumerate(subject.questions):
        scores = subject.model.scores[:, at]
        rows = test[question.known[test] & (scores[test] == scores[test])]
        sample = sample_of(subject, question.positive, scores, rows)
        values = estimate_metrics(
            question.name, [METRICS[name] for name in NAMES], sample, IntervalOptions(n_boot=0)
        )
        if any(one.value is not None and one.low is not None for one in values):
            found.append(judge(question.name, values))
    return found or Silent("cannot judge", "calibration cannot be estimated on the test split")


def judge(label: str, values: list[MetricValue]) -> Verdict:
    """Say of one question whether an interval lies outside what is tolerable."""
    rows: list[dict[str, Value]] = [
        {"metric": one.name, "value": one.value, "low": one.low, "high": one.high} for one in values
    ]
    slope, _, ratio = values
    shown = ratio if outside(ratio, RATIO) else slope
    evidence = Evidence(
        n=shown.n, measure=shown.name, estimate=shown.value, low=shown.low, high=shown.high,
        level=shown.level, method=shown.method, rows=rows,
    )  # fmt: skip
    severity: Severity | None = None
    if outside(ratio, RATIO):
        severity = "error"
        message = (
            f"{ratio.value:.2f} times as many cases are positive as the probabilities say "
            f"({ratio.low:.2f} to {ratio.high:.2f})"
        )
    elif outside(slope, SLOPE):
        severity = "warning"
        how = "too extreme" if (slope.value or 0) < 1 else "too timid"
        message = (
            f"probabilities are {how}: calibration slope {slope.value:.2f} ({slope.low:.2f} to "
            f"{slope.high:.2f})"
        )
    else:
        message = "no sign that probabilities are far off on the test cases"
    return Verdict(severity, message, evidence, label=label, claim="model")


def outside(one: MetricValue, limits: tuple[float, float]) -> bool:
    """Does the whole interval lie outside?"""
    if one.low is None or one.high is None:
        return False
    return one.high < limits[0] or one.low > limits[1]


CHECK = Check(
    code="RZ062",
    trap="C1",
    title="probabilities do not fit these cases",
    family="testing",
    action="recalibrate on validation cases of the place where it will serve: radzoo evaluate RUN "
    "--recalibrate platt --on VAL",
    not_shown="few cases give wide intervals, which hide a moderate error",
    references=(
        Reference(
            source="Van Calster B et al. BMC Medicine 2019;17:230",
            finding="poor calibration makes predictions misleading whatever the AUROC",
        ),
    ),
    needs=frozenset({"scores", "questions"}),
    examine=examine,
)
