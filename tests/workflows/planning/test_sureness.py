import pytest

from radzoo.core.data_report import SplitCounts
from radzoo.core.plan import DataFacts
from radzoo.workflows.planning.sureness import advise_strategy, half_width, rarest, warn_of_lottery


def facts(**labels):
    """Facts from `label=(train n, train positive, val n, val positive)`."""
    return DataFacts(
        splits={},
        labels={
            label: {
                "train": SplitCounts(n=n, n_positive=positive),
                "val": SplitCounts(n=n_val, n_positive=positive_val),
            }
            for label, (n, positive, n_val, positive_val) in labels.items()
        },
    )


def test_half_width_by_hand():
    # AUROC 0.8, 10 with, 20 without: Q1 = 2/3, Q2 = 1.28/1.8.
    variance = (0.16 + 9 * (2 / 3 - 0.64) + 19 * (1.28 / 1.8 - 0.64)) / 200
    assert half_width(10, 20, auroc=0.8) == pytest.approx(1.959964 * variance**0.5)


def test_more_cases_make_it_surer():
    widths = [half_width(n, 3 * n) for n in (5, 20, 80, 320)]
    assert widths == sorted(widths, reverse=True)
    assert half_width(0, 10) == 1


def test_a_choice_by_few_cases_is_a_lottery():
    (warning,) = warn_of_lottery(facts(nodule=(500, 100, 52, 12)))
    assert warning.startswith("12 of 52 validation cases have nodule")
    assert "lottery" in warning


@pytest.mark.parametrize(
    "val", [pytest.param((400, 200), id="enough"), pytest.param((40, 3), id="said elsewhere")]
)
def test_no_warning(val):
    assert not warn_of_lottery(facts(nodule=(500, 100, *val)))


def test_few_positives_ask_for_a_probe():
    (advice,) = advise_strategy(facts(common=(200, 100, 9, 3), rare=(200, 170, 9, 3)))
    assert "30 training cases of the rarer class (rare)" in advice
    assert "--strategy LP" in advice
    assert not advise_strategy(facts(common=(200, 100, 9, 3)))


def test_rarest_is_the_most_uneven():
    label, counts = rarest(facts(even=(10, 5, 1, 1), uneven=(100, 95, 1, 1)))
    assert (label, counts.n_positive) == ("uneven", 95)
    assert rarest(facts()) is None
