import pytest

from radzoo.cli.training_text import (
    PLAIN_BLOCKS,
    Headline,
    describe_duration,
    describe_epoch,
    headline_of,
    sparkline,
)
from radzoo.models.training.progress import Epoch


def test_a_line_of_an_epoch_fits_80_columns():
    epoch = Epoch(
        epoch=120, train_loss=10.51234, val_loss=0.4, score=0.98764, lr=1e-3, lr_encoder=1e-4,
        images_per_s=1234.5, seconds=2.0,
    )  # fmt: skip
    line = describe_epoch(epoch, 150, improved=True)
    assert line == (
        "epoch 120/150  loss 10.5123  val 0.4000  AUROC 0.9876 *  lr 1.0e-03  1234 images/s"
    )
    assert len(line) <= 82  # three-digit epochs of a fast training


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        pytest.param([], "", id="nothing"),
        pytest.param([0.5], "▁", id="one"),
        pytest.param([0.5, 0.5], "▁▁", id="alike"),
        pytest.param([0, 1], "▁█", id="both ends"),
        pytest.param([0, 1, 0.5], "▁█▅", id="the middle"),
        pytest.param([float("nan"), 0, 7], "▁█", id="undefined"),
        pytest.param([9, 0, 1], "▁█", id="only the last count"),
    ],
)
def test_sparkline(values, drawn):
    assert sparkline(values, width=2 if values[:1] == [9] else 24) == drawn


def test_sparkline_without_unicode():
    assert sparkline([0, 1, 2, 3], blocks=PLAIN_BLOCKS) == "_-*#"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1:00"), (151, "2:31"), (3751, "1:02:31")],
)
def test_durations(seconds, text):
    assert describe_duration(seconds) == text


def test_each_task_has_its_headline():
    assert headline_of("binary") == Headline("AUROC", 1.0)
    assert headline_of("ordinal") == Headline("Kappa, quadratic", 1.0)
    assert headline_of("regression") == Headline("MAE", -1.0)
    assert headline_of("nothing of ours") == Headline("score", 1.0)


def test_an_error_is_shown_as_people_know_it():
    epoch = Epoch(
        epoch=1, train_loss=1.0, val_loss=1.0, score=-7.25, lr=1e-3, lr_encoder=1e-4,
        images_per_s=9.0, seconds=2.0,
    )  # fmt: skip
    line = describe_epoch(epoch, 2, improved=True, headline=headline_of("regression"))
    assert "MAE 7.2500 *" in line
