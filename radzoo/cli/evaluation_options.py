"""Options of `radzoo evaluate` that say what is to be reported, and how it is reckoned."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

from typer import Option

from radzoo.cli.data_options import DataFlags, listed
from radzoo.cli.option_group import spread
from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from radzoo.core.predictions import Columns

PANEL = "What is reported"
FILE_PANEL = "Columns of a file of another program"

Value = TypeVar("Value")


class Cluster(StrEnum):
    """What cases are grouped by."""

    PATIENT = "patient"
    NONE = "none"


class Method(StrEnum):
    """Ways to recalibrate."""

    TEMPERATURE = "temperature"
    PLATT = "platt"
    ISOTONIC = "isotonic"
    BETA = "beta"


@dataclass(frozen=True)
class ReportFlags:
    """What is to be reported, as the user says it."""

    task: Annotated[
        str | None,
        Option(
            help="binary, multilabel, multiclass, ordinal, regression, survival, segmentation "
            "(default: by the columns of the file; ordinal, regression and segmentation must "
            "be said)"
        ),
    ] = None
    ci: Annotated[
        str,
        Option(
            help="Interval: auto, logit-delong, delong, newcombe, obuchowski (AUROC), wilson, "
            "clopper-pearson (proportions), bca, percentile (any metric)."
        ),
    ] = "auto"
    n_boot: Annotated[int, Option(min=0, help="Bootstrap draws where they are needed.")] = 2000
    level: Annotated[float, Option(help="Wanted coverage of the intervals.")] = 0.95
    cluster: Annotated[
        Cluster, Option(help="Count patients, or take every case as independent.")
    ] = Cluster.PATIENT
    threshold: Annotated[
        str | None,
        Option(
            help="A number, youden, sens@0.95, spec@0.9, or a thresholds.json "
            "(default: the one that the run froze on validation, else 0.5)"
        ),
    ] = None
    by: Annotated[
        list[str] | None,
        Option(help="Columns whose values are subgroups: site,sex.", rich_help_panel=PANEL),
    ] = None
    prevalence: Annotated[
        str | None,
        Option(
            help="Predictive values at these shares of diseased: 0.01,0.1.", rich_help_panel=PANEL
        ),
    ] = None
    decision_curve: Annotated[
        str | None,
        Option(
            help="Net benefit at threshold probabilities: 0.05:0.5:0.05, or a list.",
            rich_help_panel=PANEL,
        ),
    ] = None
    decision_prevalence: Annotated[
        float | None,
        Option(
            min=0,
            max=1,
            help="Prevalence of a case-control study's population.",
            rich_help_panel=PANEL,
        ),
    ] = None
    curves: Annotated[
        bool,
        Option("--curves", help="Every point of the ROC and PR curves.", rich_help_panel=PANEL),
    ] = False
    recalibrate: Annotated[
        Method | None,
        Option(help="Recalibrate on --on, shown before and after.", rich_help_panel=PANEL),
    ] = None
    conformal: Annotated[
        str | None,
        Option(
            help="Sets of classes, fitted on --on, that miss this share: 0.05,0.1.",
            rich_help_panel=PANEL,
        ),
    ] = None
    on: Annotated[
        Path | None,
        Option(
            help="Predictions on validation cases (default: those of the run)",
            rich_help_panel=PANEL,
        ),
    ] = None
    horizon: Annotated[
        str | None,
        Option(help="Times at which survival is judged: 365,730.", rich_help_panel=PANEL),
    ] = None
    half_width: Annotated[
        float,
        Option(help="Wanted half-width of intervals, for the sample size.", rich_help_panel=PANEL),
    ] = 0.05
    hosmer_lemeshow: Annotated[
        bool,
        Option("--hosmer-lemeshow", help="Report that test as well.", rich_help_panel=PANEL),
    ] = False
    tolerance_mm: Annotated[
        float | None,
        Option(help="Distance that surfaces of masks may differ.", rich_help_panel=PANEL),
    ] = None
    beside: Annotated[
        list[str] | None,
        Option(
            metavar="FOLDER|FILE",
            help="Compare with these, too: a folder of radzoo baseline, a run, or predictions; "
            "repeatable.",
            rich_help_panel=PANEL,
        ),
    ] = None
    fail_if: Annotated[
        list[str] | None,
        Option(
            help="A gate, repeatable: 'auroc.low < 0.8'. Exit 8 when one holds or cannot be "
            "decided.",
            rich_help_panel=PANEL,
        ),
    ] = None
    score: Annotated[
        str | None, Option(help="Column that holds the score.", rich_help_panel=FILE_PANEL)
    ] = None

    def columns(self, layout: DataFlags) -> "Columns":
        """Return how a file names its columns."""
        from radzoo.core.predictions import Columns

        return Columns(
            layout.target, self.score, layout.patient, layout.positive, self.task,
            listed(layout.classes), layout.time, layout.event,
        )  # fmt: skip

    @property
    def columns_by(self) -> tuple[str, ...]:
        """The columns of subgroups, in the order given."""
        names = [name.strip() for one in self.by or () for name in one.split(",")]
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def needing_validation(self) -> tuple[str, ...]:
        """Options given that are fitted on validation."""
        pairs = (("recalibrate", self.recalibrate), ("conformal", self.conformal))
        return tuple(name for name, value in pairs if value)

    @property
    def prevalences(self) -> tuple[float, ...]:
        """Shares of diseased cases."""
        return self._read(self.prevalence, "prevalence", shares, "0.01,0.1")

    @property
    def conformal_alphas(self) -> tuple[float, ...]:
        """Wanted shares of misses."""
        return self._read(self.conformal, "conformal", shares, "0.05,0.1")

    @property
    def horizons(self) -> tuple[float, ...]:
        """Times at which survival is judged."""
        return self._read(self.horizon, "horizon", positive_numbers, "365,730")

    @property
    def decision_thresholds(self) -> tuple[float, ...]:
        """Threshold probabilities of the decision curve."""
        if self.decision_curve is None:
            return ()
        from radzoo.metrics.decisions.net_benefit import spread_thresholds

        return self._read(self.decision_curve, "decision-curve", spread_thresholds, "0.05:0.5:0.05")

    def _read(
        self,
        text: str | None,
        option: str,
        read: Callable[[str], tuple[float, ...]],
        example: str,
    ) -> tuple[float, ...]:
        if text is None:
            return ()
        try:
            return read(text)
        except ValueError:
            raise UsageError(
                f"--{option} cannot be '{text}'",
                id="bad-numbers",
                hint=f"for example --{option} {example}",
            ) from None


def shares(text: str) -> tuple[float, ...]:
    """Read numbers between 0 and 1.

    Raises:
        ValueError: if one is not.
    """
    found = tuple(float(part) for part in text.split(","))
    if not all(0 < one < 1 for one in found):
        raise ValueError(text)
    return found


def positive_numbers(text: str) -> tuple[float, ...]:
    """Read finite numbers above 0.

    Raises:
        ValueError: if one is not.
    """
    found = tuple(float(part) for part in text.split(","))
    if not all(0 < one < float("inf") for one in found):
        raise ValueError(text)
    return found


with_report_flags = spread("wanted", ReportFlags)
"""Gives a command the options of a report; it receives them as one `ReportFlags`."""
