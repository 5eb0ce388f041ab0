"""Which figures a report has, and their files."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from radzoo.core.report import EvalReport
from radzoo.render.figures import of_labels, of_others
from radzoo.render.figures.style import METADATA, own_style, to_bytes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = tuple(METADATA)
FOREST_METRICS = ("auroc", "sensitivity", "specificity", "hand_till", "mae", "harrell_c", "dice")


def draw_figures(report: EvalReport, formats: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Give the file name and the content of each figure, in each format.

    Args:
        report: what to draw; a figure without data is left out.
        formats: some of `FORMATS`.

    Raises:
        EnvironmentFailure: if matplotlib is not installed.
    """
    with own_style():
        for name, figure in list_figures(report):
            for one in formats:
                yield f"{name}.{one}", to_bytes(figure, one)


def list_figures(report: EvalReport) -> "Iterator[tuple[str, Figure]]":
    """Give each figure that the report has data for, with its name."""
    if report.roc:
        yield "roc", of_labels.draw_rocs(report)
    if report.pr:
        yield "precision-recall", of_labels.draw_prs(report)
    names = name_files(report.labels)
    yield from list_figures_of_labels(report, names)
    yield from list_forests(report, names)
    for agreement in report.agreement:
        if agreement.differences:
            name = names.get(agreement.label, "")
            yield f"bland-altman{name}", of_others.draw_bland_altman(agreement)
    for groups in report.survival:
        if groups.curves:
            yield "survival", of_others.draw_survival(groups)
    if report.confusion is not None and report.confusion.classes:
        yield "confusion", of_others.draw_confusion(report.confusion)


def list_figures_of_labels(
    report: EvalReport, names: dict[str, str]
) -> "Iterator[tuple[str, Figure]]":
    """Give the figures that each label has of its own."""
    spreads = {one.label: one for one in report.distributions}
    for label, calibration in report.calibration.items():
        if calibration.bins:
            figure = of_labels.draw_reliability(calibration, spreads.get(label))
            yield f"reliability{names.get(label, '')}", figure
    for spread in report.distributions:
        yield f"scores{names.get(spread.label, '')}", of_labels.draw_scores(spread)
    curves = list(dict.fromkeys(one.label for one in report.decision_curve))
    names_of_curves = name_files(curves)
    for label in curves:
        points = [one for one in report.decision_curve if one.label == label]
        yield f"decision-curve{names_of_curves[label]}", of_labels.draw_decision_curve(points)


def list_forests(report: EvalReport, names: dict[str, str]) -> "Iterator[tuple[str, Figure]]":
    """Give a forest plot for each label and metric that the groups have."""
    for label in dict.fromkeys(one.label for one in report.subgroups):
        groups = [one for one in report.subgroups if one.label == label]
        known = {value.name for one in groups for value in one.metrics}
        for metric in FOREST_METRICS:
            if metric not in known:
                continue
            overall = next(
                (one for one in report.metrics if (one.name, one.label) == (metric, label)), None
            )
            name = f"subgroups-{metric}{names.get(label, '')}"
            yield name, of_others.draw_forest(groups, metric, overall)


def name_files(labels: Sequence[str]) -> dict[str, str]:
    """Return what tells the files of a label apart: safe everywhere, empty for a single label."""
    if len(labels) < 2:
        return dict.fromkeys(labels, "")
    found: dict[str, str] = {}
    for at, label in enumerate(labels, start=1):
        plain = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:40]
        name = f"-{plain or at}"
        found[label] = f"{name}-{at}" if name in found.values() else name
    return found
