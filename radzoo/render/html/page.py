"""The page: a report put into the template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from radzoo.core.report import EvalReport, MetricValue, OperatingPoint
from radzoo.core.report_parts import Calibration
from radzoo.render import words
from radzoo.render.html import figures
from radzoo.render.html.stages import draw_stages

if TYPE_CHECKING:
    from jinja2 import Template

MOST_REFUSED = 200


@dataclass(frozen=True, slots=True)
class LabelSection:
    """All that the page says of one label."""

    name: str
    summary: str
    headline: MetricValue | None
    groups: dict[str, list[MetricValue]]
    point: OperatingPoint | None
    roc: str | None
    calibration: Calibration | None


def page(
    report: EvalReport,
    *,
    title: str,
    history: Sequence[Mapping[str, float]] = (),
    config: Mapping[str, object] | None = None,
) -> str:
    """Return a report as one HTML document that needs nothing else.

    Args:
        report: what to show.
        title: heading of the page, such as the name of the run.
        history: for a run, one mapping of quantity to value per epoch.
        config: for a run, how it was configured.
    """
    return load_template("page.html.j2").render(
        report=report,
        title=words.visible(title),
        words=words,
        labels=[describe_label(report, label) for label in report.labels],
        training=figures.draw_training(history),
        stages=draw_stages(history),
        settings=dict(flatten(config or {})),
        refused=report.refused[:MOST_REFUSED],
        draw_dots=figures.draw_dots,
    )


@cache
def load_template(name: str) -> "Template":
    """Load a template; every value that it shows is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("radzoo.render.html", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def describe_label(report: EvalReport, label: str) -> LabelSection:
    """Gather what the report says of one label."""
    values = words.of_label(report.metrics, label)
    groups: dict[str, list[MetricValue]] = {}
    for value in values:
        groups.setdefault(words.family_of(value.name), []).append(value)
    roc = next((curve for curve in report.roc if curve.label == label), None)
    return LabelSection(
        name=words.visible(label),
        summary=words.describe_label(report, label),
        headline=next((value for value in values if value.name == "auroc"), None),
        groups=groups,
        point=next((point for point in report.operating_points if point.label == label), None),
        roc=figures.draw_curve(roc) if roc else None,
        calibration=report.calibration.get(label),
    )


def flatten(config: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    """Write nested settings as one list of names and values."""
    flat = []
    for name, value in config.items():
        if isinstance(value, Mapping):
            flat += flatten(value, f"{prefix}{name}.")
        elif value is not None:
            flat.append((prefix + name, str(value)))
    return flat
