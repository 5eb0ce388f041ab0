import copy

import numpy as np
import pytest
import torch

from radzoo.core.errors import IntegrityError, MemoryFailure
from radzoo.models import lesson as lesson_module
from radzoo.models.build import build_network
from radzoo.models.device import Engine, reproducible
from radzoo.models.heads import head_names
from radzoo.models.predict import predict_logits
from radzoo.models.training.hooks import Hooks
from radzoo.models.training.train import train
from radzoo.tasks.losses import sigmoid_loss

CPU = Engine(torch.device("cpu"), amp=False)
ONE = torch.ones(1)


def plain_loss(logits, targets):
    return sigmoid_loss(logits, targets, ONE)


def separation(targets, logits):
    """Mean logit of diseased minus mean logit of healthy cases."""
    return float(logits[targets == 1].mean() - logits[targets == 0].mean())


@pytest.fixture
def teach(make_entry, make_recipe, make_samples, plane_lesson_of):
    def run(
        loss=plain_loss, judge=separation, hooks=None, n=33, start=None, engine=CPU,
        architecture="test_resnet", change=lambda samples: samples, **changes,
    ):  # fmt: skip
        entry, recipe = make_entry(architecture), make_recipe(**changes)
        network = start or build_network(
            entry, outputs=1, weights=None, seed=recipe.seed, dropout=recipe.dropout
        )
        with reproducible(CPU.device, threads=1):
            trained = train(
                network,
                plane_lesson_of(change(make_samples(n)), make_samples(12, seed=9), entry),
                recipe=recipe,
                engine=engine,
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
def test_memory_that_runs_out_at_any_size_asks_for_smaller_images(teach, failure):
    def loss(logits, targets):
        raise failure

    with pytest.raises(MemoryFailure, match="with 8 cases at a time; not even one") as caught:
        teach(loss=loss)
    assert "--image-size" in caught.value.hint


def test_memory_that_runs_out_names_what_fits_and_changes_nothing(teach, make_entry):
    start = build_network(make_entry("test_resnet"), outputs=1, weights=None)
    before = {}

    def loss(logits, targets):
        if len(before) == 0 and len(logits) == 8:
            # The forward pass has moved the statistics; the trials after it must not.
            before.update({name: value.clone() for name, value in start.state_dict().items()})
        if len(logits) > 3:
            raise torch.OutOfMemoryError("out of memory")
        return plain_loss(logits, targets)

    with pytest.raises(MemoryFailure, match="with 8 cases at a time; 2 would fit") as caught:
        teach(loss=loss, start=start)
    assert "--micro-batch 2 keeps the batch of 8" in caught.value.hint
    assert equal(before, state_of(start))
    assert all(weight.grad is None for weight in start.parameters())


@pytest.mark.parametrize("skipped", [1, 2])
def test_a_batch_without_a_finite_loss_is_left_out_as_often_as_is_allowed(teach, skipped):
    told, seen = [], []

    def loss(logits, targets):
        told.append(len(logits))
        bad = len(told) in (2, 4)
        return plain_loss(logits, targets) * (float("nan") if bad else 1.0)

    hooks = Hooks(on_epoch=lambda epoch, improved: seen.append(epoch))
    settings = {"skip_bad_batches": skipped, "n": 33, "epochs": 1, "hooks": hooks, "loss": loss}
    if skipped == 1:
        with pytest.raises(IntegrityError, match="1 such batches were left out before"):
            teach(**settings)
        return
    network, trained = teach(**settings)
    assert [len(names) for names in trained.bad_batches] == [8, 9]
    assert (seen[0].n_seen, seen[0].n_left_out) == (16, 17)
    assert all(value.isfinite().all() for value in network.state_dict().values())


def test_images_that_are_not_finite_leave_no_trace(teach, make_samples, monkeypatch):
    """Batch normalisation would keep them in its statistics for good."""
    plain = lesson_module.image_feed

    def spoilt(samples, *rest, **named):
        feed, calls = plain(samples, *rest, **named), []

        def look(chosen, epoch):
            calls.append(chosen)
            images = feed(chosen, epoch)
            return images * float("inf") if len(calls) == 2 and epoch else images

        return look

    monkeypatch.setattr(lesson_module, "image_feed", spoilt)
    network, trained = teach(skip_bad_batches=1, epochs=1)
    assert len(trained.bad_batches) == 1
    assert all(value.isfinite().all() for value in network.state_dict().values())


@pytest.mark.parametrize("micro_batch", [1, 3, 8])
def test_pieces_of_a_batch_give_its_gradient(teach, micro_batch):
    settings = {"start": None, "epochs": 2, "architecture": "test_vit"}
    whole, history = teach(**settings)
    cut, again = teach(micro_batch=micro_batch, **settings)
    for one, other in zip(whole.parameters(), cut.parameters(), strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=0)
    losses = [[epoch.train_loss for epoch in one.history] for one in (history, again)]
    assert losses[0] == pytest.approx(losses[1], abs=1e-5)


def test_pieces_count_by_their_known_targets(teach, make_samples):
    def spoil(samples):
        samples.targets[::3] = np.nan
        return samples

    settings = {"architecture": "test_vit", "change": spoil, "epochs": 1}
    (whole, _), (cut, _) = (teach(micro_batch=size, **settings) for size in (None, 2))
    for one, other in zip(whole.parameters(), cut.parameters(), strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=0)


def test_half_precision_learns_and_keeps_float32_weights(teach):
    network, trained = teach(engine=Engine(torch.device("cpu"), amp=True), epochs=4)
    assert trained.history[-1].train_loss < trained.history[0].train_loss
    assert {value.dtype for value in network.parameters()} == {torch.float32}


def test_the_state_of_a_compiled_network_has_its_plain_names(teach, monkeypatch):
    compiled = []

    class Compiled(torch.nn.Module):
        def __init__(self, network):
            super().__init__()
            self._orig_mod = network
            compiled.append(network)

        def forward(self, batch):
            return self._orig_mod(batch)

    monkeypatch.setattr(torch, "compile", lambda network, dynamic: Compiled(network))
    plain, _ = teach()
    network, _ = teach(engine=Engine(torch.device("cpu"), amp=False, compiles=True))
    assert compiled == [network]
    assert equal(state_of(plain), state_of(network))


def test_tells_every_step(teach):
    told = []
    teach(hooks=Hooks(on_step=lambda *step: told.append(step)), epochs=2, n=33)
    assert told == [(epoch, done, 4) for epoch in (1, 2) for done in (1, 2, 3, 4)]
