"""Train several models, or one in several ways, and choose by validation alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from radzoo.core.entry import ZooEntry
from radzoo.core.errors import InputError, UsageError
from radzoo.core.json_text import to_text
from radzoo.core.publish import publish_text
from radzoo.core.recipe import Scalar
from radzoo.core.report import MetricValue
from radzoo.core.trainings_report import BestReport, Candidate
from radzoo.workflows.finetune_config import FinetuneConfig
from radzoo.workflows.planning.recipe import decide
from radzoo.workflows.run.folder import RunFolder, read_manifest, read_report
from radzoo.workflows.teaching.teaching import sign_of
from radzoo.workflows.trainings import Train, read_headline, train_or_find

REPORT = "find-best.json"
MOST = 200


@dataclass(frozen=True, slots=True)
class SearchConfig:
    """What the user asks for.

    Attributes:
        training: what all trainings have in common; its `out` is the folder of all.
        entries: models that are tried.
        tries: setting of the recipe to the values that are tried, each with each.
    """

    training: FinetuneConfig
    entries: Sequence[ZooEntry]
    tries: Mapping[str, Sequence[Scalar]]


@dataclass(frozen=True, slots=True)
class Trial:
    """One training that is compared."""

    config: FinetuneConfig
    settings: Mapping[str, Scalar]


def find_best(
    config: SearchConfig,
    train: Train,
    *,
    log: Callable[[str], object] = lambda message: None,
) -> BestReport:
    """Train every candidate and rank them by their metric on validation.

    Test cases play no part in the choice; of them only the best one's result is told.

    Args:
        config: what is asked for.
        train: makes one run, or goes on with it.
        log: told which training begins.

    Raises:
        UsageError: if there is nothing to compare, or a setting is wrong.
    """
    trials = list(plan_trials(config))
    check_trials(trials)
    candidates = []
    for at, trial in enumerate(trials):
        log(f"{at + 1} of {len(trials)}: {trial.config.out.name}")
        candidates.append(describe(trial, train_or_find(trial.config, train)))
    ranked = [
        candidate.model_copy(update={"rank": place + 1})
        for place, candidate in enumerate(sorted(candidates, key=worth, reverse=True))
    ]
    best = ranked[0]
    report = BestReport(
        out=str(config.training.out),
        task=config.training.task,
        best=best.run,
        metric=best.metric.name,
        candidates=ranked,
        test=read_report(RunFolder(config.training.out / best.run)).metrics,
        warnings=doubts(ranked),
    )
    publish_text(config.training.out / REPORT, to_text(report))
    return report


def plan_trials(config: SearchConfig) -> Iterator[Trial]:
    """Yield every model with every combination of settings."""
    names = list(config.tries)
    for entry in config.entries:
        for values in product(*config.tries.values()):
            settings = dict(zip(names, values, strict=True))
            folder = "-".join([entry.name, *(f"{name}={settings[name]}" for name in names)])
            yield Trial(
                replace(
                    config.training,
                    entry=entry,
                    out=config.training.out / folder.replace("/", "_"),
                    wishes={**config.training.wishes, **settings},
                ),
                settings,
            )


def check_trials(trials: Sequence[Trial]) -> None:
    """See that there is something to compare, before the first training.

    Raises:
        UsageError: if there are fewer than two, very many, or a setting is wrong.
    """
    if not 2 <= len(trials) <= MOST:
        raise UsageError(
            f"needed 2 to {MOST} trainings to compare; asked for: {len(trials)}",
            id="nothing-to-compare",
            hint="name several models, or --try lr=0.001,0.0003",
        )
    for trial in trials:
        decide(trial.config.wishes, n_train=1, gpu=False, threads=1)


def describe(trial: Trial, run: RunFolder) -> Candidate:
    """Say how good one training is on validation, and what it cost."""
    manifest = read_manifest(run)
    return Candidate(
        rank=0,
        run=run.path.name,
        model=trial.config.entry.name,
        settings=dict(trial.settings),
        best_epoch=manifest.best_epoch,
        epochs_run=manifest.epochs_run,
        seconds=manifest.seconds["training"],
        metric=read_headline(run, "val", trial.config.task),
    )


def worth(candidate: Candidate) -> float:
    """Return what candidates are ranked by: higher is better.

    Raises:
        InputError: if the metric does not exist on validation.
    """
    if candidate.metric.value is None:
        raise InputError(
            f"{candidate.run} has no {candidate.metric.name} on validation",
            id="no-metric",
            hint="val needs cases that differ in their target: split the data anew",
        )
    return sign_of(candidate.metric.name) * candidate.metric.value


def doubts(ranked: Sequence[Candidate]) -> list[str]:
    """Say what the choice is worth."""
    said = [
        f"the best of {len(ranked)} looks better on validation than it is: "
        "judge it by its test result"
    ]
    first, second = ranked[0].metric, ranked[1].metric
    if overlap(first, second):
        said.append(
            "the interval of the best holds the value of the second: validation hardly tells "
            "them apart; repeat with --try seed=0,1,2, or judge on more cases"
        )
    return said


def overlap(first: MetricValue, second: MetricValue) -> bool:
    """Is the value of the second within the interval of the first?"""
    if first.low is None or first.high is None or second.value is None:
        return False
    if sign_of(first.name) < 0:
        return second.value <= first.high
    return second.value >= first.low
