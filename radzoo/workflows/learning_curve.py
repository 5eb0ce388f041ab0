"""Train on ever more of the patients, and say what further patients would bring."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from radzoo.core.config import Portion
from radzoo.core.errors import InputError, UsageError
from radzoo.core.json_text import to_text
from radzoo.core.learning_report import (
    CurveMean,
    CurvePoint,
    FittedLaw,
    LearningReport,
    Prediction,
)
from radzoo.core.plugins import Vector
from radzoo.core.predictions import Predictions
from radzoo.core.predictions_file import read_predictions
from radzoo.core.publish import publish_text
from radzoo.metrics.families import find_metric
from radzoo.metrics.power_law import PowerLaw, fit_power_law
from radzoo.metrics.resampling import draw_units
from radzoo.metrics.sample import number
from radzoo.tasks import TASKS
from radzoo.tasks.task import Task
from radzoo.workflows.finetune_config import FinetuneConfig
from radzoo.workflows.run.folder import RunFolder
from radzoo.workflows.teaching.teaching import headline_of, sign_of
from radzoo.workflows.trainings import Train, read_taught, train_or_find

SHARES = (0.1, 0.25, 0.5, 1.0)
AHEAD = (2.0, 4.0)
REPORT = "learning-curve.json"


@dataclass(frozen=True, slots=True)
class CurveConfig:
    """What the user asks for.

    Attributes:
        training: of each run; its `out` is the folder that holds them all.
        shares: of the training patients, rising.
        repeats: trainings on each share, on other patients and from another seed.
        ahead: multiples of the training patients to look ahead to.
        n_boot: draws of test patients and repeats for the intervals.
    """

    training: FinetuneConfig
    shares: tuple[float, ...] = SHARES
    repeats: int = 3
    ahead: tuple[float, ...] = AHEAD
    n_boot: int = 1000
    level: float = 0.95


def draw_learning_curve(
    config: CurveConfig,
    train: Train,
    *,
    log: Callable[[str], object] = lambda message: None,
) -> LearningReport:
    """Train on every share, or find the trainings that are done, and fit the curve.

    Args:
        config: what is asked for.
        train: makes one run, or goes on with it.
        log: told which training begins.

    Raises:
        UsageError: if a share is none, or there are fewer than two.
        InputError: if the runs were not judged on the same cases.
    """
    check_shares(config)
    check_scores(config)
    points, runs = [], []
    for share, repeat in plan_runs(config):
        log(f"{share:.0%} of the training patients, {repeat} of {config.repeats}")
        run = train_or_find(of_share(config, share, repeat), train)
        predictions = read_predictions(run.predictions("test"))
        points.append(describe_point(run, share, repeat, predictions, config))
        runs.append(predictions)
    report = judge_curve(config, points, runs)
    publish_text(config.training.out / REPORT, to_text(report))
    return report


def check_shares(config: CurveConfig) -> None:
    """Refuse what gives no curve.

    Raises:
        UsageError: if a share is none, or there are fewer than two.
    """
    shares = config.shares
    if len(set(shares)) < 2 or not all(0 < share <= 1 for share in shares):
        raise UsageError(
            "a curve needs two or more shares between 0 and 1",
            id="bad-shares",
            hint="--shares 0.1,0.25,0.5,1",
        )


def check_scores(config: CurveConfig) -> None:
    """Refuse a task that gives no scores.

    Raises:
        UsageError: if it gives masks.
    """
    if TASKS.find(config.training.task).reads == "mask":
        raise UsageError(
            "a learning curve is drawn of scores, and segmentation gives masks",
            id="curve-of-masks",
            hint="train on parts of the data by hand, and compare the runs with radzoo compare",
        )


def plan_runs(config: CurveConfig) -> Iterator[tuple[float, int]]:
    """Yield share and number of each training, the small ones first."""
    for share in sorted(set(config.shares)):
        yield from ((share, repeat) for repeat in range(1, config.repeats + 1))


def of_share(config: CurveConfig, share: float, repeat: int) -> FinetuneConfig:
    """Return the training on one share; all of them have the same val and test patients."""
    seed = int(config.training.wishes.get("seed", 0))
    return replace(
        config.training,
        out=config.training.out / f"share-{round(100 * share):03d}-{repeat}",
        portion=Portion(train_share=share, split_seed=seed),
        wishes={**config.training.wishes, "seed": seed + repeat - 1},
    )


def describe_point(
    run: RunFolder, share: float, repeat: int, predictions: Predictions, config: CurveConfig
) -> CurvePoint:
    """Say what one training learnt from, and how good it became."""
    taught, task = read_taught(run), task_of(config)
    return CurvePoint(
        share=share,
        repeat=repeat,
        run=run.path.name,
        n_patients=taught.n_patients,
        n_cases=taught.n_cases,
        n_positive=taught.n_positive,
        value=sign_of(task.headline) * measure(predictions, task, None),
    )


def task_of(config: CurveConfig) -> Task:
    """Return what is learnt."""
    return TASKS.find(config.training.task)


def measure(predictions: Predictions, task: Task, weights: Vector | None) -> float:
    """Return the task's headline metric, higher = better; NaN if it is undefined.

    Of several labels it is the mean over those where it is defined.
    """
    targets = predictions.targets
    if predictions.form == "classes":
        unknown = np.isnan(targets).any(axis=1)
        targets = np.where(unknown, np.nan, targets.argmax(axis=1))[:, None]
    elif predictions.events is not None:
        targets = np.stack([targets[:, 0], predictions.events], axis=1)
    return headline_of(task, targets, predictions.scores, weights)


def limits_of(task: Task) -> tuple[float, float]:
    """Return the lowest and the highest value of the headline metric, higher = better."""
    metric = find_metric(task.headline, task.name)
    assert metric is not None
    low, high = metric.limits
    return (low, high) if sign_of(task.headline) > 0 else (-high, -low)


def judge_curve(
    config: CurveConfig, points: Sequence[CurvePoint], runs: Sequence[Predictions]
) -> LearningReport:
    """Fit the law to the means, and draw test patients and repeats for the intervals.

    A metric that is to be low is turned before, and turned back for the report.
    """
    task = task_of(config)
    sign = sign_of(task.headline)
    shares = sorted({point.share for point in points})
    sizes = np.array([mean_size(points, share) for share in shares])
    check_sizes(sizes)
    values = sign * np.array([point.value for point in points])
    members = [[at for at, point in enumerate(points) if point.share == one] for one in shares]
    means = np.array([values[chosen].mean() for chosen in members])
    drawn = draw_means(config, runs, members)
    weights = 1 / np.maximum(drawn.var(axis=0), 1e-8)
    law = fit_power_law(sizes, means, limits=limits_of(task), weights=weights)
    laws = [fit_power_law(sizes, row, limits=limits_of(task), weights=weights) for row in drawn]
    tails = ((1 - config.level) / 2, (1 + config.level) / 2)
    low, high = turned(sign, np.quantile(drawn, tails, axis=0))
    return LearningReport(
        out=str(config.training.out),
        model=config.training.entry.name,
        task=config.training.task,
        metric=task.headline,
        level=config.level,
        n_test=len(runs[0].case_ids),
        n_boot=config.n_boot,
        points=list(points),
        means=[
            CurveMean(
                share=share, n_patients=round(size), n_repeats=len(chosen),
                value=float(sign * value), low=float(least), high=float(most),
            )
            for share, size, chosen, value, least, most in zip(
                shares, sizes, members, means, low, high, strict=True
            )
        ],
        law=FittedLaw(
            ceiling=sign * law.ceiling, drop=sign * law.drop, exponent=law.exponent
        ),
        predictions=[
            look_ahead(law, laws, sizes[-1], times, tails, sign) for times in config.ahead
        ],
        warnings=doubts(config, law, sizes, means, drawn),
    )  # fmt: skip


def check_sizes(sizes: Vector) -> None:
    """Refuse shares that hold the same patients.

    Raises:
        InputError: if all do.
    """
    if np.ptp(sizes) == 0:
        raise InputError(
            f"every share has {sizes[0]:g} training patients, and a curve needs different numbers",
            id="same-shares",
            hint="there are too few patients for these --shares: take some that are further apart",
        )


def turned(sign: float, ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn the two rows of lower and upper ends by a sign."""
    return ends if sign > 0 else -ends[::-1]


