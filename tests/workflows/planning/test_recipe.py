import pytest

from radzoo.core.errors import UsageError
from radzoo.models.traits import Traits
from radzoo.workflows.planning.proposals import Choice, Situation, propose
from radzoo.workflows.planning.recipe import decide

PLAIN = Traits(normalises=False)
TRANSFORMER = Traits(attends=True)


def decided(n_train=1000, gpu=False, **wishes):
    return decide(wishes, n_train=n_train, gpu=gpu, threads=2)


def of_kind(traits, **wishes):
    return decide(wishes, n_train=1000, gpu=False, threads=2, traits=traits)


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


def test_networks_that_are_easily_upset_learn_more_slowly():
    usual = of_kind(Traits())
    assert (usual.lr, usual.lr_encoder, usual.warmup) == (1e-3, pytest.approx(1e-3 / 3), 0.05)
    plain = of_kind(PLAIN)
    assert (plain.lr, plain.lr_encoder, plain.warmup) == (1e-4, pytest.approx(1e-4 / 3), 0.1)
    transformer = of_kind(TRANSFORMER)
    assert (transformer.lr, transformer.lr_encoder) == (1e-3, pytest.approx(5e-5))
    assert of_kind(TRANSFORMER, from_scratch=True).lr_encoder == 3e-4


@pytest.mark.parametrize("traits", [Traits(), PLAIN, TRANSFORMER])
def test_a_probe_does_not_care_for_the_encoder(traits):
    recipe = of_kind(traits, strategy="LP")
    assert (recipe.lr, recipe.warmup, recipe.epochs) == (3e-3, 0.05, 100)


def test_augmentation_is_found_out_unless_named():
    mammography = Choice("mammography", "the files say MG")
    for wishes, name in (
        ({}, "mammography"),
        ({"augmentation": "auto"}, "mammography"),
        ({"augmentation": "ct"}, "ct"),
        ({"augmentation": "auto", "strategy": "LP"}, "none"),
    ):
        recipe = decide(wishes, n_train=9, gpu=False, threads=1, augmentation=mammography)
        assert recipe.augmentation == name


def test_an_unknown_augmentation_gets_a_suggestion():
    with pytest.raises(UsageError) as caught:
        decided(augmentation="radiographs")
    assert (caught.value.id, caught.value.hint) == (
        "unknown-augmentation",
        "did you mean radiograph or mammography or photograph?",
    )  # fmt: skip


def test_an_unknown_activation_gets_a_suggestion():
    with pytest.raises(UsageError, match="no activation 'sigmoidd'") as caught:
        decide({"activation": "sigmoidd"}, n_train=100, gpu=False, threads=1)
    assert (caught.value.id, "sigmoid" in caught.value.hint) == ("unknown-activation", True)


def test_a_network_keeps_the_dropout_it_is_published_with():
    for share in (0.0, 0.5):
        recipe = decide({}, n_train=100, gpu=False, threads=1, traits=Traits(dropout=share))
        assert recipe.dropout == share


@pytest.mark.parametrize("n_train", [5, 300, 5000, 200_000])
@pytest.mark.parametrize("wishes", [{}, {"strategy": "LP"}, {"from_scratch": True}])
def test_every_choice_has_one_short_reason(n_train, wishes):
    for name, choice in propose(wishes, Situation(n_train, gpu=True, threads=2)).items():
        assert 5 < len(choice.reason) < 80, name
        assert not choice.reason.endswith("."), name


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


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"lr": 0}, "the setting 'lr' is 0; needed more than 0"),
        ({"lr": 11.0}, "the setting 'lr' is 11.0; needed 10 or less"),
        ({"lr": float("nan")}, "the setting 'lr' is nan; needed a finite number"),
        # It would stand as null in config.json, which could not be read again.
        ({"gradient_clip": float("inf")}, "'gradient_clip' is inf; needed a finite number"),
        ({"ema": 1}, "the setting 'ema' is 1; needed less than 1"),
        ({"batch_size": 1}, "the setting 'batch_size' is 1; needed 2 or more"),
        ({"batch_size": 65_537}, "the setting 'batch_size' is 65537; needed 65536 or less"),
        ({"seed": 2**63}, "the setting 'seed' is 9223372036854775808; needed less than 9.2"),
        ({"threads": 100_000}, "the setting 'threads' is 100000; needed 1024 or less"),
        ({"epochs": 2.5}, "the setting 'epochs' is 2.5; needed a whole number"),
        ({"lr": "fast"}, "the setting 'lr' is fast; needed a number"),
        ({"amp": 1}, "the setting 'amp' is 1; needed true or false"),
        ({"strategy": "lp"}, "the setting 'strategy' is lp; needed 'full', 'LP' or 'partial'"),
    ],
)
def test_what_was_given_and_what_is_needed_are_said(wishes, said):
    with pytest.raises(UsageError) as caught:
        decided(**wishes)
    assert said in str(caught.value)


def test_an_unknown_name_gets_a_suggestion():
    with pytest.raises(UsageError) as caught:
        decided(learning_rat=1.0, epoch=3)
    assert caught.value.id == "unknown-setting"
    with pytest.raises(UsageError) as caught:
        decided(epoch=3)
    assert "epochs" in caught.value.hint
