"""On a GPU: the same recipe learns, twice the same, in half precision too."""

import pytest
import torch
from safetensors.torch import load_file

from radzoo.models.augmentation.augment import augment
from radzoo.models.augmentation.fates import draw
from radzoo.models.augmentation.sets import RADIOGRAPH
from radzoo.models.device import Engine, cuda_devices, pick_device
from radzoo.workflows.finetune import FinetuneConfig, finetune
from radzoo.zoo.catalog import find_entry

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(cuda_devices() == 0, reason="torch sees no CUDA device"),
]


@pytest.fixture
def configure(registry, tmp_path, write_npz):
    def make(out, **wishes):
        return FinetuneConfig(
            entry=find_entry("small", (registry,)),
            data=write_npz(),
            out=tmp_path / out,
            cache=tmp_path / "cache",
            device="cuda",
            wishes={"epochs": 2, "batch_size": 8, "from_scratch": True} | wishes,
        )

    return make


@pytest.mark.parametrize("amp", [True, False])
def test_two_runs_are_identical_to_the_bit(configure, tmp_path, amp):
    for name in ("one", "two"):
        finetune(configure(name, amp=amp))
    for file in ("weights.safetensors", "predictions-test.csv"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    weights = load_file(tmp_path / "one" / "weights.safetensors")
    assert all(value.isfinite().all() for value in weights.values())


def test_half_precision_is_the_default_and_bfloat16():
    engine = Engine(pick_device("cuda"), amp=True)
    a = torch.rand(4, 4, device=engine.device)
    with engine.autocast():
        assert (a @ a).dtype == engine.half
    assert engine.scaler().is_enabled() == (engine.half is torch.float16)


def test_augmentation_is_that_of_the_cpu():
    images = torch.rand(4, 1, 32, 32)
    fates = draw(4, seed=0, epoch=1)
    there = augment(images.cuda(), fates, RADIOGRAPH).cpu()
    torch.testing.assert_close(there, augment(images, fates, RADIOGRAPH), atol=2e-3, rtol=0)


def test_out_of_memory_names_the_batch_size():
    from radzoo.core.errors import MemoryFailure
    from radzoo.models.device import memory_guard

    with pytest.raises(MemoryFailure, match="batches of 64"), memory_guard(64):
        torch.empty(2**50, dtype=torch.uint8, device="cuda")
