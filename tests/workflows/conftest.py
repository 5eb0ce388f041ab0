"""The small network of the registry that `tests/conftest.py` writes, on one thread."""

import pytest

from radzoo.zoo.catalog import find_entry


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
