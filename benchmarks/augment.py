"""Augmentation of a batch: radzoo's against torchvision.transforms.v2 and kornia, same changes.

    python benchmarks/augment.py [--size 224] [--batch 32] [--rounds 15] [--device cpu]

Each turns, shifts, scales, and changes gamma, contrast, brightness and noise of grey float32
images, as much as the set `radiograph` does, with bilinear interpolation and continued edges
where the library can. All take turns in one process, and the ratio is taken within each round,
so that load of the machine meets all alike. On a CPU processor time of one thread is measured,
on a GPU wall time with everything finished.

`own fate` says whether each image of a batch is changed in its own way; `any batch`, whether
an image is changed alike whatever batch it comes in, which is what makes a training the same
with another batch size, or on several devices. kornia is left out where it is not installed.
"""

import argparse
import importlib.util
import math
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor

from radzoo.models.augmentation.augment import augment
from radzoo.models.augmentation.fates import draw
from radzoo.models.augmentation.sets import RADIOGRAPH as SET

Contestant = Callable[[Tensor], Tensor]
SCALES = (math.exp(-SET.scale), math.exp(SET.scale))
GAMMAS = (math.exp(-SET.gamma), math.exp(SET.gamma))
CONTRASTS = (math.exp(-SET.contrast), math.exp(SET.contrast))
LIGHTS = (1 - SET.brightness, 1 + SET.brightness)


def make_radzoo() -> Contestant:
    """Our own: one affine grid, folded greys, hashed noise."""
    epoch = iter(range(1_000_000))

    def change(images: Tensor) -> Tensor:
        return augment(images.clone(), draw(len(images), seed=0, epoch=next(epoch)), SET)

    return change


def make_torchvision(*, one_by_one: bool) -> Contestant:
    """v2 on the whole batch (one draw for all of it), or image by image."""
    from torchvision.transforms import v2
    from torchvision.transforms.v2.functional import adjust_gamma

    steps = v2.Compose(
        [
            v2.RandomAffine(
                SET.rotation_degrees, translate=(SET.shift, SET.shift), scale=SCALES,
                interpolation=v2.InterpolationMode.BILINEAR,
            ),
            v2.Lambda(lambda x: adjust_gamma(x, torch.empty(1).uniform_(*GAMMAS).item())),
            v2.ColorJitter(brightness=LIGHTS, contrast=CONTRASTS),
            v2.GaussianNoise(sigma=SET.noise / 2),
        ]
    )  # fmt: skip
    if one_by_one:
        return lambda images: torch.stack([steps(image) for image in images])
    return steps


def make_kornia() -> Contestant:
    """Kornia 0.9 on the whole batch, a draw for each image."""
    import kornia.augmentation as ka

    return ka.AugmentationSequential(
        ka.RandomAffine(
            SET.rotation_degrees, translate=(SET.shift, SET.shift), scale=SCALES,
            padding_mode="border", p=1.0,
        ),
        ka.RandomGamma(GAMMAS, p=1.0),
        ka.RandomContrast(CONTRASTS, p=1.0),
        ka.RandomBrightness(LIGHTS, p=1.0),
        ka.RandomGaussianNoise(std=SET.noise / 2, p=1.0),
        data_keys=["input"],
    )  # fmt: skip


def contestants() -> dict[str, Contestant]:
    """Return who takes part."""
    found = {
        "radzoo": make_radzoo(),
        "torchvision v2, batch": make_torchvision(one_by_one=False),
        "torchvision v2, one by one": make_torchvision(one_by_one=True),
    }
    if importlib.util.find_spec("kornia") is not None:
        found["kornia, batch"] = make_kornia()
    return found


def measure(change: Contestant, images: Tensor) -> float:
    """Return microseconds per image."""
    on_gpu = images.device.type == "cuda"
    clock = time.perf_counter if on_gpu else time.process_time
    if on_gpu:
        torch.cuda.synchronize()
    began = clock()
    change(images)
    if on_gpu:
        torch.cuda.synchronize()
    return (clock() - began) / len(images) * 1e6


def has_own_fate(change: Contestant, image: Tensor) -> bool:
    """Are copies of one image changed differently?"""
    torch.manual_seed(0)
    first, second = change(image.repeat(2, 1, 1, 1)).flatten(1)
    # Noise differs in any case: what is coarse must, too.
    return bool((first - second).view(-1, 64).mean(1).abs().max() > 0.02)


def is_alike_in_any_batch(name: str, change: Contestant, images: Tensor) -> bool:
    """Is the last image changed alike with and without others before it, for the same seed?"""
    if name == "radzoo":
        fates = draw(len(images), seed=0, epoch=0)
        whole = augment(images.clone(), fates, SET)[-1]
        return bool(torch.equal(whole, augment(images[-1:].clone(), fates[-1:], SET)[0]))
    torch.manual_seed(0)
    whole = change(images)[-1]
    torch.manual_seed(0)
    return bool(torch.equal(whole, change(images[-1:])[0]))


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--device", default="cpu")
    given = parser.parse_args()
    torch.set_num_threads(1)
    smooth = torch.rand(given.batch, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    images = torch.nn.functional.interpolate(smooth, given.size, mode="bilinear").to(given.device)
    taking_part = contestants()
    times: dict[str, list[float]] = {name: [] for name in taking_part}
    for round_number in range(given.rounds + 2):
        for name, change in taking_part.items():
            taken = measure(change, images)
            if round_number >= 2:
                times[name].append(taken)
    shape = f"{given.batch} images of {given.size} x {given.size}"
    print(f"{shape} on {given.device}, torch {torch.__version__}")
    print(f"{'':28}{'us/image':>9}{'ratio':>7}  own fate  any batch")
    for name, change in taking_part.items():
        ratio = statistics.median(
            theirs / ours for theirs, ours in zip(times[name], times["radzoo"], strict=True)
        )
        own = "yes" if has_own_fate(change, images[:1]) else "no"
        alike = "yes" if is_alike_in_any_batch(name, change, images) else "no"
        print(f"{name:28}{statistics.median(times[name]):9.0f}{ratio:7.2f}  {own:8}  {alike}")


if __name__ == "__main__":
    main()
