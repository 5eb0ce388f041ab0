"""Whether the probabilities of one label are true: the part of the report on calibration."""

import math
from dataclasses import dataclass, field

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.report_calibration import BrierParts, Calibration, CalibrationTest, ErrorOfChance
from radzoo.metrics.calibration.brier_parts import split_by_corp
from radzoo.metrics.calibration.chance import compare_with_chance
from radzoo.metrics.calibration.chi_squared import chi_squared_tail, two_sided
from radzoo.metrics.calibration.curve_draws import CurvesOfDraws
from radzoo.metrics.calibration.hosmer_lemeshow import hosmer_lemeshow
from radzoo.metrics.calibration.levels import collapse
from radzoo.metrics.calibration.loess import describe_smoother, smooth
from radzoo.metrics.calibration.weak import likelihood_ratio
from radzoo.metrics.drawing import draw_weights
from radzoo.metrics.estimate import are_probabilities
from radzoo.metrics.intervals.normal import critical_value
from radzoo.metrics.neighbours import gather_cases
from radzoo.metrics.sample import Sample
from radzoo.metrics.spiegelhalter_z import spiegelhalter_z
from radzoo.workflows.evaluation.bins import describe_bins
from radzoo.workflows.evaluation.options import EvaluateOptions
from radzoo.workflows.evaluation.recalibration import judge_recalibration

N_POINTS = 100
# The band needs only the spread of the draws, which a few hundred tell.
MOST_DRAWS = 200
FOR_INDEPENDENT_CASES = "takes cases of one patient as independent: p is too small"


@dataclass(frozen=True, slots=True)
class SmoothCurve:
    """A smooth reliability curve with its band; empty where there is none."""

    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    smoother: str | None = None


def describe_calibration(
    label: str, sample: Sample, options: EvaluateOptions
) -> Calibration | None:
    """Describe the probabilities of one label; None if the scores are none.

    Raises:
        InputError: if a recalibration is asked for that validation cannot give.
    """
    if not len(sample.targets) or not are_probabilities(sample):
        return None
    parts = split_by_corp(sample.targets, sample.scores)
    curve = draw_curve(sample, options)
    return Calibration(
        label=label,
        bins=describe_bins(sample),
        curve_x=curve.x,
        curve_y=curve.y,
        curve_low=curve.low,
        curve_high=curve.high,
        smoother=curve.smoother,
        parts=BrierParts(
            brier=parts.brier,
            miscalibration=parts.miscalibration,
            discrimination=parts.discrimination,
            uncertainty=parts.uncertainty,
        ),
        chance=describe_chance(sample, options.seed),
        tests=run_tests(sample, options),
        recalibrated=judge_recalibration(label, sample, options),
    )


def draw_curve(sample: Sample, options: EvaluateOptions) -> SmoothCurve:
    """Draw the smooth curve at 100 scores at most, with the band of resampled patients."""
    levels = collapse(sample.targets, sample.scores)
    ends = levels.scores[0], levels.scores[-1]
    few = len(levels.scores) <= N_POINTS
    points = levels.scores if few else np.linspace(*ends, N_POINTS)
    try:
        values = smooth(levels, points)
    except UndefinedMetricError:
        return SmoothCurve()
    curve = SmoothCurve(
        x=points.tolist(),
        y=np.clip(values, 0, 1).tolist(),
        smoother=describe_smoother(levels),
    )
    n_draws = min(options.n_boot, MOST_DRAWS)
    if n_draws < 2:
        return curve
    half = critical_value(options.level) * find_spread(sample, points, n_draws, options.seed)
    if np.isnan(half).any():
        return curve
    curve.low.extend(np.clip(values - half, 0, 1).tolist())
    curve.high.extend(np.clip(values + half, 0, 1).tolist())
    return curve


def find_spread(
    sample: Sample, points: np.ndarray[tuple[int], np.dtype[np.float64]], n_draws: int, seed: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the standard deviation of resampled curves at points; NaN where not estimable."""
    cells = gather_cases(sample)
    curves = CurvesOfDraws(cells.sample.targets, cells.sample.scores, points)
    curves(np.broadcast_to(cells.sizes, (1, cells.n_cells)))
    drawn = [
        curves(weights)[0] for weights in draw_weights(sample, cells, n_boot=n_draws, seed=seed)
    ]
    values = np.concatenate(drawn)
    defined = values[~np.isnan(values).any(axis=1)]
    if len(defined) < n_draws / 2:
        return np.full(len(points), np.nan)
    return np.asarray(defined.std(axis=0, ddof=1))


def describe_chance(sample: Sample, seed: int) -> ErrorOfChance:
    """Compare the calibration error with what chance gives for these scores."""
    chance = compare_with_chance(sample.targets, sample.scores, seed=seed)
    return ErrorOfChance(
        ece=chance.ece,
        expected=chance.expected,
        p=chance.p,
        debiased=math.sqrt(max(0.0, chance.squared_debiased)),
        note=None if sample.patients is None else FOR_INDEPENDENT_CASES,
    )


def run_tests(sample: Sample, options: EvaluateOptions) -> list[CalibrationTest]:
    """Run the tests of calibration; one that cannot be made says why."""
    tests = [judge_brier(sample), judge_line(sample)]
    if options.hosmer_lemeshow:
        tests.append(judge_groups(sample))
    if sample.patients is None:
        return tests
    return [
        test.model_copy(update={"note": FOR_INDEPENDENT_CASES}) if test.p is not None else test
        for test in tests
    ]


def judge_brier(sample: Sample) -> CalibrationTest:
    """Test the Brier score (Spiegelhalter)."""
    try:
        z = spiegelhalter_z(sample.targets, sample.scores)
    except UndefinedMetricError as reason:
        return undefined("spiegelhalter", reason)
    return CalibrationTest(name="spiegelhalter", statistic=z, p=two_sided(z))


def judge_line(sample: Sample) -> CalibrationTest:
    """Test intercept 0 and slope 1 together, on the scores that have a logit."""
    inside = (sample.scores > 0) & (sample.scores < 1)
    try:
        ratio = likelihood_ratio(sample.targets[inside], sample.scores[inside])["both"]
    except UndefinedMetricError as reason:
        return undefined("likelihood_ratio", reason)
    return CalibrationTest(
        name="likelihood_ratio",
        statistic=ratio,
        degrees_of_freedom=2,
        p=chi_squared_tail(ratio, 2),
    )


def judge_groups(sample: Sample) -> CalibrationTest:
    """Test ten groups (Hosmer and Lemeshow), of cases that nothing was fitted on."""
    try:
        found = hosmer_lemeshow(sample.targets, sample.scores)
    except UndefinedMetricError as reason:
        return undefined("hosmer_lemeshow", reason)
    return CalibrationTest(
        name="hosmer_lemeshow",
        statistic=found.statistic,
        degrees_of_freedom=found.groups,
        p=found.p,
    )


def undefined(name: str, reason: UndefinedMetricError) -> CalibrationTest:
    """Say why a test cannot be made."""
    return CalibrationTest(name=name, statistic=None, p=None, note=f"undefined: {reason}")
