import copy

import pytest
import torch

from radzoo.core.errors import MemoryFailure
from radzoo.models.build import build_network
from radzoo.models.device import Engine, ran_out
from radzoo.models.training import fitting
from radzoo.tasks.losses import sigmoid_loss

CPU = Engine(torch.device("cpu"), amp=False)


def plain_loss(logits, targets):
    return sigmoid_loss(logits, targets, torch.ones(1))


@pytest.fixture
def fit(make_entry, make_recipe, make_samples, plane_lesson_of):
    def run(network=None, loss=plain_loss, **changes):
        entry = make_entry("test_resnet")
        network = network or build_network(entry, outputs=1, weights=None)
        return fitting.fit_micro_batch(
            network, plane_lesson_of(make_samples(20), make_samples(20), entry),
            recipe=make_recipe(**changes),
            engine=CPU, loss=loss,
        )  # fmt: skip

    return run


def only(limit):
    """A trial that fits up to a limit."""
    tried = []

    def trial(n):
        tried.append(n)
        if n > limit:
            raise torch.OutOfMemoryError("CUDA out of memory")

    return trial, tried


@pytest.mark.parametrize(
    ("limit", "most", "found", "tried"),
    [
        (100, 64, 64, [8, 16, 32, 64]),
        (20, 64, 16, [8, 16, 32]),
        (100, 24, 24, [8, 16, 24]),
        (5, 64, 4, [8, 4, 8]),
        (3, 2, 2, [2]),
        (0, 64, 0, [8, 4, 2, 1]),
    ],
)
def test_doubles_until_memory_runs_out(limit, most, found, tried):
    trial, seen = only(limit)
    assert fitting.double_until_full(trial, most) == found
    assert seen == tried


def test_another_error_is_not_taken_for_an_end_of_memory():
    def trial(n):
        raise RuntimeError("shapes do not fit")

    with pytest.raises(RuntimeError, match="shapes"):
        fitting.double_until_full(trial, 8)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (torch.OutOfMemoryError("CUDA out of memory"), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), True),
        (RuntimeError("shapes do not fit"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_what_counts_as_an_end_of_memory(error, expected):
    assert ran_out(error) == expected


def test_with_much_memory_the_batch_stays_whole(fit, monkeypatch):
    monkeypatch.setattr(fitting, "free_bytes", lambda: 2**40)
    assert fit(batch_size=16).micro_batch == 16


def test_with_little_memory_pieces_are_small_and_the_batch_stays(fit, monkeypatch):
    monkeypatch.setattr(fitting, "free_bytes", lambda: 2**22)
    recipe = fit(batch_size=64)
    assert 1 <= recipe.micro_batch < 64
    assert recipe.batch_size == 64
    monkeypatch.setattr(fitting, "free_bytes", lambda: 2**24)
    assert fit(batch_size=64).micro_batch >= recipe.micro_batch


def test_without_memory_it_is_an_error(fit, monkeypatch):
    monkeypatch.setattr(fitting, "free_bytes", lambda: 0)
    with pytest.raises(MemoryFailure, match="not even one"):
        fit()


@pytest.mark.parametrize("strategy", [{}, {"lora_rank": 2}])
def test_changes_neither_network_nor_random_numbers(fit, make_entry, strategy):
    network = build_network(make_entry("test_resnet"), outputs=1, weights=None)
    before, random = copy.deepcopy(network.state_dict()), torch.get_rng_state()
    fit(network, **strategy)
    after = network.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert all(weight.grad is None for weight in network.parameters())
    assert torch.equal(random, torch.get_rng_state())


def test_real_steps_need_more_when_there_are_more_cases(fit, monkeypatch):
    seen = []

    def loss(logits, targets):
        seen.append(len(logits))
        if len(logits) > 9:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return plain_loss(logits, targets)

    monkeypatch.setattr(
        fitting, "affordable",
        lambda course, most: fitting.double_until_full(
            lambda n: fitting.step_twice(course, n), most
        ),
    )  # fmt: skip
    assert fit(loss=loss, batch_size=32).micro_batch == 8
    assert seen == [8, 8, 16]


def test_a_probe_on_known_features_needs_no_pieces(fit):
    settings = {"strategy": "LP", "from_scratch": False, "augmentation": "none"}
    assert fit(**settings).micro_batch is None


def test_free_memory_is_told():
    assert 2**20 < fitting.free_bytes() < 2**50
