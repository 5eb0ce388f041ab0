"""Strategies as whole trainings: what the loop makes of the recipe."""

import numpy as np
import pytest
import torch

from radzoo.models.build import build_network
from radzoo.models.device import Engine, reproducible
from radzoo.models.heads import head_names
from radzoo.models.predict import predict_logits
from radzoo.models.samples import Samples
from radzoo.models.training.hooks import Hooks
from radzoo.models.training.train import train
from radzoo.tasks.losses import sigmoid_loss

CPU = Engine(torch.device("cpu"), amp=False)
ONE = torch.ones(1)
LORA = {"lora_rank": 2, "from_scratch": False}
SETTINGS = [
    {"strategy": "partial", "unfreeze_pct": 30.0, "from_scratch": False},
    {"gradual_epochs": 1, "from_scratch": False},
    {"layer_decay": 0.5},
    LORA,
    {"ema": 0.9},
    {"sampling": "balanced"},
    {"mixup": 0.4},
    {"cutmix": 1.0, "mixup": 0.2},
    {"scheduler": "plateau", "plateau_epochs": 1},
    {"scheduler": "step", "step_epochs": 1},
    {**LORA, "ema": 0.9, "mixup": 0.4, "sampling": "balanced", "gradual_epochs": 1},
]


class Stop(Exception):
    """Somebody ends the training."""


def loss(logits, targets):
    return sigmoid_loss(logits, targets, ONE)


def separation(targets, logits):
    return float(logits[targets == 1].mean() - logits[targets == 0].mean())


@pytest.fixture
def begin(make_entry):
    def run(**settings):
        return build_network(make_entry("test_resnet"), outputs=1, weights=None, seed=3)

    return run


@pytest.fixture
def teach(make_entry, make_recipe, make_samples, begin, plane_lesson_of):
    def run(hooks=None, start=None, judge=separation, network=None, training=None, **settings):
        recipe = make_recipe(**{"epochs": 2, "augmentation": "none"} | settings)
        network = network or begin()
        with reproducible(CPU.device, threads=1):
            trained = train(
                network,
                plane_lesson_of(
                    training or make_samples(16),
                    make_samples(6, seed=9),
                    make_entry("test_resnet"),
                ),
                recipe=recipe,
                engine=CPU,
                loss=loss,
                judge=judge,
                hooks=hooks or Hooks(),
                start=start,
            )
        return network, trained

    return run


def state_of(network):
    return {name: value.clone() for name, value in network.state_dict().items()}


def equal(first, second):
    return first.keys() == second.keys() and all(torch.equal(first[k], second[k]) for k in first)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_goes_on_where_it_stood_still_and_keeps_all_names(teach, begin, settings):
    """It is ended within its second epoch, kept, and goes on in another network."""
    first, trained = teach(**settings)
    assert {k: v.shape for k, v in first.state_dict().items()} == {
        k: v.shape for k, v in begin().state_dict().items()
    }
    kept, steps = [], [0]

    def count(epoch, done, total):
        steps[0] += 1

    def keep(snapshot):
        tensors = {name: tensor.clone() for name, tensor in snapshot.tensors.items()}
        kept.append(type(snapshot)(snapshot.values, tensors))
        raise Stop

    with pytest.raises(Stop):
        teach(Hooks(on_step=count, wants_pause=lambda: steps[0] == 3, keep=keep), **settings)
    resumed, rest = teach(start=kept[0], **settings)
    assert equal(state_of(first), state_of(resumed))
    assert [e.val_loss for e in rest.history] == [e.val_loss for e in trained.history]


@pytest.mark.parametrize(
    "settings", [{}, {"mixup": 0.4}, {"cutmix": 1.0}, {"sampling": "balanced"}], ids=str
)
def test_the_same_however_many_cases_are_held_at_a_time(teach, begin, settings):
    """Without batch normalisation, whose statistics are those of what is held."""

    whole, _ = teach(network=begin(), strategy="LP", from_scratch=False, epochs=2, **settings)
    parts, _ = teach(
        network=begin(), strategy="LP", from_scratch=False, epochs=2, micro_batch=3, **settings
    )
    (head,) = head_names(whole)
    torch.testing.assert_close(
        whole.get_submodule(head).weight, parts.get_submodule(head).weight, atol=1e-6, rtol=1e-5
    )


def test_a_frozen_part_stays_to_the_bit(teach, begin):
    before = state_of(begin())
    network, _ = teach(strategy="partial", unfreeze_pct=5.0, from_scratch=False)
    after = state_of(network)
    changed = {name.split(".")[0] for name in after if not torch.equal(after[name], before[name])}
    assert changed == {"layer4", "fc"}


def test_published_weights_take_a_change_of_low_rank(teach, begin):
    before = state_of(begin())
    network, _ = teach(**LORA, epochs=2)
    after = state_of(network)
    name = "conv1.0.weight"  # random residual branches begin at zero
    change = (after[name] - before[name]).flatten(1)
    assert change.abs().max() > 0
    assert torch.linalg.matrix_rank(change, atol=1e-6) <= 2
    for kept in ("bn1.weight", "bn1.running_mean", "layer4.0.bn1.running_var"):
        assert torch.equal(after[kept], before[kept])


def test_the_mean_is_what_is_judged_and_kept(teach):
    kept = {}
    hooks = Hooks(on_best=lambda network: kept.update(state_of(network)))
    network, trained = teach(hooks, ema=0.9, epochs=2)
    plain, without = teach(epochs=2)
    assert equal(kept, state_of(network))
    assert not equal(state_of(plain), state_of(network))
    assert trained.history[0].train_loss == without.history[0].train_loss
    assert trained.history[0].val_loss != without.history[0].val_loss


def test_the_rate_falls_at_a_plateau(teach):
    scores = iter([0.9, 0.5, 0.5, 0.5])
    _, trained = teach(
        judge=lambda targets, logits: next(scores),
        scheduler="plateau", plateau_epochs=2, plateau_factor=0.5, warmup=0.0, epochs=4, lr=1e-3,
    )  # fmt: skip
    assert [epoch.lr for epoch in trained.history] == [1e-3, 1e-3, 1e-3, 5e-4]


def test_a_probe_that_mixes_sees_the_images(teach, make_entry, make_samples):
    """Cached features could not be mixed: the result differs from mixing nothing."""
    settings = {"strategy": "LP", "from_scratch": False, "epochs": 2}
    contract = make_entry("test_resnet").input
    logits = [
        predict_logits(teach(**settings, **mix)[0], make_samples(12), contract, CPU)
        for mix in ({}, {"mixup": 0.4})
    ]
    assert not np.array_equal(*logits)


def test_a_balanced_epoch_counts_as_many_cases(teach, make_samples):
    whole = make_samples(21)
    rare = np.flatnonzero((whole.targets[:, 0] == 0) | (np.arange(21) < 6))
    samples = Samples(
        whole.images, rare, whole.targets[rare], tuple(whole.names[at] for at in rare)
    )
    _, trained = teach(training=samples, sampling="balanced")
    assert {epoch.n_seen for epoch in trained.history} == {len(rare)}
