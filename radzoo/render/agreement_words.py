"""How the agreement of predicted with true numbers is told, alike wherever it is shown."""

from radzoo.core.report_tasks import Agreement
from radzoo.core.report_values import MetricValue


def name_limits(agreement: Agreement) -> list[tuple[str, MetricValue]]:
    """Name what an analysis of agreement gives, in the order in which it is read."""
    unit = f" ({agreement.unit})" if agreement.unit else ""
    named = [
        (f"Bias{unit}", agreement.bias),
        ("Relative bias", agreement.relative_bias),
        (f"Lower limit{unit}", agreement.lower_limit),
        (f"Upper limit{unit}", agreement.upper_limit),
        ("Slope on the mean", agreement.slope),
        ("ICC(2,1)", agreement.icc),
    ]
    return [(name, value) for name, value in named if value is not None]


def title_of(agreement: Agreement) -> str:
    """Say what is compared."""
    size = {"mL": "volume, ", "mm²": "area, "}.get(agreement.unit or "", "")
    return f"{size}predicted - true (Bland-Altman)"


def sentence(text: str) -> str:
    """Begin a text with a capital."""
    return text[:1].upper() + text[1:]
