import hashlib

import pytest
import torch
from safetensors.torch import load_file

from radzoo.models.safetensors_file import read_safetensors
from radzoo.models.safetensors_writing import CODES, write_safetensors


@pytest.fixture
def tensors():
    numbers = torch.Generator().manual_seed(0)
    every = {
        str(kind): torch.randint(0, 2, (2, 3), generator=numbers).to(kind)
        for kind in CODES
        if kind not in (torch.uint16, torch.uint32, torch.uint64)
    }
    turned = torch.rand(4, 3, generator=numbers).t()
    channels_last = torch.rand(2, 3, 4, 5, generator=numbers).to(memory_format=torch.channels_last)
    return every | {
        "turned": turned, "channels last": channels_last, "one": torch.tensor(7), "none": turned[:0]
    }  # fmt: skip


def bits(tensor):
    return tensor.contiguous().reshape(-1).view(torch.uint8).tolist()


def test_others_and_radzoo_read_what_was_written(tmp_path, tensors):
    sha256 = write_safetensors(tmp_path / "file", tensors)
    assert sha256 == hashlib.sha256((tmp_path / "file").read_bytes()).hexdigest()
    for read in (load_file(tmp_path / "file"), read_safetensors(tmp_path / "file", sha256=sha256)):
        assert read.keys() == tensors.keys()
        for name, tensor in tensors.items():
            assert read[name].dtype == tensor.dtype
            assert read[name].shape == tensor.shape
            assert bits(read[name]) == bits(tensor)


def test_the_order_of_names_plays_no_part(tmp_path, tensors):
    backwards = dict(reversed(tensors.items()))
    assert write_safetensors(tmp_path / "a", tensors) == write_safetensors(
        tmp_path / "b", backwards
    )
