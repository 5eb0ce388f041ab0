"""Small networks and images that teach something within a second."""

import numpy as np
import pytest
import torch

from radzoo.core.entry import (
    Architecture,
    Citation,
    Licences,
    LocalSource,
    Preprocessing,
    ZooEntry,
)
from radzoo.core.recipe import Recipe
from radzoo.models.lesson import plane_lesson
from radzoo.models.samples import Samples
from radzoo.tasks.findings import appearances


def entry_of(name="resnet10t", library="timm", channels=1, size=32, **arguments):
    return ZooEntry(
        name="small",
        summary="a small network",
        task="backbone",
        modality="CXR",
        family="small",
        architecture=Architecture(library=library, name=name, arguments=arguments),
        source=LocalSource(kind="local", path="small.safetensors"),
        input=Preprocessing(
            channels=channels,
            size=size,
            mean=[0.5] * channels,
            std=[0.25] * channels,
            value_range=(0.0, 1.0),
            fit="pad",
            interpolation="bilinear",
        ),
        license=Licences(code=None, weights=None, data=None),
        citation=Citation(text="nobody"),
        intended_use="tests",
    )


def recipe_of(**changes):
    values = {
        "strategy": "full",
        "from_scratch": True,
        "epochs": 2,
        "batch_size": 8,
        "lr": 1e-3,
        "lr_encoder": 1e-3,
        "weight_decay": 0.05,
        "scheduler": "cosine",
        "warmup": 0.05,
        "early_stopping": 0,
        "gradient_clip": 1.0,
        "class_weights": "auto",
        "augmentation": "radiograph",
        "dropout": 0.0,
        "amp": False,
        "seed": 0,
        "threads": 1,
    }
    return Recipe.model_validate(values | changes)


def samples_of(n, size=32, seed=0):
    """Noise; every second image has a bright square."""
    numbers = np.random.default_rng(seed)
    images = numbers.integers(0, 30_000, (n, size, size)).astype(np.uint16)
    targets = (np.arange(n) % 2).astype(float)
    images[targets == 1, 8:16, 8:16] += 30_000
    names = tuple(f"case-{number}" for number in range(n))
    return Samples(images, np.arange(n), targets[:, None], names)


def lesson_of(training, validation, entry):
    """Images as an entry wants them, rare ones shown as often as common ones if it is asked."""
    return plane_lesson(training, validation, entry.input, appearances(training.targets))


@pytest.fixture
def plane_lesson_of():
    return lesson_of


@pytest.fixture
def make_entry():
    return entry_of


@pytest.fixture
def make_recipe():
    return recipe_of


@pytest.fixture
def make_samples():
    return samples_of


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
