import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radzoo.render.html.figures import find_kept
from radzoo.render.html.stages import ROOM, draw_stages, spread

NAMES = ["conv1", "layer1", "head"]


def row(auroc, gradients, dead=None):
    values = {"epoch": 1, "train_loss": 0.5, "val_auroc": auroc}
    values |= {f"gradient[{name}]": one for name, one in zip(NAMES, gradients, strict=True)}
    return values | (dict.fromkeys(["dead[conv1]"], dead) if dead is not None else {})


def test_worked_by_hand():
    history = [row(0.6, [0.01, 0.1, 1.0], 0.05), row(0.9, [0.001, 0.1, 10.0], 0.15)]
    gradient, dead = draw_stages(history)
    assert [line.name for line in gradient.lines] == NAMES
    assert [line.number for line in gradient.lines] == [1, 2, 3]
    # From 0.001 to 10 are four powers of ten, each a quarter of the height.
    assert gradient.lines[0].points == "0.00,75.00 100.00,100.00"
    assert gradient.lines[2].points == "0.00,25.00 100.00,0.00"
    assert [line.kept for line in gradient.lines] == ["0.001", "0.1", "10"]
    assert [tick.text for tick in gradient.ticks] == ["10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹"]
    assert (gradient.kept, gradient.kept_at, gradient.epochs) == (2, 100, 2)
    assert dead.lines[0].points == "0.00,75.00 100.00,25.00"
    assert [tick.text for tick in dead.ticks] == ["0 %", "5 %", "10 %", "15 %", "20 %"]
    assert dead.lines[0].kept == "15.0 %"


def test_a_stage_has_the_same_number_in_every_figure():
    history = [row(0.6, [0.01, 0.1, 1.0]) | {"dead[layer1]": 0.5}]
    _, dead = draw_stages(history)
    assert [(line.number, line.name) for line in dead.lines] == [(2, "layer1")]


def test_what_has_no_place_on_the_scale_is_left_out():
    nan = float("nan")
    history = [row(0.9, [0.0, nan, 1.0]), row(0.8, [0.0, 2.0, float("inf")])]
    (gradient,) = draw_stages(history)
    assert [(line.number, line.name) for line in gradient.lines] == [(2, "layer1"), (3, "head")]
    assert [len(line.points.split()) for line in gradient.lines] == [1, 1]


@pytest.mark.parametrize(
    "history", [[], [{"epoch": 1, "val_auroc": 0.5}], [row(0.5, [0.0, 0.0, 0.0])]]
)
def test_nothing_to_draw(history):
    assert draw_stages(history) == []


@given(st.lists(st.floats(0, 100), min_size=1, max_size=8))
def test_numbers_stand_apart_in_the_order_of_their_lines(heights):
    placed = spread(heights)
    order = sorted(range(len(heights)), key=lambda at: heights[at])
    assert all(
        placed[below] - placed[above] >= ROOM - 1e-9 for above, below in itertools.pairwise(order)
    )
    assert max(placed) <= 100 + 1e-9
    assert min(placed) >= -1e-9


def test_of_equal_scores_the_epoch_with_the_lower_loss_was_kept():
    rows = [
        {"val_auroc": 0.9, "val_loss": 0.5},
        {"val_auroc": 0.9, "val_loss": 0.3},
        {"val_auroc": 0.9, "val_loss": 0.3},
        {"val_auroc": 0.8, "val_loss": 0.1},
    ]
    assert find_kept(rows) == 1
