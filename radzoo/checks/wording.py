"""Numbers and severities as every shortcut check says them."""

from radzoo.core.finding import Evidence, Severity


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
