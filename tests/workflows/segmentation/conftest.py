"""A registry of one tiny network, and one thread."""

import pytest
from mask_phantoms import REGISTRY


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def mask_registry(tmp_path_factory):
    path = tmp_path_factory.mktemp("zoo") / "zoo.yaml"
    path.write_text(REGISTRY)
    return path
