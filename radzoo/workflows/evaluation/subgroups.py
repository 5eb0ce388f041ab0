"""Every metric of the task in each subgroup, and which groups are served worse."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from radzoo.core.report import OperatingPoint
from radzoo.core.report_parts import Subgroup
from radzoo.core.report_values import MetricValue
from radzoo.core.thresholds import FrozenThreshold
from radzoo.workflows.evaluation.judged import Cohort, Judged
from radzoo.workflows.evaluation.macro import MACRO
from radzoo.workflows.evaluation.options import EvaluateOptions
from radzoo.workflows.evaluation.subgroup_columns import assign_groups
from radzoo.workflows.evaluation.subgroup_gaps import describe_gaps, warn_of_gaps

Judge = Callable[[Cohort, str, EvaluateOptions], Judged]

# Fewer cases with or without the finding, or events, cannot carry a judgement.
FEWEST = 10
# Of tasks without findings: fewer cases than this.
FEWEST_CASES = 20
WIDEST = 0.2
# Bootstrap draws per group; the whole cohort has more.
MOST_DRAWS = 500
HERE = "these cases"
CANNOT = "cannot judge: "


def describe_subgroups(
    cohort: Cohort, task: str, judge: Judge, whole: Judged, options: EvaluateOptions
) -> Judged:
    """Judge each value of the columns `options.by` on its own.

    The threshold is the same for all groups: that of the whole cohort.

    Args:
        cohort: all cases.
        task: the task.
        judge: what judges a cohort for that task.
        whole: what it said of all cases.
        options: those of the evaluation.

    Returns:
        The parts `subgroups` and `subgroup_gaps` of the report, and warnings.

    Raises:
        InputError: if there is no such column.
        UsageError: if a column has too many groups.
    """
    assigned = {by: assign_groups(cohort.predictions.groups, by) for by in options.by}
    subgroups, doubts = [], list[str]()
    settled, narrowed = settle(cohort, whole, options)
    for by, (groups, order) in assigned.items():
        names = np.array(groups, dtype=object)
        for group in order:
            part = settled.only(np.asarray(names == group))
            subgroups += judge_group(by, group, part, task, judge, narrowed)
        doubts += warn_of_shared_patients(by, groups, cohort)
    gaps = describe_gaps(subgroups, task)
    return Judged(
        metrics=[],
        parts={"subgroups": subgroups, "subgroup_gaps": gaps},
        warnings=[
            *doubts,
            *warn_of_gaps(gaps, subgroups),
            *warn_of_unjudged(subgroups),
            *warn_of_draws(narrowed.n_boot, options.n_boot),
        ],
    )


def settle(
    cohort: Cohort, whole: Judged, options: EvaluateOptions
) -> tuple[Cohort, EvaluateOptions]:
    """Fix the thresholds of the whole cohort, and leave out what is no metric."""
    points = whole.parts.get("operating_points")
    listed = points if isinstance(points, list) else []
    known = {one.label: one for one in listed if isinstance(one, OperatingPoint)}
    sha256 = cohort.predictions_sha256 or HERE
    frozen = tuple(freeze(label, known.get(label), sha256) for label in cohort.predictions.labels)
    narrowed = replace(
        options,
        threshold=frozen,
        n_boot=min(options.n_boot, MOST_DRAWS),
        by=(),
        prevalences=(),
        decision_thresholds=(),
        curves=False,
        validation=None,
        recalibrate=None,
        conformal=(),
        horizons=options.horizons or find_horizons(whole),
        hosmer_lemeshow=False,
    )
    return replace(cohort, predictions_sha256=sha256), narrowed


def find_horizons(whole: Judged) -> tuple[float, ...]:
    """Return the times at which the whole cohort was judged."""
    found = {one.at for one in whole.metrics if one.at is not None and one.name.endswith("_at")}
    return tuple(sorted(found))


def freeze(label: str, point: OperatingPoint | None, sha256: str) -> FrozenThreshold:
    """Return the threshold of a label as one that was chosen before, or on these very cases."""
    return FrozenThreshold(
        label=label,
        threshold=None if point is None else point.threshold,
        rule="none" if point is None else point.rule,
        n=0,
        n_positive=0,
        predictions_sha256=sha256 if point is not None and point.chosen_on == "test" else "",
    )


def judge_group(
    by: str, group: str, part: Cohort, task: str, judge: Judge, options: EvaluateOptions
) -> list[Subgroup]:
    """Judge one group: one entry per label."""
    if np.isnan(part.predictions.targets).all():
        return [
            Subgroup(
                by=by,
                group=group,
                label=label,
                n=0,
                n_positive=None,
                judged=False,
                note="no case with a target",
                metrics=[],
            )
            for label in part.predictions.labels
        ]
    values = [one for one in judge(part, task, options).metrics if one.label != MACRO]
    return [
        describe_group(by, group, label, [one for one in values if one.label == label], task)
        for label in dict.fromkeys(one.label for one in values)
    ]


def describe_group(
    by: str, group: str, label: str, metrics: Sequence[MetricValue], task: str
) -> Subgroup:
    """Write down the metrics of a group, and whether they can carry a judgement."""
    n = max((one.n for one in metrics), default=0)
    counts = [one.n_positive for one in metrics if one.n_positive is not None]
    n_positive = max(counts) if counts else None
    why = find_lack(n, n_positive, metrics, task)
    return Subgroup(
        by=by,
        group=group,
        label=label,
        n=n,
        n_positive=n_positive,
        judged=why is None,
        note=None if why is None else f"{CANNOT}{why}",
        metrics=list(metrics),
    )


def find_lack(
    n: int, n_positive: int | None, metrics: Sequence[MetricValue], task: str
) -> str | None:
    """Say what a group lacks to be judged; None if nothing."""
    if task == "survival":
        events = n_positive or 0
        return f"{events} events, needed {FEWEST}" if events < FEWEST else None
    if n_positive is None:
        return f"{n} cases, needed {FEWEST_CASES}" if n < FEWEST_CASES else None
    for count, kind in ((n_positive, "positive"), (n - n_positive, "negative")):
        if count < FEWEST:
            return f"{count} {kind} cases, needed {FEWEST}"
    auroc = next((one for one in metrics if one.name == "auroc"), None)
    if auroc is None or auroc.low is None or auroc.high is None:
        return "AUROC has no interval"
    width = auroc.high - auroc.low
    return f"AUROC's interval is {width:.2f} wide, needed {WIDEST:g}" if width > WIDEST else None


def warn_of_unjudged(subgroups: Sequence[Subgroup]) -> list[str]:
    """Name the groups of which nothing can be said, those of one column and label together."""
    several = len({one.label for one in subgroups}) > 1
    warnings = []
    for label, by in dict.fromkeys((one.label, one.by) for one in subgroups):
        own = [one for one in subgroups if (one.label, one.by) == (label, by)]
        lacking = [one for one in own if not one.judged]
        prefix = f"{label}: " if several else ""
        if len(lacking) == len(own) > 1:
            warnings.append(f"{prefix}no group of {by} can be judged: too few cases.")
            continue
        warnings += [
            f"{prefix}{by}={one.group} cannot be judged: {(one.note or '').removeprefix(CANNOT)}."
            for one in lacking
        ]
    return warnings


def warn_of_draws(drawn: int, asked: int) -> list[str]:
    """Say that groups have fewer bootstrap draws than the cohort."""
    if drawn == asked:
        return []
    return [f"Intervals of subgroups that need resampling take {drawn} draws, not {asked}."]


def warn_of_shared_patients(by: str, groups: Sequence[str], cohort: Cohort) -> list[str]:
    """Notice patients who are in several groups: the groups are then not independent."""
    if cohort.patients is None:
        return []
    of_patient: dict[str, set[str]] = {}
    for patient, group in zip(cohort.patients, groups, strict=True):
        of_patient.setdefault(patient, set()).add(group)
    shared = sum(len(found) > 1 for found in of_patient.values())
    if not shared:
        return []
    return [
        f"{by}: {shared} patients are in more than one group; gaps take groups as independent "
        "and their intervals are not exact."
    ]
