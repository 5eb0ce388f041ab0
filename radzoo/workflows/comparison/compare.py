"""Compare models on the same cases. Needs neither torch nor pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

from radzoo import __version__
from radzoo.core.compare_report import ComparedFile, CompareReport, Comparison
from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Metric
from radzoo.metrics.comparisons.compare import compare_metric
from radzoo.metrics.comparisons.multiplicity import adjust
from radzoo.metrics.comparisons.pair import Difference, Pair
from radzoo.metrics.estimate import join
from radzoo.metrics.intervals.normal import SMALLEST_P
from radzoo.workflows.comparison.alignment import Aligned, align
from radzoo.workflows.comparison.options import (
    CompareOptions,
    check_compare_options,
    check_margin,
    choose_metrics,
    choose_pairs,
)
from radzoo.workflows.comparison.pairing import pair_models, pose, questions_of, suits
from radzoo.workflows.evaluation.evaluate import find_task
from radzoo.workflows.evaluation.labels import check_targets
from radzoo.workflows.evaluation.options import EvaluateOptions
from radzoo.workflows.evaluation.source import EvaluationSource, find_thresholds
from radzoo.workflows.evaluation.threshold import resolve_threshold
from radzoo.workflows.evaluation.warnings import warn_of_cases


@dataclass(frozen=True, slots=True)
class Round:
    """Two models and one label: what all their metrics are asked of.

    Attributes:
        names: of both models.
        pair: the cases, with decisions where there is a threshold for both.
        n_missing: shared cases without a target or a score.
        thresholds: what must be said of them.
    """

    names: tuple[str, str]
    label: str
    pair: Pair
    n_missing: int
    thresholds: str | None = None


def compare_models(
    sources: Sequence[EvaluationSource], names: Sequence[str], options: CompareOptions
) -> CompareReport:
    """Say how far apart models are on the cases that all of them have scored.

    Args:
        sources: what is known of each model.
        names: what each is called; one that comes again is numbered.
        options: what is wanted.

    Raises:
        InputError: if the files do not fit together.
        UsageError: if an option does not make sense for them.
    """
    check_compare_options(options, names)
    names = tell_apart(names)
    wanted = options.task or next((one.task for one in sources if one.task), None)
    task = find_task(sources[0].predictions, EvaluateOptions(task=wanted))
    metrics = choose_metrics(options.metrics, task)
    check_margin(options.margin, metrics)
    aligned = align(sources, names)
    first = aligned.predictions[0]
    if task in ("binary", "multilabel"):
        check_targets(first.targets)
    rounds = [
        make_round(aligned, sources, names, chosen, label, task, metrics, options)
        for chosen in choose_pairs(names, options.reference)
        for label in questions_of(first)
    ]
    rounds = [one for one in rounds if any(suits(metric, one.pair) for metric in metrics)]
    comparisons = [
        one
        for metric in metrics
        for one in adjust_all(
            [compare(metric, each, options) for each in rounds if suits(metric, each.pair)],
            options.adjust,
        )
    ]
    return CompareReport(
        task=task,
        adjust=options.adjust,
        n_cases=len(first.case_ids),
        n_patients=first.n_patients,
        n_left_out=aligned.n_apart,
        labels=list(dict.fromkeys(one.label for one in rounds)),
        files=describe_files(sources, names, aligned),
        comparisons=comparisons,
        warnings=[
            *aligned.warnings,
            *warn_of_cases(first, cluster=options.cluster == "patient"),
            *warn_of_rounds(rounds),
            *dict.fromkeys(doubt for source in sources for doubt in source.warnings),
        ],
        seed=options.seed,
        n_boot=options.n_boot,
        radzoo_version=__version__,
    )


def tell_apart(names: Sequence[str]) -> list[str]:
    """Number the names that come again: `a.csv`, `a.csv (2)`."""
    before = [names[:at].count(name) for at, name in enumerate(names)]
    return [f"{name} ({n + 1})" if n else name for name, n in zip(names, before, strict=True)]


def make_round(
    aligned: Aligned,
    sources: Sequence[EvaluationSource],
    names: Sequence[str],
    chosen: tuple[int, int],
    label: str,
    task: str,
    metrics: Sequence[Metric],
    options: CompareOptions,
) -> Round:
    """Bring two models together on one label."""
    first, second = (aligned.predictions[at] for at in chosen)
    cluster = options.cluster == "patient"
    pair, n_missing = pair_models(first, second, label, task, cluster=cluster)
    called = names[chosen[0]], names[chosen[1]]
    doubt = None
    if pair.kind == "label" and any(metric.reads == "decisions" for metric in metrics):
        pair, doubt = decide(pair, label, [sources[at] for at in chosen], options.threshold)
    return Round(called, label, pair, n_missing, doubt)


def decide(
    pair: Pair, label: str, sources: Sequence[EvaluationSource], wanted: str | None
) -> tuple[Pair, str | None]:
    """Take decisions at the threshold of each model; without both thresholds none."""
    found = [
        resolve_threshold(
            label,
            pair.sample(at),
            find_thresholds(wanted, source),
            source.provenance.predictions_sha256,
        )
        for at, source in enumerate(sources)
    ]
    values = [one.value for one in found]
    if values[0] is None or values[1] is None:
        return pair, None
    said = f"thresholds {values[0]:.4g} and {values[1]:.4g}"
    doubt = "optimistic: a threshold was chosen on the cases it is judged on"
    optimistic = any(one.chosen_on == "test" for one in found)
    return pair.decide(values[0], values[1]), join(said, doubt if optimistic else None)


def compare(metric: Metric, asked: Round, options: CompareOptions) -> Comparison:
    """Compare two models in one metric of one label."""
    question = pose(metric, asked.pair)
    pair = question.pair or asked.pair
    note = join(asked.thresholds if metric.reads == "decisions" else None, question.note)
    about = Comparison(
        a=asked.names[0],
        b=asked.names[1],
        label=asked.label,
        metric=metric.name,
        value_a=None,
        value_b=None,
        difference=None,
        n=len(pair.targets),
        n_positive=pair.n_positive,
        n_patients=pair.n_units if pair.patients is not None else None,
        margin=options.margin,
        note=note,
    )
    if question.pair is None:
        return about
    try:
        found = compare_metric(metric, pair, options.intervals)
    except UndefinedMetricError as reason:
        return about.model_copy(update={"note": join(note, f"undefined: {reason}")})
    return fill(about, found, metric, options)


def fill(
    about: Comparison, found: Difference, metric: Metric, options: CompareOptions
) -> Comparison:
    """Write down what was found."""
    said: dict[str, object] = {
        "value_a": found.first,
        "value_b": found.second,
        "difference": found.value,
        "low": found.low,
        "high": found.high,
        "level": None if found.low is None else options.level,
        "p": None if found.p is None else max(found.p, SMALLEST_P),
        "method": found.method,
        "interval": found.interval,
        "note": join(found.note, about.note),
    }
    if options.margin is not None:
        p, why = judge_margin(found, metric, options.margin)
        said["p_noninferior"] = p
        said["noninferior"] = None if p is None else p < (1 - options.level) / 2
        said["note"] = join(join(found.note, about.note), why)
    return about.model_copy(update=said)


def judge_margin(
    found: Difference, metric: Metric, margin: float
) -> tuple[float | None, str | None]:
    """Return the one-sided p of the first being worse by the margin, or why there is none."""
    if metric.higher_is_better is None:
        return None, "neither direction of this metric is better: no margin applies"
    if found.tail is None:
        return None, "without an interval no margin can be judged"
    # Of a metric that is better when low, the first is worse where it is higher.
    p = found.tail(-margin) if metric.higher_is_better else 1 - found.tail(margin)
    return max(p, SMALLEST_P), None


def adjust_all(comparisons: Sequence[Comparison], method: str) -> list[Comparison]:
    """Adjust the p-values of one metric for all its comparisons and labels."""
    adjusted = adjust([one.p for one in comparisons], method)
    return [
        one.model_copy(update={"p_adjusted": p})
        for one, p in zip(comparisons, adjusted, strict=True)
    ]


def describe_files(
    sources: Sequence[EvaluationSource], names: Sequence[str], aligned: Aligned
) -> list[ComparedFile]:
    """Say which files are compared."""
    return [
        ComparedFile(
            name=name,
            predictions_sha256=source.provenance.predictions_sha256,
            n_cases=len(source.predictions.case_ids),
            n_left_out=left,
        )
        for name, source, left in zip(names, sources, aligned.n_left_out, strict=True)
    ]


def warn_of_rounds(rounds: Sequence[Round]) -> list[str]:
    """Count the shared cases that a comparison cannot use."""
    return list(
        dict.fromkeys(
            f"{one.label}: {one.n_missing} of the shared cases lack a target or a score of "
            f"{one.names[0]} or {one.names[1]}, not counted."
            for one in rounds
            if one.n_missing
        )
    )
