"""Where the threshold of an evaluation comes from, and what that means for its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from radzoo.core.errors import InputError, UndefinedMetricError, UsageError
from radzoo.core.predictions import Predictions
from radzoo.core.report import MetricValue, OperatingPoint
from radzoo.core.thresholds import FrozenThreshold
from radzoo.metrics import METRICS
from radzoo.metrics.confusion import count_decisions
from radzoo.metrics.estimate import are_probabilities, join
from radzoo.metrics.sample import Sample
from radzoo.metrics.thresholds import choose_threshold, parse_rule


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold, how it was chosen and on what.

    Attributes:
        value: None if there is none; `note` says why.
        chosen_on: as in `OperatingPoint`.
        note: one sentence on where it comes from.
        n, n_positive: the cases that it was chosen on; None if it was chosen on none.
        sha256: hash of the predictions that it was chosen on.
    """

    value: float | None
    rule: str
    chosen_on: Literal["validation", "fixed", "test"]
    note: str
    n: int | None = None
    n_positive: int | None = None
    sha256: str | None = None


def resolve_threshold(
    label: str,
    sample: Sample,
    wanted: str | tuple[FrozenThreshold, ...] | None,
    predictions_sha256: str | None,
) -> Threshold:
    """Find the threshold of a label.

    Args:
        label: name of the finding.
        sample: the cases on which it will be judged.
        wanted: a rule, frozen thresholds, or None for 0.5 where that makes sense.
        predictions_sha256: hash of the file that is judged, to notice a threshold that was
            chosen on that same file.

    Raises:
        InputError: if the frozen thresholds have none for this label.
        UsageError: if a rule is unknown, or a number cannot part probabilities.
    """
    if isinstance(wanted, tuple):
        return take_frozen(label, wanted, predictions_sha256)
    if wanted is None:
        if are_probabilities(sample):
            return Threshold(0.5, "0.5", "fixed", "0.5, since none was given")
        return Threshold(None, "none", "fixed", "none was given and the scores have no middle")
    if parse_rule(wanted).kind == "fixed":
        check_fixed(label, float(wanted), sample)
        return Threshold(float(wanted), wanted, "fixed", "given beforehand")
    try:
        value = choose_threshold(sample.targets, sample.scores, wanted)
    except UndefinedMetricError as reason:
        return Threshold(None, wanted, "test", f"the rule {wanted} {reason}")
    return Threshold(
        value,
        wanted,
        "test",
        "chosen on the very cases it is judged on",
        len(sample.targets),
        sample.n_positive,
        predictions_sha256,
    )


def check_fixed(label: str, value: float, sample: Sample) -> None:
    """Refuse a number that no probability, or every one, reaches.

    Raises:
        UsageError: if the scores are probabilities and the number is none.
    """
    if are_probabilities(sample) and not 0 <= value <= 1:
        raise UsageError(
            f"a threshold of {value:g} was given, but the scores of {label} are from 0 to 1",
            id="bad-threshold",
            hint="give a number from 0 to 1, a rule such as youden, or a thresholds file",
        )


def take_frozen(
    label: str, frozen: tuple[FrozenThreshold, ...], predictions_sha256: str | None
) -> Threshold:
    """Take the threshold of a label that was chosen before.

    Raises:
        InputError: if there is none.
    """
    for one in frozen:
        if one.label == label:
            if one.threshold is None:
                why = "validation did not have cases with and without it"
                return Threshold(None, one.rule, "validation", why, one.n, one.n_positive)
            same = one.predictions_sha256 == predictions_sha256
            return Threshold(
                one.threshold,
                one.rule,
                "test" if same else "validation",
                f"chosen by {one.rule} on {one.n} cases ({one.n_positive} positive) of the "
                f"predictions {one.predictions_sha256[:12]}",
                one.n,
                one.n_positive,
                one.predictions_sha256,
            )
    raise InputError(
        f"the thresholds file has no label '{label}'",
        id="no-threshold",
        hint=f"it has {', '.join(one.label for one in frozen) or 'none'}",
    )


def describe_point(
    label: str,
    sample: Sample,
    threshold: Threshold,
    metrics: Sequence[MetricValue],
    file: str | None = None,
) -> OperatingPoint | None:
    """Say what happens at the threshold, read from a file or not; None without one."""
    if sample.decisions is None or threshold.value is None or not len(sample.targets):
        return None
    counts = count_decisions(sample.targets, sample.decisions)
    return OperatingPoint(
        label=label,
        threshold=threshold.value,
        rule=threshold.rule,
        chosen_on=threshold.chosen_on,
        note=threshold.note,
        chosen_on_n=threshold.n,
        chosen_on_n_positive=threshold.n_positive,
        chosen_on_sha256=threshold.sha256,
        chosen_on_file=file,
        true_positive=int(counts.true_positive),
        false_positive=int(counts.false_positive),
        true_negative=int(counts.true_negative),
        false_negative=int(counts.false_negative),
        metrics=[value for value in metrics if METRICS[value.name].reads == "decisions"],
    )


def flag_optimistic(metrics: list[MetricValue], threshold: Threshold) -> list[MetricValue]:
    """Say beside each number at a threshold that was chosen on these cases that it flatters."""
    if threshold.chosen_on != "test" or threshold.value is None:
        return metrics
    note = "optimistic: the threshold was chosen on these cases"
    return [
        value.model_copy(update={"note": join(note, value.note)})
        if METRICS[value.name].reads == "decisions"
        else value
        for value in metrics
    ]


def freeze_thresholds(
    validation: Predictions, sha256: str, rule: str
) -> tuple[FrozenThreshold, ...]:
    """Choose the threshold of every label on validation, where it has both classes.

    Args:
        validation: predictions on other cases than those that will be judged.
        sha256: hash of their file.
        rule: `youden`, `sens@0.95`, `spec@0.9`.
    """
    frozen = []
    for column, label in enumerate(validation.labels):
        targets, scores = validation.targets[:, column], validation.scores[:, column]
        known = ~np.isnan(targets) & ~np.isnan(scores)
        targets, scores = targets[known], scores[known]
        try:
            threshold = choose_threshold(targets, scores, rule)
        except UndefinedMetricError:
            threshold = None
        frozen.append(
            FrozenThreshold(
                label=label,
                threshold=threshold,
                rule=rule,
                n=len(targets),
                n_positive=int(targets.sum()),
                predictions_sha256=sha256,
            )
        )
    return tuple(frozen)
