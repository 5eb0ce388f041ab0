"""The page: a report put into the template."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from radzoo.core.overlay import Overlay
from radzoo.core.report import EvalReport
from radzoo.render import words
from radzoo.render.html import figures
from radzoo.render.html.checklist import checklist
from radzoo.render.html.checklists import SOURCES
from radzoo.render.html.findings import MOST_NAMED, find_families
from radzoo.render.html.flow import find_flow
from radzoo.render.html.gallery import GalleryItem, address, arrange
from radzoo.render.html.headline import describe_gates, example_gate, find_headlines
from radzoo.render.html.label_section import LabelSection, describe_labels
from radzoo.render.html.script import embed, policy, script
from radzoo.render.html.stages import draw_stages

if TYPE_CHECKING:
    from jinja2 import Template

MOST_REFUSED = 200


def page(
    report: EvalReport,
    *,
    title: str,
    history: Sequence[Mapping[str, float]] = (),
    config: Mapping[str, object] | None = None,
    gallery: Sequence[GalleryItem] = (),
    overlays: Sequence[Overlay] = (),
    with_ids: bool = False,
) -> str:
    """Return a report as one HTML document that needs nothing else.

    Args:
        report: what to show.
        title: heading of the page, such as the name of the run.
        history: for a run, one mapping of quantity to value per epoch.
        config: for a run, how it was configured.
        gallery: the cases that were judged most wrongly.
        overlays: the masks that are furthest from their reference, drawn.
        with_ids: may the page name cases? Patients are never named.
    """
    labels = describe_labels(report)
    headlines = find_headlines(report)
    further = {"gallery": bool(gallery), "settings": bool(config)}
    scripted = any(label.slider for label in labels)
    pngs = [*(item.png for item in gallery), *(item.png for item in overlays)]
    return load_template("page.html.j2").render(
        report=report,
        title=words.visible(title),
        words=words,
        policy=policy(scripted=scripted, pictured=any(pngs)),
        script=script() if scripted else None,
        embed=embed,
        gates=describe_gates(report.gates),
        headlines=headlines,
        gate_example=example_gate(report, headlines),
        flow=find_flow(report),
        labels=labels,
        training=figures.draw_training(history),
        stages=draw_stages(history),
        families=find_families(report.findings),
        named=with_ids,
        most_named=MOST_NAMED,
        shelves=arrange(gallery),
        overlays=overlays,
        address=address,
        settings=dict(flatten(config or {})),
        refused=report.refused[:MOST_REFUSED] if with_ids else [],
        with_ids=with_ids,
        checklists=checklist(
            report, further=frozenset(name for name, there in further.items() if there)
        ),
        sources=SOURCES,
        contents=list_contents(report, labels, further | {"training": bool(history)}),
    )


def list_contents(
    report: EvalReport, labels: Sequence[LabelSection], further: Mapping[str, bool]
) -> list[tuple[str, str]]:
    """Return the place and the name of every section, for the list of contents."""
    places = [
        ("cohort", "Cohort", True),
        *((label.at, label.name, True) for label in labels),
        ("confusion", "Confusion matrix", report.confusion is not None),
        ("beside", "Beside other models", bool(report.beside)),
        ("masks", "Worst cases", report.masks is not None),
        ("traps", "Traps", bool(report.findings)),
        ("gallery", "Failure gallery", further["gallery"]),
        ("intervals", "Intervals", bool(words.methods(report))),
        ("training", "Training", further["training"]),
        ("provenance", "Provenance", True),
        ("settings", "Configuration", further["settings"]),
        ("checklist", "Checklists", True),
    ]
    return [(place, name) for place, name, there in places if there]


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


def flatten(config: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    """Write nested settings as one list of names and values."""
    flat = []
    for name, value in config.items():
        if isinstance(value, Mapping):
            flat += flatten(value, f"{prefix}{name}.")
        elif value is not None:
            flat.append((prefix + name, str(value)))
    return flat
