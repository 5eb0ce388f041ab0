"""What several trainings on the same data say together: plain values for every renderer."""

from typing import Literal

from radzoo.core.report import SCHEMA_VERSION, MetricValue, Report


class FoldResult(Report):
    """One fold: the metric on the cases that its network did not learn from.

    Attributes:
        run: folder of the training, below that of all folds.
        judged_on: `test` where each case is tested in one fold; `val` where test was given.
    """

    fold: int
    run: str
    best_epoch: int
    judged_on: Literal["val", "test"]
    metric: MetricValue


class FoldsReport(Report):
    """What `radzoo finetune --folds K` says.

    Attributes:
        metric: of which mean, lowest and highest over the folds are given. The folds share
            training cases, so that no interval is made of their spread.
        metrics: where test was given, of the mean score of all networks on it; else of the
            scores that each case got from the network that had not seen it.
        best_epoch: every fold has its own; the key is there for readers of a single run.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    run: str
    model: str
    task: str
    folds: list[FoldResult]
    best_epoch: None = None
    metric: str
    mean: float | None
    lowest: float | None
    highest: float | None
    metrics: list[MetricValue]
    warnings: list[str]


class Candidate(Report):
    """One training among those that were compared.

    Attributes:
        settings: what makes it differ from the others.
        metric: on validation, where the best epoch was chosen as well.
    """

    rank: int
    run: str
    model: str
    settings: dict[str, bool | int | float | str]
    best_epoch: int
    epochs_run: int
    seconds: float
    metric: MetricValue


class BestReport(Report):
    """What `radzoo find-best` says.

    Attributes:
        candidates: the best on validation first.
        test: metrics of the best alone, on test cases that played no part in the choice.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    out: str
    task: str
    best: str
    metric: str
    candidates: list[Candidate]
    test: list[MetricValue]
    warnings: list[str]
