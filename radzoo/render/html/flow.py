"""What became of the cases: given, refused and why, without target or score, counted."""

import re
from collections import Counter
from dataclasses import dataclass

from radzoo.core.report import EvalReport
from radzoo.render import words

MOST_REASONS = 12
OF_MASKS = ("dice", "iou", "hd95", "assd", "nsd", "hd")


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of the cases of one label.

    Attributes:
        left_out: cases without a target or a score of this label; of masks, those that are in no
            mean of overlap or distance.
        positive: of the counted ones; None where no case is positive or negative.
    """

    name: str
    left_out: int
    counted: int
    positive: int | None


@dataclass(frozen=True, slots=True)
class Flow:
    """The way of the cases through the evaluation.

    Attributes:
        reasons: why cases were refused, the most frequent first; the rest are in `others`.
        labels: what became of the others, label by label.
    """

    given: int
    refused: int
    reasons: list[tuple[str, int]]
    others: int
    scored: int
    patients: int | None
    labels: list[Counted]


def find_flow(report: EvalReport) -> Flow:
    """Follow the cases of a report."""
    reasons = Counter(group_reason(case.reason) for case in report.refused).most_common()
    known = sum(count for _, count in reasons[:MOST_REASONS])
    return Flow(
        given=report.n_cases + report.n_refused,
        refused=report.n_refused,
        reasons=[(words.visible(reason), count) for reason, count in reasons[:MOST_REASONS]],
        others=report.n_refused - known,
        scored=report.n_cases,
        patients=report.n_patients,
        labels=[count_label(report, label) for label in counted_labels(report)],
    )


def counted_labels(report: EvalReport) -> list[str]:
    """Return what cases are counted for: each label, but classes all at once."""
    over_all = [label for label in labels_of(report) if label not in report.labels]
    if report.task in ("multiclass", "ordinal") and over_all:
        return over_all[:1]
    return report.labels


def labels_of(report: EvalReport) -> list[str]:
    """Return every label that metrics are about: first what is about all, then label by label."""
    named = dict.fromkeys(report.labels)
    over_all = [value.label for value in report.metrics if value.label not in named]
    return list(dict.fromkeys([*over_all, *named]))


def name_label(label: str) -> str:
    """Write the name of a label; what is about all labels has none."""
    return words.visible(label) or "all"


def group_reason(reason: str) -> str:
    """Return a reason without the numbers in it, so that equal reasons fall together."""
    return re.sub(r"\s*\([^()]*\d[^()]*\)", "", reason)


def count_label(report: EvalReport, label: str) -> Counted:
    """Count the cases that the metrics of a label are about."""
    values = words.of_label(report.metrics, label)
    if report.masks is not None:
        # Sizes and lesions are known of empty masks, too.
        values = [value for value in values if value.name in OF_MASKS][:1] or values
    counted = max((value.n for value in values), default=0)
    known = [value.n_positive for value in values if value.n == counted]
    positive = next((count for count in known if count is not None), None)
    return Counted(name_label(label), max(report.n_cases - counted, 0), counted, positive)
