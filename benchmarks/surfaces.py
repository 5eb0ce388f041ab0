"""HD95 and surface dice (NSD) of volumes: radzoo's one pass against MONAI's two, same values.

    OMP_NUM_THREADS=1 python benchmarks/surfaces.py [--rounds 5] [--slices 200] [--size 512]

Both take turns in one process on the same masks, uncropped; processor time of the process is
measured, and the ratio taken within each round. Of MONAI `compute_hausdorff_distance` at the
95th percentile and `compute_surface_dice` are called as they are; radzoo's `measure_surfaces`
gives both, and HD and ASSD with them. Claim: at least 3 times as fast as both together, for
every kind of mask, with values equal to single precision, MONAI's own.
"""

import argparse
import resource
import statistics
import time
import warnings
from collections.abc import Callable

import numpy as np
import torch
from monai.metrics.hausdorff_distance import compute_hausdorff_distance
from monai.metrics.surface_dice import compute_surface_dice
from numpy.typing import NDArray

from radzoo.metrics.masks.surfaces import hd95, measure_surfaces, nsd

SPACING_MM = (2.5, 0.8, 0.8)
TOLERANCE_MM = 2.0
Voxels = NDArray[np.bool_]
Pair = tuple[Voxels, Voxels]


def ellipsoid(
    shape: tuple[int, ...], centre: tuple[float, ...], radii: tuple[float, ...]
) -> Voxels:
    """Fill an ellipsoid; centre and radii are fractions of the shape."""
    axes = np.ogrid[tuple(slice(0, size) for size in shape)]
    squares = [
        ((axis - middle * size) / (radius * size)) ** 2
        for axis, size, middle, radius in zip(axes, shape, centre, radii, strict=True)
    ]
    return np.asarray(sum(squares) <= 1)


def make_pairs(shape: tuple[int, int, int]) -> dict[str, Pair]:
    """Make masks as they occur: large and small, close and far, smooth and rough."""
    from scipy.ndimage import gaussian_filter, zoom

    liver = ellipsoid(shape, (0.5, 0.5, 0.45), (0.3, 0.21, 0.27))
    smaller = ellipsoid(shape, (0.505, 0.503, 0.455), (0.295, 0.22, 0.27))
    stray = ellipsoid(shape, (0.75, 0.75, 0.75), (0.04, 0.02, 0.02))
    chance = np.random.default_rng(0)
    small = tuple(size // 4 for size in shape)
    field = gaussian_filter(chance.normal(size=small), 3)
    field = zoom(field / field.std(), [a / b for a, b in zip(shape, small, strict=True)], order=1)
    rough = (field + 0.15 * chance.normal(size=shape)) > 1.2
    body = ellipsoid(shape, (0.5, 0.5, 0.5), (0.52, 0.4, 0.48))
    return {
        "organ, one voxel off": (liver, np.roll(liver, 1, 1)),
        "organ, fair": (liver, smaller),
        "organ and a stray part": (liver, smaller | stray),
        "organ, half missing": (liver, liver & (np.arange(shape[2]) < shape[2] * 0.45)),
        "lesion": (
            ellipsoid(shape, (0.5, 0.5, 0.5), (0.04, 0.03, 0.03)),
            ellipsoid(shape, (0.5, 0.505, 0.5), (0.045, 0.028, 0.03)),
        ),
        "body": (body, ellipsoid(shape, (0.5, 0.5, 0.5), (0.52, 0.39, 0.48))),
        "scattered, rough": (rough, np.roll(rough, 2, 2)),
    }


def time_of(work: Callable[[], float]) -> tuple[float, float]:
    """Seconds of the processor, and the value."""
    start = time.process_time()
    value = work()
    return time.process_time() - start, value


def compare(name: str, pair: Pair, rounds: int) -> None:
    """Let all take turns, and print what came of it."""
    tensors = [torch.from_numpy(mask[None, None]) for mask in pair]

    def monai_hd95() -> float:
        return float(
            compute_hausdorff_distance(
                tensors[1], tensors[0], include_background=True, percentile=95, spacing=SPACING_MM
            )
        )

    def monai_nsd() -> float:
        return float(
            compute_surface_dice(
                tensors[1], tensors[0], [TOLERANCE_MM], include_background=True, spacing=SPACING_MM
            )
        )

    def ours() -> float:
        surfaces = measure_surfaces(*pair, SPACING_MM)
        found.update(hd95=hd95(surfaces), nsd=nsd(surfaces, TOLERANCE_MM))
        return found["hd95"]

    found: dict[str, float] = {}
    times: list[tuple[float, float, float]] = []
    for _ in range(rounds):
        (first, wanted_hd95), (second, wanted_nsd), (own, _) = map(
            time_of, (monai_hd95, monai_nsd, ours)
        )
        times.append((first, second, own))
    equal = np.isclose(found["hd95"], wanted_hd95, rtol=1e-6) and np.isclose(
        found["nsd"], wanted_nsd, rtol=1e-6
    )
    seconds = [statistics.median(column) for column in zip(*times, strict=True)]
    ratios = [statistics.median(of(one) for one in times) for of in RATIOS]
    print(
        f"{name:24}{seconds[0]:8.2f}{seconds[1]:8.2f}{seconds[2]:8.3f}"
        f"{ratios[0]:8.1f}{ratios[1]:8.1f}{ratios[2]:8.1f}   "
        f"{'equal' if equal else 'DIFFER'}  {found['hd95']:.3f} mm, {found['nsd']:.4f}",
        flush=True,
    )


RATIOS: tuple[Callable[[tuple[float, float, float]], float], ...] = (
    lambda one: one[0] / one[2],
    lambda one: one[1] / one[2],
    lambda one: (one[0] + one[1]) / one[2],
)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slices", type=int, default=200)
    parser.add_argument("--size", type=int, default=512)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    shape = (given.slices, given.size, given.size)
    print(f"{shape}, {SPACING_MM} mm; processor seconds, medians of {given.rounds} rounds")
    print(f"{'':24}{'MONAI':>8}{'MONAI':>8}{'radzoo':>8}   MONAI / radzoo")
    print(f"{'':24}{'HD95':>8}{'NSD':>8}{'both':>8}{'HD95':>8}{'NSD':>8}{'both':>8}")
    for name, pair in make_pairs(shape).items():
        compare(name, pair, given.rounds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak memory of the process {peak:.1f} GB")


if __name__ == "__main__":
    main()
