"""What is wanted of an evaluation, and what makes no sense to want."""

from dataclasses import dataclass
from typing import Literal

from radzoo.core.errors import UsageError
from radzoo.core.predictions import Predictions
from radzoo.core.registry import did_you_mean
from radzoo.core.thresholds import FrozenThreshold
from radzoo.metrics import INTERVALS
from radzoo.metrics.estimate import IntervalOptions


@dataclass(frozen=True, slots=True)
class FittedOn:
    """Other predictions of the same model that something is fitted on.

    Attributes:
        sha256: hash of their file.
    """

    predictions: Predictions
    sha256: str


@dataclass(frozen=True, slots=True)
class EvaluateOptions:
    """What is wanted of an evaluation.

    Attributes:
        task: a name from `JUDGES`; None = by the form of the predictions and the number of
            their labels.
        ci: interval by name, or `auto`.
        n_boot: bootstrap draws where an interval needs them.
        level: wanted coverage of intervals.
        cluster: `patient` = cases of one patient belong together; `none` = ignore that.
        threshold: a rule (`youden`, `sens@0.95`, a number), frozen thresholds, or None:
            0.5 if the scores can be probabilities.
        threshold_file: where the frozen thresholds were read.
        seed: where resampling starts.
        by: columns whose values are subgroups.
        prevalences: shares of diseased cases at which predictive values are wanted.
        decision_thresholds: threshold probabilities of the decision curve.
        decision_prevalence: prevalence to weigh the decision curve by; None = that of the cases.
        curves: whether every point of the ROC and precision-recall curves is wanted.
        validation: predictions on other cases, for `recalibrate` and `conformal`.
        recalibrate: `temperature`, `platt`, `isotonic`, `beta` or None.
        conformal: wanted shares of misses of conformal sets.
        horizons: times at which survival is judged; () = quartiles of the event times.
        half_width: wanted half-width of the interval, for the sample size.
        hosmer_lemeshow: whether that test is wanted.
        tolerance_mm: of the surface agreement of masks.
        structures: numbers in masks and what they are; several may share a name; the number 0
            = all that is not 0; () = as the masks themselves have them.
    """

    task: str | None = None
    ci: str = "auto"
    n_boot: int = 2000
    level: float = 0.95
    cluster: Literal["patient", "none"] = "patient"
    threshold: str | tuple[FrozenThreshold, ...] | None = None
    threshold_file: str | None = None
    seed: int = 0
    by: tuple[str, ...] = ()
    prevalences: tuple[float, ...] = ()
    decision_thresholds: tuple[float, ...] = ()
    decision_prevalence: float | None = None
    curves: bool = False
    validation: FittedOn | None = None
    recalibrate: str | None = None
    conformal: tuple[float, ...] = ()
    horizons: tuple[float, ...] = ()
    half_width: float = 0.05
    hosmer_lemeshow: bool = False
    tolerance_mm: float | None = None
    structures: tuple[tuple[int, str], ...] = ()

    @property
    def intervals(self) -> IntervalOptions:
        """How intervals are made."""
        return IntervalOptions(self.ci, self.level, self.n_boot, self.seed)


def check_options(options: EvaluateOptions) -> None:
    """Refuse options that make no sense.

    Raises:
        UsageError: if a number is out of range, or there is no interval of that name.
    """
    if not 0 < options.level < 1:
        raise UsageError(
            f"a level of {options.level:g} was asked for; needed one between 0 and 1",
            id="bad-level",
            hint="--level 0.95 gives 95 % intervals",
        )
    if not 0 < options.half_width < 1:
        raise UsageError(
            f"a half-width of {options.half_width:g} was asked for; needed one between 0 and 1",
            id="bad-half-width",
            hint="--half-width 0.05: the interval reaches 0.05 to either side",
        )
    if options.n_boot < 0:
        raise UsageError(
            f"{options.n_boot} bootstrap draws were asked for; needed 0 or more",
            id="bad-n-boot",
            hint="--n-boot 0 means no resampling",
        )
    if options.ci != "auto" and options.ci not in INTERVALS:
        raise UsageError(
            f"there is no interval called '{options.ci}'",
            id="unknown-interval",
            hint=did_you_mean(options.ci, list(INTERVALS)) or f"known: {', '.join(INTERVALS)}",
        )
