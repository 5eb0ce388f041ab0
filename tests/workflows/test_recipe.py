import pytest

from radzoo.core.errors import UsageError
from radzoo.workflows.recipe import decide


def decided(n_train=1000, gpu=False, **wishes):
    return decide(wishes, n_train=n_train, gpu=gpu, threads=2)


@pytest.mark.parametrize(
    ("n_train", "epochs", "batch_size"),
    [(10, 60, 16), (100, 60, 16), (1000, 26, 32), (5000, 8, 32), (100_000, 8, 32)],
)
def test_few_cases_are_seen_more_often(n_train, epochs, batch_size):
    recipe = decided(n_train)
    assert (recipe.epochs, recipe.batch_size) == (epochs, batch_size)


def test_what_is_pretrained_changes_slowly():
    assert decided(lr=1e-2).lr_encoder == pytest.approx(1e-2 / 3)
    assert decided(lr=1e-2, from_scratch=True).lr_encoder == 1e-2
    assert decided(lr=1e-2, lr_encoder=5e-3).lr_encoder == 5e-3


def test_a_probe_is_not_augmented_so_that_features_are_computed_once():
    assert decided(strategy="LP").augmentation == "none"
    assert decided().augmentation == "radiograph"


def test_half_precision_on_a_gpu_only():
    assert decided(gpu=True).amp
    assert not decided().amp
    assert not decided(gpu=True, amp=False).amp


def test_every_wish_is_granted():
    wishes = {"epochs": 3, "weight_decay": 0.0, "scheduler": "none", "seed": 9, "dropout": 0.5}
    recipe = decided(**wishes)
    assert {name: getattr(recipe, name) for name in wishes} == wishes


@pytest.mark.parametrize("value", [0, -1, "fast", 11.0, True])
def test_a_wrong_value_is_named(value):
    with pytest.raises(UsageError, match="'lr'") as caught:
        decided(lr=value)
    assert caught.value.id == "bad-setting"


def test_an_unknown_name_gets_a_suggestion():
    with pytest.raises(UsageError) as caught:
        decided(learning_rat=1.0, epoch=3)
    assert caught.value.id == "unknown-setting"
    with pytest.raises(UsageError) as caught:
        decided(epoch=3)
    assert "epochs" in caught.value.hint
