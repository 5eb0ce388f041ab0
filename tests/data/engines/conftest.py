import numpy as np
import pytest
from PIL import Image as Pillow


@pytest.fixture
def make_images(tmp_path):
    def make(n):
        folder = tmp_path / "images"
        folder.mkdir()
        for number in range(n):
            pixels = np.random.default_rng(number).integers(0, 256, (40, 50)).astype(np.uint8)
            Pillow.fromarray(pixels).save(folder / f"{number:03}.png")
        return folder

    return make
