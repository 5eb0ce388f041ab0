"""What happens at every threshold of a label: the data of the slider."""

from dataclasses import dataclass
from statistics import NormalDist

from radzoo.core.report import EvalReport, MetricValue, OperatingPoint
from radzoo.core.report_parts import ScoreDistribution
from radzoo.core.report_values import Curve
from radzoo.render import words

SHOWN = ("sensitivity", "specificity", "ppv", "npv")
# Counts are whole numbers; a curve that does not give them is of other cases.
NEAR_WHOLE = 1e-3
# A threshold (None = above every score), true positives, false positives.
Count = tuple[float | None, int, int]


@dataclass(frozen=True, slots=True)
class Slider:
    """A threshold that can be moved.

    Attributes:
        data: what the script reads: counts by falling threshold, where to start, the quantile of
            its intervals.
        rows: what the report itself says at its threshold.
        prevalence: share of diseased cases here, in percent, to begin with.
        clustered: do cases share patients, so that intervals of the script are too narrow?
    """

    point: OperatingPoint
    data: dict[str, object]
    rows: list[MetricValue]
    prevalence: float
    clustered: bool

    @property
    def last(self) -> int:
        """The laxest threshold, by its number."""
        points = self.data["points"]
        return len(points) - 1 if isinstance(points, list) else 0

    @property
    def start(self) -> int:
        """The threshold of the report, by its number."""
        start = self.data["start"]
        return start if isinstance(start, int) else 0


def make_slider(report: EvalReport, label: str) -> Slider | None:
    """Return the slider of a label; None if there is no threshold, or only one."""
    point = next((point for point in report.operating_points if point.label == label), None)
    curve = next((curve for curve in report.roc if curve.label == label), None)
    if point is None or curve is None:
        return None
    spread = next((one for one in report.distributions if one.label == label), None)
    points = count_points(curve, point, spread)
    if len(points) < 2:
        return None
    here = next(at for at, one in enumerate(points) if one[0] == point.threshold)
    diseased, healthy = count_classes(point)
    level = next((value.level for value in report.metrics if value.level is not None), 0.95)
    data: dict[str, object] = {
        "label": label,
        "diseased": diseased,
        "healthy": healthy,
        "z": NormalDist().inv_cdf((1 + level) / 2),
        "start": here,
        "points": points,
    }
    rows = [value for name in SHOWN for value in find_values(report, point, name)]
    return Slider(
        point,
        data,
        rows,
        prevalence=round(100 * diseased / (diseased + healthy), 2),
        clustered=report.n_patients is not None and report.n_patients < report.n_cases,
    )


def find_values(report: EvalReport, point: OperatingPoint, name: str) -> list[MetricValue]:
    """Return the metric of that name at the point, or else of the label."""
    values = words.of_label([*point.metrics, *report.metrics], point.label)
    return [value for value in values if value.name == name][:1]


def count_classes(point: OperatingPoint) -> tuple[int, int]:
    """Return how many cases are diseased and healthy."""
    return (
        point.true_positive + point.false_negative,
        point.true_negative + point.false_positive,
    )


def count_points(
    curve: Curve, point: OperatingPoint, spread: ScoreDistribution | None = None
) -> list[Count]:
    """Return threshold, true and false positives by falling threshold, the report's among them.

    A curve gives only its corners, which can lie far apart where one class is rare; the edges
    of the bins that scores were counted in give further thresholds. Nothing is returned of a
    curve without thresholds, or of other cases than the point.
    """
    diseased, healthy = count_classes(point)
    if not diseased or not healthy or len(curve.thresholds) != len(curve.x):
        return []
    points = count_above_edges(spread, diseased, healthy) if spread else {}
    for threshold, x, y in zip(curve.thresholds, curve.x, curve.y, strict=True):
        counts = (y * diseased, x * healthy)
        if any(abs(count - round(count)) > NEAR_WHOLE for count in counts):
            return []
        if threshold is not None:
            points[threshold] = (round(counts[0]), round(counts[1]))
    points[point.threshold] = (point.true_positive, point.false_positive)
    return [(None, 0, 0), *((one, *points[one]) for one in sorted(points, reverse=True))]


def count_above_edges(
    spread: ScoreDistribution, diseased: int, healthy: int
) -> dict[float, tuple[int, int]]:
    """Return how many of each class score at least so high, for every edge but the highest."""
    if (sum(spread.positives), sum(spread.negatives)) != (diseased, healthy):
        return {}
    return {
        edge: (sum(spread.positives[at:]), sum(spread.negatives[at:]))
        for at, edge in enumerate(spread.edges[:-1])
    }
