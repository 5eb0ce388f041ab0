"""What is wanted of a comparison, and what makes no sense to want."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from radzoo.core.errors import UsageError
from radzoo.core.plugins import Metric
from radzoo.core.registry import did_you_mean
from radzoo.metrics import METRICS
from radzoo.metrics.comparisons.multiplicity import ADJUSTMENTS
from radzoo.metrics.estimate import IntervalOptions
from radzoo.workflows.evaluation.task_metrics import metrics_of

# What is compared if no metric is named, and what `all` means.
DEFAULT_METRIC = {
    "binary": "auroc",
    "multilabel": "auroc",
    "multiclass": "hand_till",
    "ordinal": "kappa_quadratic",
    "regression": "mae",
    "survival": "harrell_c",
}
ALL = {
    "binary": (
        "auroc", "average_precision", "brier", "log_loss", "ece", "calibration_slope",
        "sensitivity", "specificity", "accuracy",
    ),
    "multiclass": ("hand_till", "auroc", "accuracy", "balanced_accuracy", "log_loss", "brier"),
    "ordinal": ("kappa_quadratic", "mae", "hand_till", "accuracy", "log_loss"),
    "regression": ("mae", "rmse", "r2", "ccc"),
    "survival": ("harrell_c", "uno_c"),
}  # fmt: skip
ALL["multilabel"] = ALL["binary"]
# Of classes: metrics of findings that are asked of each class against the rest.
OF_EACH_CLASS = ("auroc", "average_precision")
# They say what the cases are, whatever the model.
NOT_OF_A_MODEL = frozenset({"prevalence", "majority_accuracy"})
# With more files each is compared with the first instead of with every other.
MOST_ALL_PAIRS = 4


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """What is wanted of a comparison.

    Attributes:
        task: as in `EvaluateOptions`.
        metrics: names; `all` = a choice for the task; () = the one of the task.
        margin: how much worse may still count as not inferior; None = not asked.
        adjust: a name from `ADJUSTMENTS`.
        reference: the file that the others are compared with; None = all pairs, the first of
            more than four.
        threshold: a rule, a number, a thresholds file; None = those of each run, else 0.5.
        level, n_boot, seed, cluster: as in `EvaluateOptions`.
    """

    task: str | None = None
    metrics: tuple[str, ...] = ()
    margin: float | None = None
    adjust: str = "holm"
    reference: str | None = None
    threshold: str | None = None
    level: float = 0.95
    n_boot: int = 2000
    seed: int = 0
    cluster: Literal["patient", "none"] = "patient"

    @property
    def intervals(self) -> IntervalOptions:
        """How intervals are made."""
        return IntervalOptions("auto", self.level, self.n_boot, self.seed)


def check_compare_options(options: CompareOptions, names: Sequence[str]) -> None:
    """Refuse options that make no sense.

    Raises:
        UsageError: if there are fewer than two files, or something is out of range or unknown.
    """
    if len(names) < 2:
        raise UsageError(
            "one model was given; needed at least two to compare",
            id="one-file",
            hint="radzoo compare A.csv B.csv, or radzoo evaluate A.csv",
        )
    if not 0 < options.level < 1:
        raise UsageError(
            f"a level of {options.level:g} was asked for; needed one between 0 and 1",
            id="bad-level",
            hint="--level 0.95 gives 95 % intervals",
        )
    if options.margin is not None and not options.margin > 0:
        raise UsageError(
            f"a margin of {options.margin:g} was given; needed one above 0",
            id="bad-margin",
            hint="--margin 0.05: at most so much worse still counts as not inferior",
        )
    if options.adjust not in ADJUSTMENTS:
        raise UsageError(
            f"there is no adjustment called '{options.adjust}'",
            id="unknown-adjustment",
            hint=did_you_mean(options.adjust, list(ADJUSTMENTS))
            or f"known: {', '.join(ADJUSTMENTS)}",
        )
    if options.reference is not None and options.reference not in names:
        raise UsageError(
            f"the reference {options.reference} is none of the files",
            id="unknown-reference",
            hint=did_you_mean(options.reference, list(names)) or "name it as it is given",
        )


def choose_metrics(asked: Sequence[str], task: str) -> tuple[Metric, ...]:
    """Return the metrics to compare.

    Raises:
        UsageError: if one is unknown, or not of this task.
    """
    known = comparable(task)
    if task not in DEFAULT_METRIC:
        raise UsageError(
            f"compare knows no metric of the task {task}",
            id="unsupported-task",
            hint=f"known tasks: {', '.join(DEFAULT_METRIC)}",
        )
    names: list[str] = []
    for name in asked or (DEFAULT_METRIC[task],):
        names += ALL[task] if name == "all" else [name]
    for name in names:
        if name not in known:
            raise UsageError(
                f"there is no metric called '{name}' to compare in the task {task}",
                id="unknown-metric",
                hint=did_you_mean(name, list(known)) or f"known: {', '.join(known)}, all",
            )
    return tuple(known[name] for name in dict.fromkeys(names))


def check_margin(margin: float | None, metrics: Sequence[Metric]) -> None:
    """Refuse a margin that no difference can exceed.

    Raises:
        UsageError: if it is as wide as the range of a metric.
    """
    if margin is None:
        return
    for metric in metrics:
        low, high = metric.limits
        if margin >= high - low:
            raise UsageError(
                f"a margin of {margin:g} was given; {metric.name} lies from {low:g} to {high:g}, "
                f"so one below {high - low:g} is needed",
                id="bad-margin",
                hint="--margin 0.05: five percent are 0.05, not 5",
            )


def comparable(task: str) -> dict[str, Metric]:
    """Return the metrics that can be compared: not those of a horizon, nor of the cases alone."""
    found = {
        name: metric for name, metric in metrics_of(task).items() if name not in NOT_OF_A_MODEL
    }
    if task in ("multiclass", "ordinal"):
        found |= {name: METRICS[name] for name in OF_EACH_CLASS}
    return {name: metric for name, metric in found.items() if not name.endswith("_at")}


def choose_pairs(names: Sequence[str], reference: str | None) -> list[tuple[int, int]]:
    """Return which files are compared with which, by their position."""
    if reference is None and len(names) <= MOST_ALL_PAIRS:
        every = range(len(names))
        return [(one, other) for one in every for other in every if one < other]
    first = 0 if reference is None else list(names).index(reference)
    return [(first, other) for other in range(len(names)) if other != first]
