import pytest
import torch

from radzoo.core.errors import EnvironmentFailure, ExitCode, UsageError
from radzoo.models.device import Engine, pick_device, reproducible


def test_cpu_and_auto(monkeypatch):
    monkeypatch.setattr("radzoo.models.device.cuda_devices", lambda: 0)
    assert pick_device("cpu") == pick_device("auto") == torch.device("cpu")


@pytest.mark.parametrize(
    ("name", "expected"), [("cuda", "cuda:0"), ("cuda:1", "cuda:1"), ("auto", "cuda")]
)
def test_a_gpu_that_is_there(monkeypatch, name, expected):
    monkeypatch.setattr("radzoo.models.device.cuda_devices", lambda: 2)
    assert pick_device(name) == torch.device(expected)


@pytest.mark.parametrize(("name", "there"), [("cuda", 0), ("cuda:1", 1)])
def test_a_gpu_that_is_not_there(monkeypatch, name, there):
    monkeypatch.setattr("radzoo.models.device.cuda_devices", lambda: there)
    with pytest.raises(EnvironmentFailure) as caught:
        pick_device(name)
    assert caught.value.exit_code == ExitCode.ENVIRONMENT
    assert "--device cpu" in caught.value.hint


@pytest.mark.parametrize("name", ["gpu", "cuda:", "cuda:x", "cpu:0:1", ""])
def test_no_such_name(name):
    with pytest.raises(UsageError):
        pick_device(name)


def test_reproducible_leaves_nothing_behind():
    before = (torch.random.get_rng_state(), torch.get_num_threads())
    with reproducible(torch.device("cpu"), threads=2):
        assert torch.are_deterministic_algorithms_enabled()
        assert torch.get_num_threads() == 2
        torch.rand(3)
    assert torch.equal(before[0], torch.random.get_rng_state())
    assert torch.get_num_threads() == before[1]
    assert not torch.are_deterministic_algorithms_enabled()


def test_half_precision_on_a_cpu_only_when_asked():
    a, b = torch.rand(4, 4), torch.rand(4, 4)
    with Engine(torch.device("cpu"), amp=False).autocast():
        assert (a @ b).dtype == torch.float32
    with Engine(torch.device("cpu"), amp=True).autocast():
        assert (a @ b).dtype == torch.bfloat16
