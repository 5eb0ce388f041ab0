"""How fast does training run on a GPU? `python benchmarks/gpu/finetune.py [--device cuda]`.

For each network, images a second in half precision:
* `radzoo`: its own loop from 16-bit images (order, augmentation, every check), once more with
  `--compile`;
* `on device`: a bare PyTorch loop over batches that already lie on the device: what the loop
  costs is the ratio to it (goal: 0.95);
* `timm`: the loop of timm's `train.py` (which is not installed with it) over `create_dataset` and
  `create_loader`, at its augmentation, from PNG files of the same images (goal: 1.5 times);
and once: an epoch of a linear probe on known features, and on passed images.

Peak memory is that of the process on the device. The best of the rounds counts; rounds
alternate. Nothing here was run on a GPU yet: where none is lent, `--device cpu --size 32
--batch-size 4 --steps 2 --networks resnet18` shows that it runs.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn.functional import cross_entropy

from radzoo.core.entry import Architecture, PlaneInput
from radzoo.core.recipe import Recipe
from radzoo.models.build import create
from radzoo.models.device import Engine, engine_for, pick_device, reproducible
from radzoo.models.samples import Samples
from radzoo.models.training.course import learn
from radzoo.models.training.hooks import Hooks
from radzoo.models.training.progress import Progress
from radzoo.models.training.train import plan

Epoch = Callable[[], None]
RECIPE = {
    "strategy": "full", "from_scratch": True, "epochs": 1000, "lr": 1e-4, "lr_encoder": 1e-4,
    "weight_decay": 0.05, "scheduler": "none", "warmup": 0.0, "early_stopping": 0,
    "gradient_clip": 1.0, "class_weights": "none", "augmentation": "radiograph",
    "dropout": 0.0, "seed": 0, "deterministic": False,
}  # fmt: skip


def loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of two classes: the same for all loops."""
    return cross_entropy(logits, targets[:, 0].long())


def network_of(name: str) -> nn.Module:
    """Return the same random weights every time."""
    torch.manual_seed(0)
    return create(Architecture(library="timm", name=name), outputs=2, channels=3)


def radzoo_epoch(name: str, samples: Samples, engine: Engine, given: argparse.Namespace,
                 **changes: object) -> Epoch:  # fmt: skip
    """Return an epoch of radzoo's loop."""
    settings = {"batch_size": given.batch_size, "amp": engine.amp, "threads": given.threads}
    recipe = Recipe.model_validate(RECIPE | settings | changes)
    contract = PlaneInput(channels=3, size=given.size, mean=[0.5] * 3, std=[0.25] * 3)
    course = plan(
        network_of(name), samples, samples, contract=contract, recipe=recipe,
        engine=engine_for(engine.device, recipe), loss=loss, val_loss=loss,
        judge=lambda targets, logits: 0.0, hooks=Hooks(),
    )  # fmt: skip
    numbers = iter(range(1, 10_000))
    return lambda: learn(course, Progress(epoch=next(numbers)))


def bare_epoch(name: str, engine: Engine, given: argparse.Namespace) -> Epoch:
    """Return as many steps on one batch that is on the device."""
    network = engine.place(network_of(name)).train()
    shape = (given.batch_size, 3, given.size, given.size)
    images = torch.rand(shape, device=engine.device).contiguous(memory_format=engine.memory_format)
    targets = torch.randint(0, 2, (given.batch_size,), device=engine.device)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-4, weight_decay=0.05, fused=True)

    def epoch() -> None:
        for _ in range(given.steps):
            optimizer.zero_grad(set_to_none=True)
            with engine.autocast():
                logits = network(images)
            cross_entropy(logits.float(), targets).backward()
            optimizer.step()

    return epoch


