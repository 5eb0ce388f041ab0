"""On a GPU: where pixels lie does not matter, speed-ups keep names, batches fit."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from radzoo.core.config import RunConfig
from radzoo.core.json_text import from_text
from radzoo.models.device import Engine, cuda_devices
from radzoo.models.pixels import PixelsAhead, PixelsAtHand, PixelsOnDevice, Stored
from radzoo.workflows.finetune import FinetuneConfig, finetune
from radzoo.zoo.catalog import find_entry

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(cuda_devices() == 0, reason="torch sees no CUDA device"),
]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_pixels_are_the_same_wherever_they_lie(dtype):
    images = np.random.default_rng(0).integers(0, np.iinfo(dtype).max, (9, 8, 8)).astype(dtype)
    stored = Stored(images, np.arange(9)[::-1].copy())
    engine, chosen = Engine(torch.device("cuda", 0), amp=False), np.array([7, 0, 0])
    for kind in (PixelsAtHand, PixelsOnDevice, PixelsAhead):
        pixels = kind(stored, engine)
        pixels.expect([chosen])
        brought = pixels(chosen)
        assert brought.is_cuda
        assert np.array_equal(brought.to(torch.float32).cpu().numpy(), images[[1, 8, 8]])


@pytest.fixture
def run(registry, tmp_path, write_npz):
    def teach(out, *, fit_batch=False, **wishes):
        finetune(
            FinetuneConfig(
                entry=find_entry("small", (registry,)), data=write_npz(), out=tmp_path / out,
                cache=tmp_path / "cache", device="cuda", fit_batch=fit_batch,
                wishes={"epochs": 2, "batch_size": 8, "from_scratch": True} | wishes,
            )
        )  # fmt: skip
        return tmp_path / out

    return teach


@pytest.mark.parametrize(
    "wishes",
    [{"compile": True}, {"tf32": True}, {"deterministic": False}, {"half": "float16"},
     {"micro_batch": 3}],
)  # fmt: skip
def test_what_is_quicker_or_smaller_keeps_the_names_and_learns(run, wishes):
    plain = load_file(run("plain") / "weights.safetensors")
    other = load_file(run("other", **wishes) / "weights.safetensors")
    assert plain.keys() == other.keys()
    assert all(value.isfinite().all() for value in other.values())


def test_the_largest_piece_that_fits_is_recorded(run):
    config = from_text(RunConfig, (run("fitted", fit_batch=True) / "config.json").read_text())
    assert config.recipe.micro_batch == 8
