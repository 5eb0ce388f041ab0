import copy

import numpy as np
import pytest
import torch

from radzoo.core.errors import IntegrityError, MemoryFailure
from radzoo.models.build import build_network
from radzoo.models.device import Engine, reproducible
from radzoo.models.heads import head_names
from radzoo.models.predict import predict_logits
from radzoo.models.training.hooks import Hooks
from radzoo.models.training.train import train
from radzoo.tasks.binary import TASK

CPU = Engine(torch.device("cpu"), amp=False)
ONE = torch.ones(1)


def plain_loss(logits, targets):
    return TASK.loss(logits, targets, ONE)


def separation(targets, logits):
    """Mean logit of diseased minus mean logit of healthy cases."""
    return float(logits[targets == 1].mean() - logits[targets == 0].mean())


@pytest.fixture
def teach(make_entry, make_recipe, make_samples):
    def run(loss=plain_loss, judge=separation, hooks=None, n=33, start=None, **changes):
        entry, recipe = make_entry("test_resnet"), make_recipe(**changes)
        network = start or build_network(
            entry, outputs=1, weights=None, seed=recipe.seed, dropout=recipe.dropout
        )
        with reproducible(CPU.device, threads=1):
            trained = train(
                network,
                make_samples(n),
                make_samples(12, seed=9),
                contract=entry.input,
                recipe=recipe,
                engine=CPU,
                loss=loss,
                judge=judge,
                hooks=hooks or Hooks(),
            )
        return network, trained

    return run


def state_of(network):
    return {name: value.clone() for name, value in network.state_dict().items()}


def equal(first, second):
    return first.keys() == second.keys() and all(torch.equal(first[k], second[k]) for k in first)


def test_learns(teach):
    _, trained = teach(epochs=6)
    assert trained.history[-1].train_loss < 0.7 * trained.history[0].train_loss
    assert len(trained.history) == 6


def test_two_runs_are_identical_to_the_bit(teach, make_samples, make_entry):
    torch.manual_seed(1)
    first, history = teach(dropout=0.3)
    torch.manual_seed(2)
    np.random.seed(3)
    second, again = teach(dropout=0.3)
    assert equal(state_of(first), state_of(second))
    assert [e.train_loss for e in history.history] == [e.train_loss for e in again.history]
    contract = make_entry("test_resnet").input
    logits = [predict_logits(n, make_samples(12), contract, CPU) for n in (first, second)]
    assert np.array_equal(*logits)


def test_another_seed_gives_other_weights(teach):
    assert not equal(state_of(teach()[0]), state_of(teach(seed=1)[0]))


def test_ends_with_the_best_epoch(teach):
    kept = {}
    scores = iter([0.5, 0.9, 0.9, 0.7])
    hooks = Hooks(on_best=lambda network: kept.update(state_of(network)))
    network, trained = teach(judge=lambda targets, logits: next(scores), hooks=hooks, epochs=4)
    losses = [epoch.val_loss for epoch in trained.history]
    assert trained.best_epoch == (2 if losses[1] <= losses[2] else 3)
    assert equal(kept, state_of(network))


def test_stops_early(teach):
    scores = iter([0.5, 0.9, 0.8, 0.8, 0.8])
    _, trained = teach(judge=lambda t, s: next(scores), epochs=5, early_stopping=2)
    assert (trained.best_epoch, len(trained.history)) == (2, 4)


@pytest.mark.parametrize("augmentation", ["none", "radiograph"])
def test_a_linear_probe_leaves_the_encoder_untouched(teach, make_entry, augmentation):
    start = build_network(make_entry("test_resnet"), outputs=1, weights=None)
    before = state_of(start)
    network, _ = teach(strategy="LP", from_scratch=False, augmentation=augmentation, start=start)
    (head,) = head_names(network)
    after = state_of(network)
    changed = {name for name in after if not torch.equal(after[name], before[name])}
    assert changed == {f"{head}.weight", f"{head}.bias"}


def test_known_features_give_the_same_as_passing_every_image(teach, make_entry, monkeypatch):
    start = build_network(make_entry("test_resnet"), outputs=1, weights=None)
    settings = {"strategy": "LP", "from_scratch": False, "augmentation": "none", "epochs": 5}
    cached, _ = teach(start=copy.deepcopy(start), **settings)
    monkeypatch.setattr("radzoo.models.training.train.can_cache", lambda network: False)
    passed, _ = teach(start=copy.deepcopy(start), **settings)
    (head,) = head_names(start)
    torch.testing.assert_close(
        cached.get_submodule(head).weight, passed.get_submodule(head).weight, atol=1e-5, rtol=0
    )


def test_encoder_and_head_have_their_own_rates(teach):
    _, trained = teach(lr=1e-2, lr_encoder=1e-4, scheduler="none", warmup=0.0)
    assert (trained.history[-1].lr, trained.history[-1].lr_encoder) == (1e-2, 1e-4)


def test_a_loss_that_is_not_finite_ends_it_before_the_step(teach, make_entry):
    start = build_network(make_entry("test_resnet"), outputs=1, weights=None)
    weights = [weight.clone() for weight in start.parameters()]
    with pytest.raises(IntegrityError, match=r"epoch 1, in the batch of case-\d+") as caught:
        teach(loss=lambda logits, targets: plain_loss(logits, targets) * float("nan"), start=start)
    assert caught.value.id == "loss-not-finite"
    assert str(caught.value).count("case-") == 8
    assert all(torch.equal(a, b) for a, b in zip(weights, start.parameters(), strict=True))


def test_a_gradient_that_is_not_finite_ends_it_too(teach):
    def cliff(logits, targets):
        return (logits - logits.detach()).abs().sum().sqrt()

    with pytest.raises(IntegrityError):
        teach(loss=cliff)


@pytest.mark.parametrize(
    "failure",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
    ],
)
def test_memory_that_runs_out_names_the_batch_size(teach, failure):
    def loss(logits, targets):
        raise failure

    with pytest.raises(MemoryFailure, match="batches of 8") as caught:
        teach(loss=loss)
    assert "--batch-size 4" in caught.value.hint


def test_tells_every_step(teach):
    told = []
    teach(hooks=Hooks(on_step=lambda *step: told.append(step)), epochs=2, n=33)
    assert told == [(epoch, done, 4) for epoch in (1, 2) for done in (1, 2, 3, 4)]
