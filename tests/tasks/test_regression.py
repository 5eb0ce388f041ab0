"""Numbers: learnt in standard deviations, said in their own unit."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from losses import recipe_of

from radzoo.core.case import Case
from radzoo.core.errors import InputError
from radzoo.core.reading import Reading
from radzoo.tasks.number_losses import gaussian_loss, huber_loss, squared_loss
from radzoo.tasks.regression import TASK, check

CPU = torch.device("cpu")
NAN = float("nan")
AGES = np.array([[40.0], [60.0], [NAN]])


def column(*values):
    return torch.tensor(values)[:, None]


def test_losses_by_hand():
    said, wanted = column(0.0, 0.0, 7.0), column(0.5, -3.0, NAN)
    assert squared_loss(said, wanted).item() == pytest.approx((0.25 + 9) / 2)
    # Half a square up to 1, then a line of slope 1 from there.
    assert huber_loss(said, wanted, 1.0).item() == pytest.approx((0.125 + 2.5) / 2)
    assert huber_loss(said, wanted, 10.0).item() == pytest.approx((0.125 + 4.5) / 2)
    both = torch.tensor([[0.0, math.log(4.0)], [5.0, 9.0]])
    assert gaussian_loss(both, column(3.0, NAN)).item() == pytest.approx((math.log(4) + 9 / 4) / 2)


@pytest.mark.parametrize("loss", ["huber", "squared-error", "heteroscedastic"])
def test_the_loss_sees_standard_deviations_and_no_unknown_targets(loss):
    recipe = recipe_of(loss=loss)
    reading = TASK.read(AGES, ["age"], (), recipe)
    assert (reading.centre, reading.spread) == ([50], [10])
    n = TASK.outputs(["age"], reading)
    assert n == (2 if loss == "heteroscedastic" else 1)
    objective = TASK.objective(recipe, AGES, reading, CPU).loss
    said = torch.zeros(3, n, requires_grad=True)
    value = objective(said, torch.from_numpy(AGES).float())
    assert value.item() == pytest.approx(1.0 if loss == "squared-error" else 0.5)
    value.backward()
    assert said.grad[2].abs().sum() == 0
    assert objective(said[2:], column(NAN)).item() == 0


def test_the_best_width_is_that_of_the_errors():
    """Errors of 2 standard deviations: a variance of 4 is best."""
    said = torch.tensor([[0.0, math.log(4.0)]] * 2, requires_grad=True)
    gaussian_loss(said, column(2.0, -2.0)).backward()
    assert said.grad[:, 1].tolist() == pytest.approx([0, 0], abs=1e-7)
    assert gaussian_loss(torch.tensor([[0.0, 1e4]]), column(1.0)).isfinite()


def test_scores_are_in_the_targets_unit():
    reading = Reading(centre=[50.0], spread=[10.0], says_sd=True)
    said = np.array([[0.5, 0.0], [-1.0, math.log(9)]], np.float32)
    assert TASK.scores(said, reading)[:, 0] == pytest.approx([55, 40])
    assert TASK.sd(said, reading)[:, 0] == pytest.approx([10, 30])
    assert TASK.sd(said, Reading(centre=[50.0], spread=[10.0])) is None


def test_a_published_network_says_numbers_in_their_unit():
    assert TASK.scores(np.array([[61.5]], np.float32), Reading()).tolist() == [[61.5]]


def test_nothing_that_varies_is_refused():
    def cases(*values):
        return [Case(str(n), Path("x"), {"age": value}) for n, value in enumerate(values)]

    check(cases(1.0, 2.0, None), ["age"], "train")
    for values, said in [((3.0, 3.0), "one value only"), ((None,), "no value")]:
        with pytest.raises(InputError, match=f"the val split has {said} of 'age'") as caught:
            check(cases(*values), ["age"], "val")
        assert (caught.value.id, caught.value.exit_code) == ("one-value-split", 3)
    with pytest.raises(InputError, match="needs one label"):
        check(cases(1.0, 2.0), ["age", "dose"], "train")


def test_all_known_numbers_are_shown_as_often():
    assert TASK.appearances(AGES).tolist() == [1.5, 1.5, 0]
