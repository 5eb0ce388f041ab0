"""Every architecture that ships can be built, with its own kind of input and a new head."""

import pytest
import torch

from radzoo.models.build import create
from radzoo.models.heads import head_modules
from radzoo.zoo.catalog import load_catalog

ENTRIES = list(load_catalog().entries.values())


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_it_is_built(entry):
    with torch.device("meta"):
        network = create(entry.architecture, outputs=2, channels=entry.input.channels)
    assert {module.weight.shape[0] for module in head_modules(network)} == {2}
    first = next(weight for weight in network.parameters() if weight.ndim == 4)
    assert first.shape[1] == entry.input.channels
