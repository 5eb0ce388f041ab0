"""Rules that choose a threshold: on validation, to be frozen; on test they are optimistic."""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from radzoo.core.errors import UsageError
from radzoo.core.plugins import Vector
from radzoo.metrics.roc import count_by_threshold

# 10 * (1 - 0.9) is 0.999...: without the nudge an attainable point would be missed.
NUDGE = 1e-9


@dataclass(frozen=True, slots=True)
class ThresholdRule:
    """A parsed rule.

    Attributes:
        kind: `fixed` needs no data; the others choose among the observed scores.
        value: the threshold itself, or the sensitivity or specificity to be reached.
    """

    kind: Literal["fixed", "youden", "sens", "spec"]
    value: float = 0.0


def parse_rule(text: str) -> ThresholdRule:
    """Read `youden`, `sens@0.95`, `spec@0.9` or a number.

    Raises:
        UsageError: if it is none of these.
    """
    if text == "youden":
        return ThresholdRule("youden")
    wanted = re.fullmatch(r"(sens|spec)@(\d*\.?\d+)", text)
    if wanted and 0 <= float(wanted[2]) <= 1:
        return ThresholdRule("sens" if wanted[1] == "sens" else "spec", float(wanted[2]))
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise UsageError(
            f"'{text}' is no threshold rule",
            id="unknown-threshold-rule",
            hint="give youden, sens@0.95, spec@0.9, a number, or a thresholds file",
        )
    return ThresholdRule("fixed", value)


def choose_threshold(targets: Vector, scores: Vector, rule: str) -> float:
    """Return the threshold that a rule chooses; a case is positive if its score is >= it.

    `youden` takes the observed score with the largest sensitivity + specificity. `sens@x`
    takes the best specificity among the observed scores whose sensitivity is at least x,
    `spec@x` the best sensitivity among those whose specificity is at least x; neither
    interpolates. Of equally good scores the lowest is taken, since a missed finding is worse
    than a second look. Where no observed score is strict enough, it lies just above them all.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, any real scale, higher = more suspicious.
        rule: `youden`, `sens@0.95`, `spec@0.9` or a number.

    Raises:
        UndefinedMetricError: if either class is missing.
        UsageError: if `rule` is no rule.

    References:
        Youden WJ. Index for rating diagnostic tests. Cancer 1950;3:32-35.

    Example:
        >>> targets = np.array([0.0, 0, 0, 1, 1])
        >>> scores = np.array([0.1, 0.2, 0.6, 0.5, 0.9])
        >>> choose_threshold(targets, scores, "youden")
        0.5
        >>> choose_threshold(targets, scores, "spec@0.9")
        0.9
    """
    parsed = parse_rule(rule)
    if parsed.kind == "fixed":
        return parsed.value
    counts = count_by_threshold(targets, scores)
    nobody = np.nextafter(counts.thresholds[0], np.inf)
    thresholds = np.append(nobody, counts.thresholds)
    sensitivity = np.append(0.0, counts.sensitivity)
    specificity = np.append(1.0, counts.specificity)
    if parsed.kind == "youden":
        index = sensitivity + specificity
        return float(thresholds[np.flatnonzero(index >= index.max() - NUDGE)[-1]])
    wanted, other = (
        (sensitivity, specificity) if parsed.kind == "sens" else (specificity, sensitivity)
    )
    allowed = np.flatnonzero(wanted >= parsed.value - NUDGE)
    best = allowed[other[allowed] >= other[allowed].max() - NUDGE]
    return float(thresholds[best[-1]])
