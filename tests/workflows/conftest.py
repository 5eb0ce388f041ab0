"""A data set so small that a whole run takes seconds."""

import numpy as np
import pytest

from radzoo.zoo.catalog import find_entry

REGISTRY = """\
schema_version: 1
models:
  small:
    summary: a network for tests
    task: backbone
    modality: any
    family: test
    architecture: {library: timm, name: test_resnet}
    source: {kind: local, path: small.safetensors}
    input: {channels: 1, size: 32, mean: [0.5], std: [0.25]}
    license: {code: MIT, weights: MIT, data: MIT}
    citation: {text: nobody}
    intended_use: tests
"""


def draw(n, seed):
    """Noise of 28 x 28; every second image is brighter in one corner."""
    numbers = np.random.default_rng(seed)
    images = numbers.integers(0, 120, (n, 28, 28)).astype(np.uint8)
    labels = np.arange(n) % 2
    images[labels == 1, :10, :10] += 100
    return images, labels[:, None].astype(np.uint8)


@pytest.fixture
def write_npz(tmp_path):
    def write(name="data.npz", *, n_train=24, n_val=10, n_test=12, spoil=None):
        parts = {}
        for seed, (split, n) in enumerate([("train", n_train), ("val", n_val), ("test", n_test)]):
            parts[f"{split}_images"], parts[f"{split}_labels"] = draw(n, seed)
        if spoil:
            spoil(parts)
        np.savez(tmp_path / name, **parts)
        return tmp_path / name

    return write


@pytest.fixture
def registry(tmp_path):
    path = tmp_path / "zoo.yaml"
    path.write_text(REGISTRY, "utf-8")
    return path


@pytest.fixture
def entry(registry):
    return find_entry("small", (registry,))


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
