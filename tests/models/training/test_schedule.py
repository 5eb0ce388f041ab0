import pytest

from radzoo.models.training.schedule import rate_factor


def factors(scheduler, steps=100, warmup=0.1):
    return [rate_factor(s, steps, warmup=warmup, scheduler=scheduler) for s in range(steps)]


def test_rises_then_falls_along_half_a_wave():
    values = factors("cosine")
    assert values[:10] == sorted(values[:10])
    assert values[0] == pytest.approx(1 / 11)
    assert values[10] == 1
    assert values[55] == pytest.approx(0.5)
    assert values[10:] == sorted(values[10:], reverse=True)
    assert 0 < values[-1] < 0.001


def test_none_keeps_the_rate():
    assert set(factors("none")[10:]) == {1.0}
    assert factors("none", warmup=0) == [1.0] * 100


def test_one_step_learns():
    assert rate_factor(0, 1, warmup=0.05, scheduler="cosine") > 0
