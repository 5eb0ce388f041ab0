"""What classical models reach on the same cases: plain values that every renderer reads."""

from typing import Literal

from radzoo.core.report_values import MetricValue, Report

Inputs = Literal["metadata", "thumbnails", "features"]


class BaselineRow(Report):
    """One classical model.

    Attributes:
        name: of its folder: what it is told and what it is, `thumbnails-forest`.
        n_inputs: numbers that it is told of each case.
        setting: what was chosen on validation, and `value` what it became.
        validation: the headline metric there; null if it is undefined.
        metrics: of the test split.
        predictions: the file of its scores of the test split, relative to the report.
    """

    name: str
    inputs: Inputs
    estimator: str
    n_inputs: int
    setting: str
    value: float
    validation: float | None
    metrics: list[MetricValue]
    predictions: str


class BaselineReport(Report):
    """`OUT/baseline.json`: all of them, in the order in which they were made.

    Attributes:
        headline: the metric that settings were chosen by.
        model: whose features were used; null if none were.
        n_cases: by split.
    """

    schema_version: Literal[1] = 1
    out: str
    task: str
    headline: str
    data: str
    model: str | None
    seed: int
    n_cases: dict[str, int]
    n_refused: int
    rows: list[BaselineRow]
    warnings: list[str] = []
