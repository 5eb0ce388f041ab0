"""Pre-train `radzoo-phantom-tiny` on phantoms: `python scripts/pretrain_phantom_tiny.py --help`.

Two steps, both resumed by running the same command again:

1. draw phantoms into memory-mapped files (`--folder`), each with the targets it was made from;
2. train one small network to tell all targets at once from a strongly altered picture: is there
   an opacity, of which kind, how large, where; where are lungs and heart; age, sex, heart ratio;
   and, between two alterations of the same phantom, which belong together.

What is drawn and the order of training follow from the seed alone; a GPU's own sums do not.
Needs numpy, torch, timm and safetensors.
"""

import argparse
import json
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import timm
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from radzoo.demo.phantom import PhantomOptions, draw_phantom
from radzoo.demo.phantom_opacities import KINDS

ARCHITECTURE = "resnet18"
ARGUMENTS = {
    "channels": [24, 48, 96, 128],
    "stem_type": "deep",
    "stem_width": 12,
    "avg_down": True,
}
INPUT_SIZE = 64
MEAN, STD = 0.5, 0.25
POOL_SIZE = 128
GRID = 32
MAPS = ("lungs", "heart", "opacity")
CHUNK = 500
OFTEN = (
    *("haze", "lobar", "multifocal", "interstitial", "haze", "lobar", "patchy"),
    *("multifocal", "interstitial", "effusion", "mass", "haze", "nodule"),
)
# Seeds below this are left to demos and tests.
FIRST_SEED = 1_000_000_000


@dataclass(frozen=True)
class Pool:
    """Drawn phantoms, one row each.

    Attributes:
        images: `(n, 128, 128)` uint8, bright = dense.
        maps: `(n, 3, 32, 32)` uint8, share of each cell that is lung, heart, opacity, of 255.
        values: `(n, 6)` float32: label, kind (0 = none), age in years, sex (1 = F), heart ratio,
            opacity fraction.
    """

    images: np.ndarray
    maps: np.ndarray
    values: np.ndarray


def open_pool(folder: Path, count: int) -> Pool:
    """Open the files of a pool, or make them with every value not-a-number."""
    shapes = {
        "images": ((count, POOL_SIZE, POOL_SIZE), np.uint8),
        "maps": ((count, len(MAPS), GRID, GRID), np.uint8),
        "values": ((count, 6), np.float32),
    }
    arrays = {}
    for name, (shape, kind) in shapes.items():
        path = folder / f"{name}.npy"
        if not path.exists():
            made = np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=shape)
            if name == "values":
                made[:] = np.nan
            made.flush()
        arrays[name] = np.lib.format.open_memmap(path, mode="r+")
        if arrays[name].shape != shape:
            raise SystemExit(f"{path} holds {len(arrays[name])} phantoms, not {count}")
    return Pool(**arrays)


