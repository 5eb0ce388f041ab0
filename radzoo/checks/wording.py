"""Numbers and severities as every shortcut check says them."""

import math
from typing import Final

from radzoo.checks.area import enough
from radzoo.checks.subject import Subject
from radzoo.core.finding import Evidence, Severity
from radzoo.metrics.intervals.normal import critical_value

TAIL: Final = 0.025
NEARLY: Final = 1e-4


def told(evidence: Evidence) -> str:
    """Say an AUROC with its interval: `0.83 (0.80 to 0.86)`."""
    assert evidence.estimate is not None
    assert evidence.low is not None
    assert evidence.high is not None
    return f"{evidence.estimate:.2f} ({evidence.low:.2f} to {evidence.high:.2f})"


def severity_above(low: float | None, warning: float, error: float) -> Severity | None:
    """Weigh the lower bound of an AUROC."""
    if low is None or low <= warning:
        return None
    return "error" if low > error else "warning"


def sure_low(evidence: Evidence, looked_at: int) -> float:
    """Return the lower bound of an AUROC that was one of several looked at.

    The 95 % hold for all of them together (Bonferroni): of fourteen labels one would else lie
    above chance by chance. The bound is moved away from the estimate on the scale of log odds.

    Args:
        evidence: with estimate and lower bound at 95 %.
        looked_at: AUROCs of the same check.
    """
    if evidence.low is None or evidence.estimate is None:
        return 0.0
    if looked_at < 2:
        return evidence.low
    estimate, low = (log_odds(value) for value in (evidence.estimate, evidence.low))
    wider = critical_value(1 - 2 * TAIL / looked_at) / critical_value(1 - 2 * TAIL)
    return 1 / (1 + math.exp(-(estimate - (estimate - low) * wider)))


def n_judged(subject: Subject) -> int:
    """Count the questions that have enough patients of each answer."""
    return sum(enough(subject, question.positive) for question in subject.questions)


def log_odds(share: float) -> float:
    """Return log odds, kept finite."""
    share = min(max(share, NEARLY), 1 - NEARLY)
    return math.log(share / (1 - share))
