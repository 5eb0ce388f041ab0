import pytest

from radzoo.core.errors import UsageError
from radzoo.workflows.planning.combinations import CONTRADICTIONS, cautions
from radzoo.workflows.planning.recipe import decide


def made(**wishes):
    return decide(wishes, n_train=100, gpu=False, threads=1)


@pytest.mark.parametrize(
    ("wishes", "identifier"),
    [
        ({"strategy": "LP", "lora_rank": 4}, "probe-with-lora"),
        ({"strategy": "LP", "gradual_epochs": 1}, "probe-with-gradual"),
        ({"strategy": "LP", "layer_decay": 0.5}, "probe-with-layer-decay"),
        ({"strategy": "partial", "from_scratch": True}, "partial-from-scratch"),
        ({"lora_rank": 4, "from_scratch": True}, "lora-from-scratch"),
        ({"gradual_epochs": 1, "from_scratch": True}, "gradual-from-scratch"),
        (
            {"strategy": "partial", "direction": "start", "gradual_epochs": 1},
            "gradual-from-the-start",
        ),
        ({"loss": "class-balanced", "class_weights": "none"}, "class-balanced-without-weights"),
        ({"loss": "class-balanced", "sampling": "balanced"}, "balanced-twice"),
    ],
)
def test_contradictions(wishes, identifier):
    with pytest.raises(UsageError) as caught:
        made(**wishes)
    assert caught.value.id == identifier
    assert caught.value.hint


def test_every_contradiction_is_tested_and_none_is_by_default():
    assert len({one.id for one in CONTRADICTIONS}) == len(CONTRADICTIONS) == 9
    assert not cautions(made(), n_labels=3)
    assert not cautions(made(strategy="LP"), n_labels=1)


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"loss": "focal"}, "no probabilities"),
        ({"label_smoothing": 0.1}, "no probabilities"),
        ({"cutmix": 1.0}, "no probabilities"),
        ({"strategy": "LP", "mixup": 0.2}, "features are not kept"),
        ({"scheduler": "plateau", "early_stopping": 5}, "before the rate ever falls"),
        ({"loss": "focal", "focal_gamma": 0.0}, "is cross-entropy"),
        ({"unfreeze_pct": 50.0}, "only with --strategy partial"),
        ({"direction": "start"}, "only with --strategy partial"),
        ({"sampling": "balanced"}, "only nearly"),
    ],
)
def test_cautions(wishes, words):
    assert any(words in said for said in cautions(made(**wishes), n_labels=2))
    assert not any("only nearly" in said for said in cautions(made(**wishes), n_labels=1))


@pytest.mark.parametrize(
    "wishes",
    [
        {"strategy": "partial", "lora_rank": 8, "gradual_epochs": 2, "layer_decay": 0.7},
        {"loss": "focal", "sampling": "balanced", "mixup": 0.2, "cutmix": 1.0, "ema": 0.999},
        {"strategy": "LP", "loss": "class-balanced", "ema": 0.9},
    ],
)
def test_what_can_be_combined(wishes):
    assert made(**wishes).strategy