def mean_size(points: Sequence[CurvePoint], share: float) -> float:
    """Return how many patients the trainings on a share had."""
    return float(np.mean([point.n_patients for point in points if point.share == share]))


def draw_means(
    config: CurveConfig, runs: Sequence[Predictions], members: Sequence[Sequence[int]]
) -> NDArray[np.float64]:
    """Return the mean of each share for draws of test patients and of repeats.

    All runs see the same draw of patients: what makes a test set easy is easy for each.

    Returns:
        `(n_draws, n_shares)`; draws on which the metric is undefined are left out.
    """
    first = runs[0]
    if any(run.case_ids != first.case_ids for run in runs):
        raise InputError(
            "the trainings were not judged on the same cases",
            id="other-cases",
            hint="remove the folder and draw the curve anew",
        )
    seed = int(config.training.wishes.get("seed", 0))
    names = first.patient_ids if all(first.patient_ids) else first.case_ids
    patients, task = number(names), task_of(config)
    chance = np.random.Generator(np.random.PCG64(seed))
    rows = []
    for counts in draw_units(int(patients.max()) + 1, config.n_boot, seed):
        values = np.array([measure(run, task, counts[patients]) for run in runs])
        picks = [chance.integers(len(chosen), size=len(chosen)) for chosen in members]
        rows.append(
            [values[np.array(chosen)[pick]].mean()
             for chosen, pick in zip(members, picks, strict=True)]
        )  # fmt: skip
    drawn = np.array(rows)
    return drawn[~np.isnan(drawn).any(axis=1)]