def choose_options(row: int) -> PhantomOptions:
    """Three in five are ill, of each two one is a young child; nodules are seldom."""
    return PhantomOptions(
        size=POOL_SIZE,
        prevalence=0.6,
        kind=OFTEN[row // 2 % len(OFTEN)],
        age=0.5 + 9.0 * (row % 991) / 991 if row % 2 else None,
    )


def draw_chunk(folder: Path, count: int, start: int, seed: int) -> int:
    """Draw `CHUNK` phantoms from row `start` on and return how many there are."""
    pool = open_pool(folder, count)
    stop = min(start + CHUNK, count)
    cell = POOL_SIZE // GRID
    for row in range(start, stop):
        phantom = draw_phantom(FIRST_SEED + seed * count + row, choose_options(row))
        pool.images[row] = phantom.pixels >> 4
        for index, name in enumerate(MAPS):
            mask = getattr(phantom, name).reshape(GRID, cell, GRID, cell)
            pool.maps[row, index] = mask.mean(axis=(1, 3)) * 255
        kind = KINDS.index(phantom.kind) + 1 if phantom.label else 0
        pool.values[row] = (
            phantom.label,
            kind,
            phantom.age,
            phantom.sex == "F",
            phantom.heart_ratio,
            phantom.opacity_fraction,
        )
    return stop - start


def draw_pool(folder: Path, count: int, seed: int, workers: int) -> Pool:
    """Draw what is missing from the pool, chunk by chunk."""
    folder.mkdir(parents=True, exist_ok=True)
    pool = open_pool(folder, count)
    starts = [
        start
        for start in range(0, count, CHUNK)
        if np.isnan(pool.values[start : start + CHUNK]).any()
    ]
    began = time.monotonic()
    with ProcessPoolExecutor(workers) as executor:
        chunks = [executor.submit(draw_chunk, folder, count, start, seed) for start in starts]
        drawn = sum(chunk.result() for chunk in chunks)
    if drawn:
        print(f"drew {drawn} phantoms in {time.monotonic() - began:.0f} s", flush=True)
    return pool


class Learner(nn.Module):
    """The backbone with what is thrown away after pre-training: heads and a coarse decoder."""

    def __init__(self, architecture: str, arguments: dict[str, object]) -> None:
        """Make the backbone and, for its last three feature maps, the decoder."""
        super().__init__()
        self.backbone = timm.create_model(architecture, in_chans=1, num_classes=0, **arguments)
        channels = [info["num_chs"] for info in self.backbone.feature_info][-3:]
        features = self.backbone.num_features
        self.lateral = nn.ModuleList(nn.Conv2d(count, 48, 1) for count in channels)
        self.decoder = nn.Sequential(
            nn.BatchNorm2d(48), nn.ReLU(), nn.Conv2d(48, 48, 3, padding=1), nn.ReLU(),
            nn.Conv2d(48, len(MAPS), 1),
        )  # fmt: skip
        self.heads = nn.Linear(features, 5 + 1 + len(KINDS))
        self.projector = nn.Sequential(
            nn.Linear(features, 256), nn.BatchNorm1d(256), nn.ReLU(), nn.Linear(256, 64)
        )

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Values `(n, 13)`, maps `(n, 3, 16, 16)` and unit vectors `(n, 64)`."""
        last, levels = self.backbone.forward_intermediates(images)
        side = INPUT_SIZE // 4
        summed = sum(
            functional.interpolate(lateral(level), size=(side, side), mode="bilinear")
            for lateral, level in zip(self.lateral, levels[-3:], strict=True)
        )
        pooled = self.backbone.forward_head(last)
        return (
            self.heads(pooled),
            self.decoder(summed),
            functional.normalize(self.projector(pooled), dim=1),
        )


def alter(images: Tensor, maps: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """One random view of each picture as the network wants it, and the maps moved alike.

    Args:
        images: `(n, 1, 128, 128)` in [0, 1].
        maps: `(n, 3, 32, 32)` in [0, 1].
        generator: source of all randomness, on the images' device.

    Returns:
        Normalised `(n, 1, 64, 64)` and `(n, 3, 16, 16)`.
    """
    count = len(images)

    def draw(low: float, high: float, *shape: int) -> Tensor:
        values = torch.rand(count, *shape, generator=generator, device=images.device)
        return low + (high - low) * values

    transform = _draw_transform(draw)
    images, maps = (
        functional.grid_sample(
            field,
            functional.affine_grid(transform, [count, 1, side, side], align_corners=False),
            padding_mode="zeros",
            align_corners=False,
        )
        for field, side in ((images, INPUT_SIZE), (maps, INPUT_SIZE // 4))
    )
    images = _alter_tone(images, draw)
    images = _lose_detail(images, draw, generator)
    return (images - MEAN) / STD, maps


def _draw_transform(draw) -> Tensor:
    angle = draw(-0.2, 0.2)
    zoom = draw(0.72, 1.12)
    aspect = draw(0.85, 1.18)
    cosine, sine = torch.cos(angle), torch.sin(angle)
    first = torch.stack([zoom * aspect * cosine, -zoom * sine, draw(-0.14, 0.14)], dim=1)
    second = torch.stack([zoom * sine, zoom / aspect * cosine, draw(-0.14, 0.14)], dim=1)
    return torch.stack([first, second], dim=1)


def _alter_tone(images: Tensor, draw) -> Tensor:
    """Window, gamma, shading, and letters or boxes pasted at random places."""
    shape = (1, 1, 1)
    low, high = draw(-0.12, 0.22, *shape), draw(0.72, 1.15, *shape)
    images = ((images - low) / (high - low)).clamp(0, 1)
    images = images ** torch.exp2(draw(-1.0, 1.0, *shape))
    side = images.shape[-1]
    steps = torch.linspace(-1, 1, side, device=images.device)
    slope = draw(-0.12, 0.12, *shape) * steps + draw(-0.12, 0.12, *shape) * steps[:, None]
    bowl = draw(-0.15, 0.15, *shape) * (steps**2 + steps[:, None] ** 2)
    images = images + slope + bowl
    for _ in range(2):
        x, y = draw(-1.4, 1.4, *shape), draw(-1.4, 1.4, *shape)
        wide, tall = draw(0.02, 0.22, *shape), draw(0.02, 0.22, *shape)
        box = ((steps - x).abs() < wide) & ((steps[:, None] - y).abs() < tall)
        images = torch.where(box & (draw(0, 1, *shape) < 0.4), draw(0, 1, *shape), images)
    return images.clamp(0, 1)


def _lose_detail(images: Tensor, draw, generator: torch.Generator) -> Tensor:
    """Half of the pictures pass through 24 to 72 pixels; then noise and coarse grey levels."""
    sides = (24, 28, 28, 36, 48, 64, 72)
    choice = int(torch.randint(len(sides), (1,), generator=generator, device=images.device))
    half = len(images) // 2
    shrunk = functional.interpolate(images[:half], size=(sides[choice],) * 2, mode="area")
    grown = functional.interpolate(shrunk, size=images.shape[-2:], mode="bilinear", antialias=False)
    images = torch.cat([grown, images[half:]])
    noise = torch.randn(images.shape, generator=generator, device=images.device)
    images = images + noise * draw(0.0, 0.04, 1, 1, 1) * (draw(0, 1, 1, 1, 1) < 0.5)
    levels = torch.where(draw(0, 1, 1, 1, 1) < 0.3, draw(16, 64, 1, 1, 1), 255.0)
    return ((images.clamp(0, 1) * levels).round() / levels).clamp(0, 1)


def total_loss(outputs, maps: Tensor, values: Tensor, contrast: float) -> Tensor:
    """Sum of all tasks' losses; `values` and `maps` hold two views of each phantom, in order."""
    guesses, drawn, codes = (part.float() for part in outputs)
    label, kind, age, sex, ratio, fraction = values.unbind(1)
    ill, female, years, heart, share = guesses[:, :5].unbind(1)
    smooth = functional.smooth_l1_loss
    loss = functional.binary_cross_entropy_with_logits(ill, label)
    loss = loss + 0.5 * functional.cross_entropy(guesses[:, 5:], kind.long())
    loss = loss + 0.2 * functional.binary_cross_entropy_with_logits(female, sex)
    loss = loss + smooth(years, age.sqrt() / 3 - 1.5) + smooth(heart, (ratio - 0.5) * 8)
    loss = loss + smooth(share, fraction.sqrt() * 3)
    weights = torch.tensor([1.0, 1.0, 3.0], device=maps.device)[:, None, None]
    loss = loss + 2 * functional.binary_cross_entropy_with_logits(drawn, maps, pos_weight=weights)
    if contrast:
        half = len(codes) // 2
        similar = codes[:half] @ codes[half:].T / 0.15
        target = torch.arange(half, device=codes.device)
        both = functional.cross_entropy(similar, target) + functional.cross_entropy(
            similar.T, target
        )
        loss = loss + contrast * both
    return loss


def batches(pool: Pool, size: int, seed: int, step: int, device: str) -> Iterator[tuple]:
    """Endless batches from `step` on; which rows they hold depends on seed and step only."""
    images = torch.from_numpy(np.asarray(pool.images)).to(device)
    maps = torch.from_numpy(np.asarray(pool.maps)).to(device)
    values = torch.from_numpy(np.asarray(pool.values)).to(device)
    while True:
        rows = np.random.default_rng([seed, step]).integers(0, len(images), size)
        chosen = torch.from_numpy(rows).to(device)
        yield images[chosen], maps[chosen], values[chosen]
        step += 1


def train(learner: Learner, pool: Pool, options: argparse.Namespace) -> dict[str, Tensor]:
    """Train to the last step or the time limit; return the averaged backbone."""
    device = options.device
    learner.to(device, memory_format=torch.channels_last)
    # An average over about the last tenth of the steps.
    decay = torch.optim.swa_utils.get_ema_multi_avg_fn(max(0.0, 1 - 10 / options.steps))
    average = torch.optim.swa_utils.AveragedModel(learner, multi_avg_fn=decay, use_buffers=True)
    groups = [
        {"params": [p for p in learner.parameters() if p.ndim > 1], "weight_decay": 0.05},
        {"params": [p for p in learner.parameters() if p.ndim <= 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=options.rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, options.rate, total_steps=options.steps, pct_start=0.05, cycle_momentum=False
    )
    saved, step = options.folder / "checkpoint.pt", 0
    parts = {"model": learner, "average": average, "optimizer": optimizer, "schedule": schedule}
    if saved.exists():
        state = torch.load(saved, map_location=device, weights_only=True)
        step = state.pop("step")
        for name, part in parts.items():
            part.load_state_dict(state[name])
    began = time.monotonic()
    generator = torch.Generator(device)
    for images, maps, values in batches(pool, options.batch, options.seed, step, device):
        if step == options.steps or time.monotonic() - began > 60 * options.minutes:
            break
        generator.manual_seed(options.seed * 1_000_003 + step)
        images = (images[:, None].float() / 255).repeat(2, 1, 1, 1)
        views, moved = alter(images, (maps.float() / 255).repeat(2, 1, 1, 1), generator)
        views = views.contiguous(memory_format=torch.channels_last)
        with torch.autocast(device.split(":")[0], torch.bfloat16, enabled=True):
            outputs = learner(views)
        loss = total_loss(outputs, moved, values.repeat(2, 1), options.contrast)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(learner.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        average.update_parameters(learner)
        step += 1
        if step % 50 == 0:
            print(
                f"step {step} loss {loss.item():.4f} {time.monotonic() - began:.0f} s", flush=True
            )
    state = {name: part.state_dict() for name, part in parts.items()}
    torch.save({**state, "step": step}, saved)
    print(f"stopped at step {step} of {options.steps}", flush=True)
    return average.module.backbone.state_dict()


def publish(state: dict[str, Tensor], options: argparse.Namespace) -> None:
    """Write the backbone as safetensors with what made it."""
    about = {
        "architecture": options.architecture,
        "arguments": options.arguments,
        "input_size": INPUT_SIZE,
        "mean": MEAN,
        "std": STD,
        "value_range": "0 to 1 before normalisation, bright = dense",
        "script": "scripts/pretrain_phantom_tiny.py",
        "phantoms": options.phantoms,
        "steps": options.steps,
        "batch": options.batch,
        "seed": options.seed,
        "licence": "Apache-2.0",
    }
    tensors = {
        name: value.detach().cpu().contiguous()
        for name, value in state.items()
        if not name.endswith("num_batches_tracked")
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    # One entry: safetensors writes several in an order that changes from run to run.
    save_file(tensors, options.out, metadata={"radzoo": json.dumps(about)})


def main() -> None:
    """Draw, train, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True, help="safetensors file to write")
    parser.add_argument("--folder", type=Path, required=True, help="pool and checkpoint")
    parser.add_argument("--pool", type=Path, help="pool of another run (default: FOLDER)")
    parser.add_argument("--phantoms", type=int, default=40_000)
    parser.add_argument("--steps", type=int, default=1_800)
    parser.add_argument("--batch", type=int, default=256, help="phantoms; two views of each")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--contrast", type=float, default=0.3, help="weight of telling views apart")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop training after this long")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--architecture", default=ARCHITECTURE)
    parser.add_argument("--arguments", type=json.loads, default=ARGUMENTS)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    pool = draw_pool(
        options.pool or options.folder, options.phantoms, options.seed, options.workers
    )
    if options.steps:
        learner = Learner(options.architecture, options.arguments)
        publish(train(learner, pool, options), options)


if __name__ == "__main__":
    main()
