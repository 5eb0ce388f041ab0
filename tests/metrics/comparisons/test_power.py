import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.comparisons.area_covariance import AreaDifference
from radzoo.metrics.comparisons.power import plan_comparison, plan_single


def test_one_model_as_proc_says():
    # The worked example of pROC's manual: AUROC 0.731 with 41 and 72 cases.
    assert plan_single(0.731368563685637, 72 / 41).power(41) == pytest.approx(0.9904833, abs=1e-7)
    cases = plan_single(0.731368563685637, 1.7).cases(0.95)
    assert cases == pytest.approx((29.29764, 49.806), abs=1e-4)


def test_power_and_cases_undo_each_other():
    areas = AreaDifference(0.85, 0.8, (0.0004, 0.0006), 0.0003)
    problem = plan_comparison(areas, 100, 200)
    for power in (0.5, 0.8, 0.9):
        diseased, healthy = problem.cases(power)
        assert healthy == 2 * diseased
        assert problem.power(diseased) == pytest.approx(power)
    # Null variance 2 * (4 - 3), variance 4 + 6 - 2 * 3, per 10,000; times 100 cases.
    expected = ((1.959964 * np.sqrt(0.02) + 0.841621 * np.sqrt(0.04)) / 0.05) ** 2
    assert problem.cases(0.8)[0] == pytest.approx(expected, rel=1e-5)


def test_no_effect_needs_endless_cases():
    with pytest.raises(UndefinedMetricError, match="an effect"):
        plan_single(0.5, 1).cases(0.8)