def look_ahead(
    law: PowerLaw,
    laws: Sequence[PowerLaw],
    now: float,
    times: float,
    tails: tuple[float, float],
    sign: float,
) -> Prediction:
    """Read the law, and those of all draws, beyond the patients that there are."""
    then = np.array([now, now * times])
    here, there = law.at(then)
    every = np.array([one.at(then) for one in laws])
    low, high = turned(sign, np.quantile(every[:, 1], tails))
    least, most = turned(sign, np.quantile(every[:, 1] - every[:, 0], tails))
    return Prediction(
        times=times,
        n_patients=round(now * times),
        value=float(sign * there),
        low=float(low),
        high=float(high),
        gain=float(sign * (there - here)),
        gain_low=float(least),
        gain_high=float(most),
    )


def doubts(
    config: CurveConfig,
    law: PowerLaw,
    sizes: Vector,
    means: Vector,
    drawn: NDArray[np.float64],
) -> list[str]:
    """Say when the curve is not to be trusted."""
    said = []
    if len(sizes) < 4:
        said.append(f"the law has three numbers and was fitted to {len(sizes)} sizes: draw more")
    if config.repeats < 3:
        few = "1 training" if config.repeats == 1 else f"{config.repeats} trainings"
        said.append(
            f"{few} for each size: the intervals hardly know how much chance there is in a "
            "training; --repeats 3 or more"
        )
    off = np.abs(law.at(sizes) - means) / np.maximum(drawn.std(axis=0), 1e-9)
    if off.max() > 2:
        said.append("the law does not fit: a value lies more than two standard errors off it")
    grown = drawn[:, -1] - drawn[:, 0]
    if np.quantile(grown, (1 - config.level) / 2) <= 0:
        said.append("no growth from the smallest to the largest share could be shown")
    if law.drop == 0:
        said.append(
            "the metric does not get better with more patients: there is nothing to extrapolate"
        )
    return said
