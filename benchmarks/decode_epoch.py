"""An epoch from the prepared store, and how memory grows: parts of `decode.py`."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import decode_files
import numpy as np
import torch

from radzoo.core.case import Case
from radzoo.core.entry import PlaneInput
from radzoo.data.prepared import prepare
from radzoo.models.device import Engine
from radzoo.models.feed import image_feed
from radzoo.models.samples import Samples, batches

SIZE, BATCH, REPEATS = 224, 32, 9
MEMORY = """
import json, resource, sys
from pathlib import Path
from radzoo.data.guard import Guard, Request
path, count = Path(sys.argv[1]), int(sys.argv[2])
with Guard(2) as guard:
    for answer in guard.map(Request("pixels", path, size=224) for _ in range(count)):
        assert answer.refused is None
highest = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([int(highest.split()[1]) / 1024, children / 1024]))
"""


def measure(count: int) -> dict[str, Any]:
    """Time epochs and the first decoding in milliseconds for each image; memory in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "dicom").mkdir()
        paths = decode_files.write(decode_files.draw(count), "uncompressed", root / "dicom")
        cases = [Case(path.name, path, {}) for path in paths]
        began = time.perf_counter()
        how = {"size": SIZE, "fit": "pad", "interpolation": "bilinear"}
        store = prepare(cases, cache=root, workers=2, **how)  # type: ignore[arg-type]
        first = (time.perf_counter() - began) / count
        memory = {n: _memory(paths[0], n) for n in (20, 20 + count)}
        images = store.images
        rows = np.resize(np.arange(count), 2000)  # a set large enough to be timed
        samples = Samples(images, rows, np.zeros((2000, 1)), ("",) * 2000)
        contract = PlaneInput(channels=1, size=SIZE, mean=[0.5], std=[0.25])
        feed = image_feed(samples, contract, Engine(torch.device("cpu"), amp=False))
        inside = np.array(images)[rows]

        def gather(chosen: np.ndarray) -> np.ndarray:
            batch = inside[chosen].astype(np.float32)
            batch *= np.float32(1 / 65535 / 0.25)
            batch -= np.float32(0.5 / 0.25)
            return batch

        return {
            "decode, 2 processes": first * 1000,
            **_epochs({"epoch from the store": lambda some: feed(some, None),
                       "numpy gather and normalise": gather}),
            "memory_mib": memory,
        }  # fmt: skip


def _epochs(contenders: dict[str, Callable[[np.ndarray], object]]) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for epoch in range(REPEATS):
        for name, work in contenders.items():
            began = time.perf_counter()
            for chosen in batches(2000, BATCH, seed=0, epoch=epoch):
                work(chosen)
            times[name].append((time.perf_counter() - began) / 2000 * 1000)
    return {name: statistics.median(values) for name, values in times.items()}


def _memory(path: Path, count: int) -> list[float]:
    command = [sys.executable, "-c", MEMORY, str(path), str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    values: list[float] = json.loads(done.stdout)
    return values


def show(row: dict[str, Any]) -> list[str]:
    """Print the figures; return the goals that were missed."""
    store, gather = row["epoch from the store"], row["numpy gather and normalise"]
    decode = row["decode, 2 processes"]
    print(f"epoch from the store: {store:.4f} ms an image, {decode / store:.0f} x as quick as")
    print(f"  decoding ({decode:.2f} ms), {store / gather:.2f} of numpy's gather and normalise")
    print(f"peak memory of parent and of a child, by images read: {row['memory_mib']}")
    few, many = row["memory_mib"].values()
    goals = {
        "epoch: 20 x decoding": decode / store >= 20,
        "epoch: 1.3 of a gather": store / gather <= 1.3,
        "memory of the parent: flat": many[0] <= few[0] + 5,
    }
    return [f"{name} missed" for name, reached in goals.items() if not reached]