def timm_epoch(name: str, folder: Path, engine: Engine, given: argparse.Namespace) -> Epoch:
    """Return an epoch of `train_one_epoch` of timm's `train.py`, from files."""
    from timm.data import create_dataset, create_loader
    from timm.optim import create_optimizer_v2

    network = engine.place(network_of(name)).train()
    optimizer = create_optimizer_v2(network, opt="adamw", lr=1e-4, weight_decay=0.05)
    loader = create_loader(
        create_dataset("", root=str(folder)), (3, given.size, given.size), given.batch_size,
        is_training=True, num_workers=given.workers, use_prefetcher=engine.device.type == "cuda",
        device=engine.device, pin_memory=engine.device.type == "cuda",
        persistent_workers=given.workers > 0,
    )  # fmt: skip

    def epoch() -> None:
        for images, targets in loader:
            batch = images.contiguous(memory_format=engine.memory_format)
            with engine.autocast():
                value = cross_entropy(network(batch), targets)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()

    return epoch


def write_files(samples: Samples, folder: Path) -> None:
    """Write the images as 8-bit PNG, in a folder for each class."""
    for number, target in enumerate(samples.targets[:, 0]):
        place = folder / str(int(target))
        place.mkdir(exist_ok=True, parents=True)
        grey = (samples.images[number] >> 8).astype(np.uint8)
        Image.fromarray(grey).save(place / f"{number}.png")


def time_epochs(epochs: dict[str, Epoch], n: int, rounds: int, device: torch.device) -> dict:
    """Return the best images a second and the peak memory in MiB of each."""
    cuda = device.type == "cuda"
    best = dict.fromkeys(epochs, 0.0)
    memory = dict.fromkeys(epochs, 0)
    for number in range(rounds + 1):
        for name, epoch in epochs.items():
            if cuda:
                torch.cuda.synchronize()
                torch.cuda.reset_peak_memory_stats()
            began = time.perf_counter()
            epoch()
            if cuda:
                torch.cuda.synchronize()
                memory[name] = max(memory[name], torch.cuda.max_memory_allocated() >> 20)
            if number:  # the first lets kernels be chosen and compiled
                best[name] = max(best[name], n / (time.perf_counter() - began))
    return {name: {"images_per_s": round(best[name], 1), "peak_mib": memory[name]}
            for name in epochs}  # fmt: skip


def main() -> None:
    """Measure every network and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="auto")
    parser.add_argument("--networks", nargs="+",
                        default=["resnet50", "convnext_base", "vit_base_patch16_224"])  # fmt: skip
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--no-compile", action="store_true")
    given = parser.parse_args()
    given.threads = torch.get_num_threads()
    device = pick_device(given.device)
    engine = Engine(device, amp=device.type == "cuda")
    n = given.steps * given.batch_size
    numbers = np.random.default_rng(0)
    images = numbers.integers(0, 65536, (n, given.size, given.size), dtype=np.uint16)
    targets = (np.arange(n) % 2).astype(np.float64)[:, None]
    samples = Samples(images, np.arange(n), targets, tuple(map(str, range(n))))
    results = {}
    with tempfile.TemporaryDirectory() as place, reproducible(device, deterministic=False):
        write_files(samples, Path(place))
        for name in given.networks:
            epochs = {
                "radzoo": radzoo_epoch(name, samples, engine, given),
                "on device": bare_epoch(name, engine, given),
                "timm": timm_epoch(name, Path(place), engine, given),
            }
            if not given.no_compile:
                epochs["radzoo, compiled"] = radzoo_epoch(
                    name, samples, engine, given, compile=True
                )
            results[name] = time_epochs(epochs, n, given.rounds, device)
        probe = {"strategy": "LP", "from_scratch": False}
        epochs = {
            kind: radzoo_epoch(
                given.networks[0], samples, engine, given, augmentation=augmentation, **probe
            )
            for kind, augmentation in {"known features": "none", "images": "radiograph"}.items()
        }
        results[f"linear probe of {given.networks[0]}"] = time_epochs(
            epochs, n, given.rounds, device
        )
    print(json.dumps({
        "device": engine.describe(), "precision": engine.precision, "torch": torch.__version__,
        "results": results,
    }, indent=2))  # fmt: skip


if __name__ == "__main__":
    main()
