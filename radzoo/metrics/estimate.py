"""Metrics with their intervals, for the cases of one label."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Metric
from radzoo.core.report import MetricValue
from radzoo.metrics import INTERVALS
from radzoo.metrics.choice import choose_intervals
from radzoo.metrics.resampling import Draws, are_equal, resample
from radzoo.metrics.sample import Sample

# These take cases of one patient as independent.
FOR_INDEPENDENT_CASES = frozenset({"delong", "logit-delong", "wilson", "wald"})


@dataclass(frozen=True, slots=True)
class IntervalOptions:
    """How intervals are made.

    Attributes:
        ci: a name from `INTERVALS`, or `auto`.
        level: wanted coverage, in (0, 1).
        n_boot: bootstrap draws; 0 = none, and no interval that needs them.
        seed: where the draws start.
    """

    ci: str = "auto"
    level: float = 0.95
    n_boot: int = 2000
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """One metric, the cases it can be asked of, and what to say about the others."""

    metric: Metric
    sample: Sample
    note: str | None = None
    impossible: bool = False


def estimate_metrics(
    label: str, metrics: Sequence[Metric], sample: Sample, options: IntervalOptions
) -> list[MetricValue]:
    """Compute each metric and its interval; what does not exist is null and says why."""
    questions = [pose(metric, sample) for metric in metrics]
    draws = draw_for(questions, options)
    return [answer(label, question, draws, options) for question in questions]


def pose(metric: Metric, sample: Sample) -> Question:
    """Find the cases that a metric can be asked of."""
    scores = sample.scores
    if metric.reads == "decisions" and sample.decisions is None:
        return Question(metric, sample, "no threshold was given", impossible=True)
    if metric.reads in ("probabilities", "logits") and not are_probabilities(sample):
        return Question(metric, sample, "scores lie outside 0 to 1", impossible=True)
    if metric.reads == "logits":
        inside = (scores > 0) & (scores < 1)
        left_out = int((~inside).sum())
        if left_out:
            note = f"{left_out} scores of exactly 0 or 1 have no logit and are left out"
            return Question(metric, sample.only(inside), note)
    return Question(metric, sample)


def are_probabilities(sample: Sample) -> bool:
    """Could every score be a probability?"""
    return not len(sample.scores) or bool(sample.scores[0] >= 0 and sample.scores[-1] <= 1)


def draw_for(questions: Sequence[Question], options: IntervalOptions) -> Mapping[str, Draws]:
    """Resample once for all metrics that are asked of the same cases."""
    draws: dict[str, Draws] = {}
    waiting: dict[int, list[Question]] = {}
    for question in questions:
        names = choose_intervals(question.metric, question.sample, options.ci)
        resampled = any(INTERVALS[name].resamples for name in names)
        if resampled and not question.impossible and len(question.sample.targets):
            waiting.setdefault(id(question.sample), []).append(question)
    for group in waiting.values():
        metrics = [question.metric for question in group]
        used = {
            name for one in group for name in choose_intervals(one.metric, one.sample, options.ci)
        }
        draws |= resample(
            metrics,
            group[0].sample,
            n_boot=options.n_boot,
            seed=options.seed,
            jackknife="bca" in used and options.n_boot > 0,
        )
    return draws


def answer(
    label: str, question: Question, draws: Mapping[str, Draws], options: IntervalOptions
) -> MetricValue:
    """Give one metric with its interval."""
    metric, sample = question.metric, question.sample
    about = MetricValue(
        name=metric.name,
        label=label,
        value=None,
        n=len(sample.targets),
        n_positive=sample.n_positive,
        note=question.note,
    )
    if question.impossible:
        return about
    try:
        value = metric.compute(sample.targets, sample.read(metric))
    except UndefinedMetricError as reason:
        return about.model_copy(update={"note": join(question.note, f"undefined: {reason}")})
    method, bounds, note = bound(question, draws, options)
    found: dict[str, object] = {"value": value, "note": join(question.note, note)}
    if bounds:
        lowest, highest = metric.limits
        found |= {
            "low": max(bounds.low, lowest),
            "high": min(bounds.high, highest),
            "level": options.level,
            "method": method,
        }
    return about.model_copy(update=found)


def bound(
    question: Question, draws: Mapping[str, Draws], options: IntervalOptions
) -> tuple[str | None, Bounds | None, str | None]:
    """Try the intervals that suit in turn; return the name, the bounds and what to say."""
    metric, sample = question.metric, question.sample
    why = None
    names = choose_intervals(metric, sample, options.ci)
    for name in names:
        try:
            if INTERVALS[name].resamples:
                bounds = INTERVALS[name].compute(draws[metric.name], options.level)
            else:
                bounds = INTERVALS[name].compute(metric, sample, options.level)
        except UndefinedMetricError as reason:
            why = why or f"no interval: {reason}"
            continue
        # A point is no interval; but who asks for a method by name gets its answer.
        if are_equal(bounds.low, bounds.high) and name != options.ci:
            why = why or "no interval: it would be a single point"
        else:
            note = bounds.note
            if sample.patients is not None and name in FOR_INDEPENDENT_CASES:
                note = join(note, "takes cases of one patient as independent: too narrow")
            return name, bounds, note
    return None, None, why


def join(first: str | None, second: str | None) -> str | None:
    """Put two notes into one."""
    return "; ".join(note for note in (first, second) if note) or None
