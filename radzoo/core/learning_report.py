"""What a learning curve says: plain values that every renderer reads."""

from typing import Literal

from radzoo.core.report import SCHEMA_VERSION, Report


class CurvePoint(Report):
    """One training on a share of the patients, judged on the same test patients as all.

    Attributes:
        share: of the training patients.
        run: folder of the training.
        value: the metric on test, averaged over the labels that have one.
    """

    share: float
    repeat: int
    run: str
    n_patients: int
    n_cases: int
    n_positive: dict[str, int]
    value: float


class CurveMean(Report):
    """The trainings on one share together.

    Attributes:
        low, high: interval over test patients and repeats.
    """

    share: float
    n_patients: int
    n_repeats: int
    value: float
    low: float
    high: float


class Prediction(Report):
    """What more patients would bring, if the curve goes on as it began.

    Attributes:
        times: the training patients that there are now.
        gain: over what the curve says of those there are now; negative where an error falls.
    """

    times: float
    n_patients: int
    value: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float


class FittedLaw(Report):
    """`ceiling - drop * patients ** -exponent`; of an error `drop` is negative: it falls."""

    ceiling: float
    drop: float
    exponent: float


class LearningReport(Report):
    """What `radzoo learning-curve` says.

    Attributes:
        level: of every interval.
        law: null if it could not be fitted.
        warnings: when the curve is not to be trusted.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    out: str
    model: str
    task: str
    metric: str
    level: float
    n_test: int
    n_boot: int
    points: list[CurvePoint]
    means: list[CurveMean]
    law: FittedLaw | None
    predictions: list[Prediction]
    warnings: list[str]
