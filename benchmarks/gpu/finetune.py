"""How fast does a training step run? `python benchmarks/gpu/finetune.py [--device cuda]`.

For each network: images a second of radzoo's own loop (16-bit images gathered from a memory
map, augmented and normalised on the device, every safety check) against a bare PyTorch loop
over batches that already lie on the device. The ratio is what the loop costs. Both train in
the same precision and memory layout; the best of the rounds counts, rounds alternate.
"""

import argparse
import json
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from radzoo.core.entry import Architecture, PlaneInput
from radzoo.core.recipe import Recipe
from radzoo.models.build import create
from radzoo.models.device import Engine, pick_device, reproducible
from radzoo.models.samples import Samples
from radzoo.models.training.course import learn
from radzoo.models.training.progress import Progress
from radzoo.models.training.train import Hooks, plan

RECIPE = {
    "strategy": "full", "from_scratch": True, "epochs": 1000, "lr": 1e-4, "lr_encoder": 1e-4,
    "weight_decay": 0.05, "scheduler": "none", "warmup": 0.0, "early_stopping": 0,
    "gradient_clip": 1.0, "class_weights": "none", "augmentation": "radiograph",
    "dropout": 0.0, "seed": 0,
}  # fmt: skip


def loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Plain cross-entropy: the same for both loops."""
    return nn.functional.binary_cross_entropy_with_logits(logits, targets)


def ours(network: nn.Module, samples: Samples, contract: PlaneInput, engine: Engine,
         batch_size: int) -> Callable[[int], None]:  # fmt: skip
    """Return a function that takes one epoch of radzoo's loop."""
    recipe = Recipe.model_validate(
        RECIPE | {"batch_size": batch_size, "amp": engine.amp, "threads": torch.get_num_threads()}
    )
    course = plan(
        network, samples, samples, contract=contract, recipe=recipe, engine=engine, loss=loss,
        judge=lambda targets, logits: 0.0, hooks=Hooks(),
    )  # fmt: skip

    def epoch(number: int) -> None:
        learn(course, Progress(epoch=number))

    return epoch


def bare(network: nn.Module, contract: PlaneInput, engine: Engine, batch_size: int,
         steps: int) -> Callable[[int], None]:  # fmt: skip
    """Return a function that takes as many steps on one batch that is on the device."""
    engine.place(network).train()
    shape = (batch_size, contract.channels, contract.size, contract.size)
    images = torch.rand(shape, device=engine.device).contiguous(memory_format=engine.memory_format)
    targets = torch.randint(0, 2, (batch_size, 1), device=engine.device).float()
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-4, weight_decay=0.05)

    def epoch(number: int) -> None:
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=True)
            with engine.autocast():
                logits = network(images)
            loss(logits.float(), targets).backward()
            optimizer.step()

    return epoch


def rate(epoch: Callable[[int], None], number: int, n: int, device: torch.device) -> float:
    """Return images a second of one epoch."""
    wait = torch.cuda.synchronize if device.type == "cuda" else lambda: None
    wait()
    began = time.perf_counter()
    epoch(number)
    wait()
    return n / (time.perf_counter() - began)


def main() -> None:
    """Measure every network and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="auto")
    parser.add_argument("--networks", nargs="+", default=["resnet50", "convnext_base"])
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    engine = Engine(pick_device(given.device), amp=pick_device(given.device).type == "cuda")
    n = given.steps * given.batch_size
    numbers = np.random.default_rng(0)
    images = numbers.integers(0, 65536, (n, given.size, given.size), dtype=np.uint16)
    targets = (np.arange(n) % 2).astype(np.float64)[:, None]
    samples = Samples(images, np.arange(n), targets, tuple(map(str, range(n))))
    contract = PlaneInput(channels=3, size=given.size, mean=[0.5] * 3, std=[0.25] * 3)
    results = []
    for name in given.networks:
        architecture = Architecture(library="timm", name=name)
        networks = [create(architecture, outputs=1, channels=3) for _ in range(2)]
        with reproducible(engine.device):
            our_epoch = ours(networks[0], samples, contract, engine, given.batch_size)
            rates: dict[str, list[float]] = {"radzoo": [], "bare": []}
            for number in range(1, given.rounds + 2):
                rates["radzoo"].append(rate(our_epoch, number, n, engine.device))
                torch.use_deterministic_algorithms(False)
                bare_epoch = bare(networks[1], contract, engine, given.batch_size, given.steps)
                rates["bare"].append(rate(bare_epoch, number, n, engine.device))
                torch.use_deterministic_algorithms(True, warn_only=True)
        best = {kind: max(values[1:]) for kind, values in rates.items()}
        results.append({"network": name, **best, "ratio": best["radzoo"] / best["bare"]})
    print(
        json.dumps({"device": engine.describe(), "amp": engine.amp, "results": results}, indent=2)
    )


if __name__ == "__main__":
    main()
