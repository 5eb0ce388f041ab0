"""Where the threshold of an evaluation comes from, and what that means for its numbers."""

from dataclasses import dataclass
from typing import Literal

from radzoo.core.errors import InputError, UndefinedMetricError
from radzoo.core.thresholds import FrozenThreshold
from radzoo.metrics.estimate import are_probabilities
from radzoo.metrics.sample import Sample
from radzoo.metrics.thresholds import choose_threshold, parse_rule


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold, how it was chosen and on what.

    Attributes:
        value: None if there is none; `note` says why.
        chosen_on: as in `OperatingPoint`.
        note: one sentence on where it comes from.
    """

    value: float | None
    rule: str
    chosen_on: Literal["validation", "fixed", "test"]
    note: str


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
        UsageError: if a rule is unknown.
    """
    if isinstance(wanted, tuple):
        return take_frozen(label, wanted, predictions_sha256)
    if wanted is None:
        if are_probabilities(sample):
            return Threshold(0.5, "0.5", "fixed", "0.5, since none was given")
        return Threshold(None, "none", "fixed", "none was given and the scores have no middle")
    if parse_rule(wanted).kind == "fixed":
        return Threshold(float(wanted), wanted, "fixed", "given beforehand")
    try:
        value = choose_threshold(sample.targets, sample.scores, wanted)
    except UndefinedMetricError as reason:
        return Threshold(None, wanted, "test", f"the rule {wanted} {reason}")
    return Threshold(value, wanted, "test", "chosen on the very cases it is judged on")


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
                return Threshold(None, one.rule, "validation", why)
            same = one.predictions_sha256 == predictions_sha256
            return Threshold(
                one.threshold,
                one.rule,
                "test" if same else "validation",
                f"chosen by {one.rule} on {one.n} cases ({one.n_positive} positive) of the "
                f"predictions {one.predictions_sha256[:12]}",
            )
    raise InputError(
        f"the thresholds file has no label '{label}'",
        id="no-threshold",
        hint=f"it has {', '.join(one.label for one in frozen) or 'none'}",
    )
