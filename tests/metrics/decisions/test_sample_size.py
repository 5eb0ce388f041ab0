import math

import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.decisions.sample_size import (
    cases_for_auroc,
    cases_for_proportion,
    hanley_mcneil_error,
)


def test_the_error_by_hand():
    # Q1 = 0.8 / 1.2 = 2 / 3 and Q2 = 1.28 / 1.8 = 32 / 45, two cases of each class.
    variance = (0.16 + (2 / 3 - 0.64) + (32 / 45 - 0.64)) / 4
    assert hanley_mcneil_error(0.8, 2, 2) == pytest.approx(math.sqrt(variance))


def test_cases_for_an_auroc():
    # Widths of 0.1 in all, as another program computed them.
    assert cases_for_auroc(0.8, 0.5, 0.05) == 302
    assert cases_for_auroc(0.8, 0.05, 0.05) == 2230
    assert cases_for_auroc(0.8, 0.5, 0.05, level=0.9) < 302


@pytest.mark.parametrize(("value", "prevalence"), [(1.0, 0.5), (0.8, 0.0), (0.8, 1.0)])
def test_without_a_spread_there_is_no_answer(value, prevalence):
    with pytest.raises(UndefinedMetricError):
        cases_for_auroc(value, prevalence, 0.05)


def test_cases_for_a_proportion():
    assert cases_for_proportion(0.9, 0.2, 0.05) == math.ceil(1.959964**2 * 0.09 / 0.0025 / 0.2)
    for value, share in ((0.9, 0.0), (1.0, 0.5), (0.0, 0.5)):
        with pytest.raises(UndefinedMetricError):
            cases_for_proportion(value, share, 0.05)
