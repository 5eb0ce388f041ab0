"""A linear probe on features that are computed once: `python benchmarks/probe.py`.

The same network, images and recipe (no augmentation), on the CPU: last layer taught from known
features, as radzoo does, against passing every image through the frozen network in every epoch.
Processor time of an epoch and the largest difference of the weights at the end. Goals: an
epoch at least 10 times as fast, weights within 1e-5.
"""

import argparse
import json
import os
import sys
import time
from unittest.mock import patch

import numpy as np
import torch

from radzoo.core.entry import Architecture, PlaneInput
from radzoo.core.recipe import Recipe
from radzoo.models.build import create
from radzoo.models.device import Engine, reproducible
from radzoo.models.heads import head_modules
from radzoo.models.samples import Samples
from radzoo.models.training import train as training
from radzoo.models.training.course import learn
from radzoo.models.training.hooks import Hooks
from radzoo.models.training.progress import Progress

ENGINE = Engine(torch.device("cpu"), amp=False)


def loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Plain cross-entropy."""
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, targets)


def teach(samples: Samples, given: argparse.Namespace, *, known: bool) -> tuple[float, float, list]:
    """Return seconds of the features and of the best epoch, and the last layer."""
    torch.manual_seed(0)
    network = create(Architecture(library="timm", name=given.network), outputs=1, channels=3)
    recipe = Recipe.model_validate({
        "strategy": "LP", "from_scratch": False, "epochs": given.epochs, "lr": 3e-3,
        "lr_encoder": 1e-3, "weight_decay": 0.01, "scheduler": "cosine", "warmup": 0.05,
        "early_stopping": 0, "gradient_clip": 1.0, "class_weights": "none",
        "augmentation": "none", "dropout": 0.0, "seed": 0, "amp": False, "batch_size": 32,
        "threads": torch.get_num_threads(),
    })  # fmt: skip
    began = time.process_time()
    with patch.object(training, "learns_from_features", lambda network, recipe: known):
        course = training.plan(
            network, samples, samples, recipe=recipe, engine=ENGINE, loss=loss, val_loss=loss,
            contract=PlaneInput(channels=3, size=given.size, mean=[0.5] * 3, std=[0.25] * 3),
            judge=lambda targets, logits: 0.0, hooks=Hooks(),
        )  # fmt: skip
    features = time.process_time() - began
    seconds = []
    for epoch in range(1, given.epochs + 1):
        began = time.process_time()
        learn(course, Progress(epoch=epoch))
        seconds.append(time.process_time() - began)
    (head,) = head_modules(network)
    return features, min(seconds), [weight.detach() for weight in head.parameters()]


def main() -> None:
    """Measure and print one JSON document; fail if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", default="resnet18")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--count", type=int, default=256)
    parser.add_argument("--epochs", type=int, default=4)
    given = parser.parse_args()
    numbers = np.random.default_rng(0)
    images = numbers.integers(0, 65536, (given.count, given.size, given.size), dtype=np.uint16)
    targets = (np.arange(given.count) % 2).astype(np.float64)[:, None]
    samples = Samples(images, np.arange(given.count), targets, tuple(map(str, range(given.count))))
    with reproducible(ENGINE.device):
        once, known, first = teach(samples, given, known=True)
        _, passed, second = teach(samples, given, known=False)
    difference = max(float((a - b).abs().max()) for a, b in zip(first, second, strict=True))
    print(json.dumps({
        "network": given.network, "size": given.size, "cases": given.count,
        "threads": torch.get_num_threads(), "load": os.getloadavg()[0],
        "features_of_both_splits_s": round(once, 3), "epoch_known_s": round(known, 4),
        "epoch_passed_s": round(passed, 3), "ratio": round(passed / known, 1),
        "largest_difference": difference,
    }, indent=2))  # fmt: skip
    sys.exit(passed / known < 10 or difference > 1e-5)


if __name__ == "__main__":
    main()
