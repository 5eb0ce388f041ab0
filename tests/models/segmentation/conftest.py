import numpy as np
import pytest
import torch

from radzoo.core.segmentation import SegmentationPlan, Structure
from radzoo.models.device import Engine
from radzoo.models.segmentation.patches import MaskSamples

FRONT, BACK = Structure(number=7, name="front"), Structure(number=300, name="back")


def plan_of(patch=(16, 16), **changes):
    dimensions = len(patch)
    stages = {
        "strides": [[1] * dimensions, [2] * dimensions, [2] * dimensions],
        "kernels": [[3] * dimensions] * 3,
        "features": [4, 8, 8],
    }
    return SegmentationPlan(
        **{
            "dimensions": dimensions, "structures": [FRONT, BACK], "size": patch, "patch": patch,
            "batch_size": 2, "normalisation": "z-score", "deep_supervision": 2, **stages, **changes,
        }
    )  # fmt: skip


def samples_of(n=6, shape=(20, 24), seed=0, **changes):
    """Two balls of their own brightness in noise, black for 2 voxels around."""
    random = np.random.default_rng(seed)
    images = random.integers(20_000, 30_000, (n, *shape)).astype(np.uint16)
    masks = np.zeros((n, *shape), np.uint16)
    places = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1)
    for image, mask in zip(images, masks, strict=True):
        for number, grey in ((7, 45_000), (300, 60_000)):
            middle = [random.integers(6, length - 6) for length in shape]
            ball = np.linalg.norm(places - middle, axis=-1) < 3.5
            image[ball], mask[ball] = grey, number
        black = np.ones(shape, bool)
        black[(slice(2, -2),) * len(shape)] = False
        image[black], mask[black] = 0, 0
    names = tuple(f"case {seed}-{number}" for number in range(n))
    settings = {"plan": plan_of((16,) * len(shape)), "rows": np.arange(n), **changes}
    return MaskSamples(images, masks, case_names=names, **settings)


@pytest.fixture
def make_plan():
    return plan_of


@pytest.fixture
def make_masks():
    return samples_of


@pytest.fixture
def engine():
    return Engine(torch.device("cpu"), amp=False)
