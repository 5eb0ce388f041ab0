"""What a comparison of models says: plain values that every renderer reads."""

from typing import Literal

from radzoo.core.report_values import Report

SCHEMA_VERSION: Literal[1] = 1


class ComparedFile(Report):
    """One of the models that are compared.

    Attributes:
        name: as it was given; `a` and `b` of a comparison are such names.
        predictions_sha256: hash of its predictions file.
        n_cases: cases that it has.
        n_left_out: cases of them that another file lacks, which are in no comparison.
    """

    name: str
    predictions_sha256: str | None
    n_cases: int
    n_left_out: int


class Comparison(Report):
    """Two models in one metric of one label, on the same cases.

    Attributes:
        difference: `value_a - value_b`; null if undefined, `note` then says why.
        low, high: interval of the difference at `level`, by the method `interval`.
        p: two-sided, of no difference, by the method `method`.
        p_adjusted: for all comparisons and labels in this metric.
        n: cases that both have a score for; `n_positive` of them have the finding.
        n_undefined: of masks, shared cases in which one of both has no value; not in `n`.
        margin: of non-inferiority; null if none was given.
        p_noninferior: one-sided, of `a` being worse than `b` by the margin or more.
        noninferior: whether the interval excludes that; null if it cannot be decided.
    """

    a: str
    b: str
    label: str
    metric: str
    value_a: float | None
    value_b: float | None
    difference: float | None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    method: str | None = None
    interval: str | None = None
    n: int
    n_positive: int | None = None
    n_patients: int | None = None
    n_undefined: int | None = None
    margin: float | None = None
    p_noninferior: float | None = None
    noninferior: bool | None = None
    note: str | None = None


class CompareReport(Report):
    """How far apart models are; every comparison is on the cases that all files have."""

    schema_version: Literal[1] = SCHEMA_VERSION
    task: str
    adjust: str
    n_cases: int
    n_patients: int | None
    n_left_out: int
    labels: list[str]
    files: list[ComparedFile]
    comparisons: list[Comparison]
    warnings: list[str]
    seed: int = 0
    n_boot: int = 0
    radzoo_version: str
