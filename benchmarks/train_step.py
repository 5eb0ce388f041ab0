"""What does radzoo's loop cost? `OMP_NUM_THREADS=1 python benchmarks/train_step.py`.

Both loops teach the same network on the same float32 tensors in memory, with AdamW and on the
CPU: radzoo's own (`learn`: order, rates, step, finite loss and gradient, clipping, counting),
and a bare PyTorch loop (zero_grad, forward, backward, step), once without and once with
clipping, which radzoo always does. Rounds alternate. Processor time is compared, since others
may be at work on the machine; the least of the rounds counts.
"""

import argparse
import json
import os
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from radzoo.core.entry import Architecture, PlaneInput
from radzoo.core.recipe import Recipe
from radzoo.models.build import create
from radzoo.models.device import Engine, reproducible
from radzoo.models.feed import tensor_feed
from radzoo.models.samples import Samples
from radzoo.models.training.course import Course, learn
from radzoo.models.training.hooks import Hooks
from radzoo.models.training.progress import Progress
from radzoo.models.training.step import Loss
from radzoo.models.training.train import plan

ENGINE = Engine(torch.device("cpu"), amp=False)
CASES = (("resnet18", 64, 32), ("resnet50", 64, 32), ("resnet18", 224, 8), ("resnet50", 224, 8))
Epoch = Callable[[], None]


def loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Plain cross-entropy: the same for all loops."""
    return nn.functional.binary_cross_entropy_with_logits(logits, targets)


def network(name: str) -> nn.Module:
    """Return a network with the same random weights every time."""
    torch.manual_seed(0)
    return create(Architecture(library="timm", name=name), outputs=1, channels=3)


def plan_course(
    taught: nn.Module, samples: Samples, size: int, batch_size: int, aim: Loss
) -> Course:
    """Return what radzoo's loop is given: everything off that costs, but for its checks."""
    recipe = Recipe.model_validate({
        "strategy": "full", "from_scratch": True, "epochs": 1000, "lr": 1e-4, "lr_encoder": 1e-4,
        "weight_decay": 0.05, "scheduler": "none", "warmup": 0.0, "early_stopping": 0,
        "gradient_clip": 1.0, "class_weights": "none", "augmentation": "none", "dropout": 0.0,
        "seed": 0, "amp": False, "batch_size": batch_size, "threads": torch.get_num_threads(),
    })  # fmt: skip
    contract = PlaneInput(channels=3, size=size, mean=[0.5] * 3, std=[0.25] * 3)
    return plan(
        taught, samples, samples, contract=contract, recipe=recipe, engine=ENGINE, loss=aim,
        judge=lambda true, said: 0.0, hooks=Hooks(), val_loss=aim,
    )  # fmt: skip


def ours(name: str, images: torch.Tensor, targets: torch.Tensor, batch_size: int) -> Epoch:
    """Return one epoch of radzoo's loop over tensors."""
    size, n = images.shape[-1], len(images)
    samples = Samples(
        np.zeros((n, size, size), np.uint8), np.arange(n), targets.numpy().astype(np.float64),
        tuple(map(str, range(n))),
    )  # fmt: skip
    course = plan_course(network(name), samples, size, batch_size, loss)
    # The course is frozen; only what feeds it is another here.
    object.__setattr__(course, "feed", tensor_feed(images))
    return lambda: learn(course, Progress())


def bare(
    name: str, images: torch.Tensor, targets: torch.Tensor, batch_size: int, clip: float | None
) -> Epoch:
    """Return one epoch of a loop as a tutorial writes it."""
    taught = network(name).train()
    optimizer = torch.optim.AdamW(taught.parameters(), lr=1e-4, weight_decay=0.05)

    def epoch() -> None:
        order = torch.randperm(len(images))
        for start in range(0, len(images), batch_size):
            chosen = order[start : start + batch_size]
            optimizer.zero_grad(set_to_none=True)
            loss(taught(images[chosen]), targets[chosen]).backward()
            if clip:
                nn.utils.clip_grad_norm_(taught.parameters(), clip)
            optimizer.step()

    return epoch


def measure(name: str, size: int, batch_size: int, steps: int, rounds: int) -> dict[str, object]:
    """Return seconds of processor time for each image, and the ratios of the rates."""
    n = steps * batch_size
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(n, 3, size, size, generator=generator)
    targets = (torch.arange(n) % 2).float()[:, None]
    loops = {
        "radzoo": ours(name, images, targets, batch_size),
        "bare": bare(name, images, targets, batch_size, None),
        "bare, clipping": bare(name, images, targets, batch_size, 1.0),
    }
    seconds: dict[str, list[float]] = {kind: [] for kind in loops}
    for _ in range(rounds + 1):
        for kind, epoch in loops.items():
            began = time.process_time()
            epoch()
            seconds[kind].append((time.process_time() - began) / n)
    best = {kind: min(values[1:]) for kind, values in seconds.items()}
    return {
        "network": name, "size": size, "batch": batch_size,
        "ms_per_image": {kind: round(1000 * value, 3) for kind, value in best.items()},
        "ratio": round(best["bare"] / best["radzoo"], 4),
        "ratio_clipping": round(best["bare, clipping"] / best["radzoo"], 4),
    }  # fmt: skip


def main() -> None:
    """Measure every network and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", help="such as resnet18@64")
    given = parser.parse_args()
    results = []
    with reproducible(ENGINE.device):
        for name, size, batch_size in CASES:
            if not given.only or f"{name}@{size}" in given.only:
                results.append(measure(name, size, batch_size, given.steps, given.rounds))
    load = os.getloadavg()[0]
    print(json.dumps({
        "torch": torch.__version__, "threads": torch.get_num_threads(), "load": load,
        "results": results,
    }, indent=2))  # fmt: skip


if __name__ == "__main__":
    main()
