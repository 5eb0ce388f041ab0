import numpy as np
import pytest
from PIL import Image as Pillow

from radzoo.core.case import Case


@pytest.fixture
def make_cases(tmp_path):
    """Write images of 12 x 20 pixels, each of its own noise."""

    def make(n, *, shape=(12, 20)):
        folder = tmp_path / "images"
        folder.mkdir(exist_ok=True)
        made = []
        for number in range(n):
            path = folder / f"{number}.png"
            rng = np.random.default_rng(number)
            Pillow.fromarray(rng.integers(0, 256, shape).astype(np.uint8)).save(path)
            made.append(Case(f"case {number}", path, {"x": float(number % 2)}, f"p{number}"))
        return made

    return make


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of three images."""
    monkeypatch.setattr("radzoo.data.prepared.blocks.MOST_CASES", 3)
