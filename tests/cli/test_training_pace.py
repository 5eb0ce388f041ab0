import pytest

from radzoo.cli.training_pace import Pace


class Clock:
    def __init__(self):
        self.time = 100.0

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


def test_pace_by_hand(clock):
    pace = Pace(epochs=2, batch_size=8, now=clock)
    assert (pace.seconds_left, pace.images_per_s) == (None, None)
    pace.step(1, 1, 5)
    assert pace.seconds_left is None
    clock.time += 3
    pace.step(1, 4, 5)
    assert pace.images_per_s == pytest.approx(3 * 8 / 3)
    # Three tenths of a step-tenth each second; six of ten steps are left.
    assert pace.seconds_left == pytest.approx(6)


def test_a_training_that_goes_on_counts_from_where_it_began(clock):
    pace = Pace(epochs=10, batch_size=8, now=clock)
    pace.step(9, 5, 5)
    clock.time += 4
    pace.step(10, 2, 4)
    assert pace.seconds_left == pytest.approx(4)


def test_validation_slows_the_whole_but_not_the_images(clock):
    pace = Pace(epochs=2, batch_size=10, now=clock)
    for epoch in (1, 2):
        for done in (1, 2):
            clock.time += 1
            pace.step(epoch, done, 2)
        clock.time += 10
    assert pace.images_per_s == pytest.approx(10)
    assert pace.done == 1
    assert pace.seconds_left == 0
