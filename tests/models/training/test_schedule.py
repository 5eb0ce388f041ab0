import pytest
from hypothesis import given
from hypothesis import strategies as st

from radzoo.models.training.progress import Epoch
from radzoo.models.training.schedule import plateaus, rate_factor


def epoch_of(number, score, val_loss=1.0):
    return Epoch(number, 1.0, val_loss, score, 1e-3, 1e-3, 1.0, 1.0)


def history_of(*scores):
    return [epoch_of(number, score) for number, score in enumerate(scores, start=1)]


@pytest.fixture
def factors(make_recipe):
    def run(scheduler, epochs=10, steps=10, warmup=0.1, history=(), **numbers):
        recipe = make_recipe(scheduler=scheduler, epochs=epochs, warmup=warmup, **numbers)
        return [
            rate_factor(recipe, epoch=epoch, step=step, steps=steps, history=history)
            for epoch in range(1, epochs + 1)
            for step in range(steps)
        ]

    return run


def test_rises_then_falls_along_half_a_wave(factors):
    values = factors("cosine")
    assert values[:10] == sorted(values[:10])
    assert values[0] == pytest.approx(1 / 11)
    assert values[10] == 1
    assert values[55] == pytest.approx(0.5)
    assert values[10:] == sorted(values[10:], reverse=True)
    assert 0 < values[-1] < 0.001


def test_none_keeps_the_rate(factors):
    assert set(factors("none")[10:]) == {1.0}
    assert factors("none", warmup=0.0) == [1.0] * 100


def test_steps_down_after_every_so_many_epochs(factors):
    values = factors("step", warmup=0.0, epochs=7, steps=2, step_epochs=3, step_factor=0.5)
    assert values == [1.0] * 6 + [0.5] * 6 + [0.25] * 2


def test_rises_before_it_steps_down(factors):
    values = factors("step", warmup=0.5, epochs=4, steps=1, step_epochs=2, step_factor=0.5)
    assert values == pytest.approx([1 / 3, 2 / 3, 0.5, 0.5])


def test_one_step_learns(factors):
    assert factors("cosine", epochs=1, steps=1, warmup=0.05) > [0]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        pytest.param([], 0, id="nothing done"),
        pytest.param([0.5, 0.6, 0.7], 0, id="always better"),
        pytest.param([0.5, 0.5], 0, id="not long enough"),
        pytest.param([0.5, 0.4, 0.5], 1, id="two without a better one"),
        pytest.param([0.5, 0.4, 0.6, 0.4, 0.6], 1, id="a better one begins anew"),
        pytest.param([0.5, 0.4, 0.4, 0.4, 0.4], 2, id="a plateau begins anew"),
    ],
)
def test_plateaus_by_hand(scores, expected, factors):
    history = history_of(*scores)
    assert plateaus(history, 2) == expected
    rates = factors("plateau", warmup=0.0, history=history, plateau_epochs=2, plateau_factor=0.5)
    assert set(rates) == {0.5**expected}


def test_of_equal_scores_the_lower_loss_is_better():
    assert plateaus([epoch_of(1, 0.5, 1.0), epoch_of(2, 0.5, 0.9), epoch_of(3, 0.5, 0.8)], 1) == 0


@given(st.lists(st.integers(0, 3), max_size=30), st.integers(1, 5))
def test_more_epochs_never_undo_a_plateau(scores, patience):
    counts = [plateaus(history_of(*scores[:n]), patience) for n in range(len(scores) + 1)]
    assert counts == sorted(counts)
    assert counts[-1] <= len(scores) // patience
