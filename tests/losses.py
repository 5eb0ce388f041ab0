"""Recipes, targets of classes, and how steep a loss is: for tests of what tasks make small."""

import numpy as np
import torch

from radzoo.core.recipe import Recipe

FIXED = {
    "strategy": "full", "from_scratch": False, "epochs": 1, "lr": 1e-3, "lr_encoder": 1e-3,
    "weight_decay": 0.0, "scheduler": "none", "warmup": 0.0, "early_stopping": 0,
    "batch_size": 2, "gradient_clip": 1.0, "class_weights": "auto", "augmentation": "none",
    "dropout": 0.0, "amp": False, "seed": 0, "threads": 1,
}  # fmt: skip
BALANCINGS = [
    {},
    {"class_weights": "none"},
    {"loss": "class-balanced"},
    {"sampling": "balanced"},
    {"sampling": "balanced", "class_weights": "none"},
]


def recipe_of(**settings):
    return Recipe.model_validate(FIXED | settings)


def classes_of(*counts):
    """Class numbers `(n, 1)`, so many of each."""
    return np.repeat(np.arange(len(counts)), counts).astype(float)[:, None]


def steepness(loss, output, targets):
    """The largest part of the gradient of outputs that are the same for every case."""
    given = torch.tensor(np.array([output], np.float32), requires_grad=True)
    loss(given.expand(len(targets), -1), torch.from_numpy(targets.astype(np.float32))).backward()
    return given.grad.abs().max().item()
