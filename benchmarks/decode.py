"""Images per second from DICOM radiographs to a 224 x 224 input, against what others do.

    python benchmarks/decode.py [--quick] [--count 200] [--peers DIR] [--json FILE]

Writes synthetic radiographs (2048 x 2048, 12 bits) in five ways and reads them with radzoo,
guard on, in 1 and 2 processes; with naive pydicom, torchxrayvision and MONAI, one thread each;
and with the bare decoder. All take turns, a few files at a time; medians of the turns count.
`--peers` names a folder with decoders for pydicom (`pip install --target DIR pylibjpeg
pylibjpeg-libjpeg pylibjpeg-openjpeg pylibjpeg-rle pyjpegls`), which radzoo does not use.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"
if "--peers" in sys.argv:  # pydicom looks for decoders when it is imported
    sys.path.append(sys.argv[sys.argv.index("--peers") + 1])

import decode_epoch
import decode_files
import numpy as np
import pydicom
import torch
from decode_peers import PEERS, SIZE
from numpy.typing import NDArray
from pydicom.encaps import get_frame

from radzoo.data.guard import Guard, Request
from radzoo.data.resize import Target
from radzoo.data.square import read_square

PER_TURN = 10
GOALS = {
    "uncompressed": {"naive pydicom": 10, "torchxrayvision": 25},
    "RLE": {"naive pydicom": 4},
    "JPEG lossless": {"naive pydicom": 2, "bare decoder": 1 / 1.2},
    "JPEG-LS": {"naive pydicom": 2, "bare decoder": 1 / 1.2},
    "JPEG 2000": {"naive pydicom": 20},
}
Work = Callable[[list[Path]], object]


def read_guarded(guard: Guard, *, exact: bool = False) -> Work:
    """Read files to normalised tensors through the guard."""

    def work(paths: list[Path]) -> object:
        requests = (Request("pixels", path, size=SIZE, exact=exact) for path in paths)
        return [_normalise(answer.body) for answer in guard.map(requests)]

    return work


def _normalise(body: bytes) -> torch.Tensor:
    pixels = np.frombuffer(body, np.uint16).reshape(1, SIZE, SIZE)
    return (torch.from_numpy(pixels.astype(np.float32)) / 65535 - 0.5) / 0.25


def read_bare(codec: str) -> Work:
    """Decode the frames only."""
    frames: dict[Path, bytes] = {}

    def work(paths: list[Path]) -> object:
        return [decode_files.unpack(frames[path], codec) for path in paths]

    def load(paths: Iterable[Path]) -> None:
        for path in paths:
            data = pydicom.dcmread(path)
            compressed = data.file_meta.TransferSyntaxUID.is_encapsulated
            frames[path] = get_frame(data.PixelData, 0) if compressed else data.PixelData

    work.load = load  # type: ignore[attr-defined]  # called between the turns, off the clock
    return work


def processor_seconds() -> float:
    """Seconds of processor time of this process and its children, to the microsecond."""
    children = (
        number
        for task in Path("/proc/self/task").glob("*/children")
        for number in task.read_text().split()
    )
    nanoseconds = sum(
        int(Path(f"/proc/{child}/schedstat").read_text().split()[0]) for child in children
    )
    return time.process_time() + nanoseconds / 1e9


def take_turns(paths: list[Path], contenders: dict[str, Work]) -> dict[str, dict[str, float]]:
    """Milliseconds for each image: the median over turns, in each of which all read the same.

    `cpu` counts the processor time of all processes and is what to compare on a machine that
    has other work to do; `wall` is what a clock says.
    """
    clocks = {"wall": time.perf_counter, "cpu": processor_seconds}
    times: dict[str, dict[str, list[float]]] = {
        clock: {name: [] for name in contenders} for clock in clocks
    }
    for turn, start in enumerate(range(0, len(paths), PER_TURN)):
        some = paths[start : start + PER_TURN]
        names = list(contenders)
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            if hasattr(contenders[name], "load"):
                contenders[name].load(some)  # type: ignore[attr-defined]
            began = {clock: read() for clock, read in clocks.items()}
            contenders[name](some)
            for clock, read in clocks.items():
                times[clock][name].append((read() - began[clock]) / len(some) * 1000)
    return {
        clock: {name: statistics.median(values) for name, values in by_name.items()}
        for clock, by_name in times.items()
    }


def find_error(paths: list[Path]) -> dict[str, float]:
    """How far quick pixels are from exact ones, in steps of 255."""
    means, highest, squares = [], 0.0, []
    for path in paths:
        quick, exact = (_floats(path, exact=exact) for exact in (False, True))
        away = np.abs(quick - exact) * 255
        means.append(float(away.mean()))
        squares.append(float((away**2).mean()))
        highest = max(highest, float(away.max()))
    psnr = 20 * np.log10(255) - 10 * np.log10(max(statistics.mean(squares), 1e-12))
    return {"mean": statistics.mean(means), "max": highest, "psnr_db": float(psnr)}


def _floats(path: Path, *, exact: bool) -> NDArray[np.float64]:
    return read_square(path, "", Target(SIZE, exact=exact)).pixels / 65535


def compare(codec: str, count: int, guards: dict[int, Guard]) -> dict[str, Any]:
    """Time every contender on one way of storing."""
    with tempfile.TemporaryDirectory() as folder:
        paths = decode_files.write(decode_files.draw(count), codec, Path(folder))
        contenders: dict[str, Work] = {
            f"radzoo, {n} process{'es' * (n > 1)}": read_guarded(guard)
            for n, guard in guards.items()
        }
        contenders["radzoo exact, 1 process"] = read_guarded(guards[1], exact=True)
        contenders["bare decoder"] = read_bare(codec)
        for name, make in PEERS.items():
            read = make()
            contenders[name] = lambda some, read=read: [read(path) for path in some]
        for work in contenders.values():  # imports, first pages
            if hasattr(work, "load"):
                work.load(paths[:2])
            work(paths[:2])
        size = statistics.mean(path.stat().st_size for path in paths)
        return {
            "ratio": 2 * decode_files.SIZE**2 / size,
            "ms": take_turns(paths, contenders),
            "error_of_255": find_error(paths[: min(count, 20)]),
        }


def show(codec: str, row: dict[str, Any]) -> list[str]:
    """Print one block; return the goals that were missed, by processor time."""
    wall, cpu = row["ms"]["wall"], row["ms"]["cpu"]
    ours = "radzoo, 1 process"
    print(f"{codec} (compressed {row['ratio']:.2f}:1), error {row['error_of_255']}")
    print(f"  {'':24}{'ms wall':>10}{'ms cpu':>10}{'x wall':>8}{'x cpu':>8}")
    for name in wall:
        print(
            f"  {name:24}{wall[name]:10.2f}{cpu[name]:10.2f}"
            f"{wall[name] / wall[ours]:8.2f}{cpu[name] / cpu[ours]:8.2f}"
        )
    return [
        f"{codec}: {cpu[peer] / cpu[ours]:.2f} x {peer}, wanted {goal:.2f}"
        for peer, goal in GOALS[codec].items()
        if cpu[peer] / cpu[ours] < goal
    ]


def main() -> None:
    """Parse, time, print; end with 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--quick", action="store_true", help="20 images of each kind")
    parser.add_argument("--peers", type=Path, help="a folder with decoders for pydicom")
    parser.add_argument("--only", action="append", choices=GOALS, help="repeatable")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    torch.set_num_threads(1)
    count = 20 if options.quick else options.count
    figures: dict[str, Any] = {"count": count, "load": os.getloadavg(), "codecs": {}}
    missed = []
    with Guard(1) as one, Guard(2) as two:
        for codec in options.only or GOALS:
            figures["codecs"][codec] = row = compare(codec, count, {1: one, 2: two})
            missed += show(codec, row)
            sys.stdout.flush()
    figures["epoch"] = decode_epoch.measure(count)
    missed += decode_epoch.show(figures["epoch"])
    print(f"load {figures['load']} before, {os.getloadavg()} after")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    if missed:
        raise SystemExit("\n".join(["missed:", *missed]))


if __name__ == "__main__":
    main()
