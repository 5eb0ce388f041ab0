"""What hostile and broken files can do to radzoo: crashes, hangs, memory, refusals.

    python benchmarks/robustness.py [--quick] [--seed N] [--data FOLDER] [--json FILE]

Several groups of files go through the guard, one at a time, each timed and its child's peak
memory read: every real DICOM file of FOLDER (default: `$RADZOO_REAL_DATA/dicom`), seeded
mutants of good DICOM, PNG, JPEG and NIfTI files, bombs, and a hostile folder, which goes
through `radzoo data describe`. Bombs are judged by the time that the child was busy, which
other work on the machine does not lengthen.
Ends with 1 if a target of the table is missed. Linux only: memory is read from /proc.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from robustness_files import bombs, fill_hostile, mutate, pictures, seeds, volumes

from radzoo.data.guard import Guard, Request

MUTANTS = 2000
LAWFUL = {"JPEG, blank 8000²", "JPEG picture, blank 8000²"}
# What stock pydicom makes pixels of, one JSON line for each file; in a process of its own.
STOCK = """
import json, logging, sys, warnings
from pathlib import Path
logging.disable()
warnings.simplefilter("ignore")
from pydicom import dcmread
for line in sys.stdin:
    path = Path(json.loads(line))
    try:
        decodes = dcmread(path).pixel_array.size > 0
    except Exception:
        decodes = False
    print(json.dumps(decodes), flush=True)
"""


@dataclass
class Row:
    """What came of one group of files."""

    group: str
    files: int = 0
    accepted: int = 0
    parent_crashes: int = 0
    hangs: int = 0
    slowest_s: float = 0.0
    slowest: str = ""
    child_mb: float = 0.0
    hungriest: str = ""
    parent_mb: float = 0.0
    restarts: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    outcomes: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, refused: str | None, seconds: float, memory_mb: float) -> None:
        """Count one file."""
        self.files += 1
        self.outcomes[name] = f"{refused or 'accepted'}, {seconds:.2f} s, {memory_mb:.0f} MB"
        self.accepted += refused is None
        if refused is not None:
            self.refused[refused] = self.refused.get(refused, 0) + 1
        self.hangs += seconds > 10.5 or refused == "too-slow"
        if seconds > self.slowest_s:
            self.slowest_s, self.slowest = seconds, name
        if memory_mb > self.child_mb:
            self.child_mb, self.hungriest = memory_mb, name


class Meter:
    """One guard with one child, and what it costs."""

    def __init__(self) -> None:
        self.guard = Guard(1)
        self.pids: set[int] = set()
        self.peak_mb = self.busy_s = 0.0
        self.closed = threading.Event()
        self.idle_mb = memory_mb(os.getpid(), "VmRSS")
        self.most_mb = self.idle_mb
        self.watch = threading.Thread(target=self._watch, daemon=True)
        self.watch.start()

    def _watch(self) -> None:
        """Read the memory of the child every 20 ms: of a child that died nothing else is left."""
        while not self.closed.wait(0.02):
            self.peak_mb = max([self.peak_mb, *(memory_mb(pid, "VmHWM") for pid in children())])

    def ask(
        self, path: Path, member: str = "", op: str = "pixels"
    ) -> tuple[str | None, float, float]:
        """Read one file; return the refusal, the seconds, and the child's peak in MB."""
        for pid in children():
            reset_peak(pid)
        self.peak_mb = 0.0
        before = {pid: cpu_s(pid) for pid in children()}
        start = time.perf_counter()
        answer = self.guard.ask(Request(op, path, member, size=224))
        seconds = time.perf_counter() - start
        pids = children()
        lost = not before.keys() <= pids
        used = sum(cpu_s(pid) - before.get(pid, 0) for pid in pids)
        self.busy_s = seconds if lost else used  # of a child that died nobody knows
        self.pids |= pids
        self.most_mb = max(self.most_mb, memory_mb(os.getpid(), "VmRSS"))
        peak = max([self.peak_mb, *(memory_mb(pid, "VmHWM") for pid in pids)])
        return answer.refused, seconds, peak

    def close(self, row: Row) -> Row:
        """End the guard, and tell the row what the parent and the restarts were."""
        self.closed.set()
        self.watch.join()
        self.guard.__exit__(None, None, None)
        row.parent_mb = self.most_mb - self.idle_mb
        row.restarts = max(0, len(self.pids) - 1)
        return row


def children() -> set[int]:
    """The living children of this process, whichever thread began them."""
    found: set[int] = set()
    for task in Path("/proc/self/task").iterdir():
        try:
            found |= {int(pid) for pid in (task / "children").read_text().split()}
        except OSError:
            continue  # the thread ended
    return found


def memory_mb(pid: int, kind: str) -> float:
    """`VmRSS` = memory now, `VmHWM` = the most since the last reset."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{kind}:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def cpu_s(pid: int) -> float:
    """Processor time of a process up to now."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def reset_peak(pid: int) -> None:
    """Let `VmHWM` of a process begin anew."""
    try:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    except OSError:
        return


def run_corpus(folder: Path, scratch: Path) -> Row:
    """Every real file: what stock pydicom decodes is accepted, what is no image says so."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = "".join(json.dumps(str(path)) + "\n" for path in paths)
    done = subprocess.run(
        [sys.executable, "-c", STOCK], input=lines, capture_output=True, text=True, timeout=300
    )
    stock = [json.loads(line) for line in done.stdout.splitlines()]
    meter, row = Meter(), Row("real DICOM")
    for path, decodes in zip(paths, stock, strict=True):
        refused, seconds, peak = meter.ask(path)
        row.add(path.name, refused, seconds, peak)
        if refused == "multi-frame":  # no image for a projection; its first frame is one
            refused, _, _ = meter.ask(path, "frame/1")
        if decodes and refused is not None and refused != "mask-not-image":
            row.missed.append(f"{path.name}: stock pydicom decodes it, refused as {refused}")
    return meter.close(row)


def run_mutants(
    name: str, sources: list[bytes], scratch: Path, seed: int, count: int, op: str = "pixels"
) -> Row:
    """Seeded harm to good files, one after the other."""
    draw = random.Random(seed)
    meter, row = Meter(), Row(f"{count} {name}, seed {seed}")
    for number in range(count):
        kind, data = mutate(draw.choice(sources), draw)
        path = scratch / "mutant"
        path.write_bytes(data)
        row.add(f"{number} ({kind})", *meter.ask(path, op=op))
    limits(row, hungry_mb=1500)
    return meter.close(row)


def run_bombs(scratch: Path, chosen: Iterable[tuple[str, str, bytes]]) -> Row:
    """Small files that ask for much: refused within 2 s and 1 GB each."""
    meter, row = Meter(), Row("bombs")
    for name, suffix, data in chosen:
        path = scratch / f"bomb{suffix}"
        path.write_bytes(data)
        op = "volume" if suffix == ".nii.gz" else "pixels"
        refused, seconds, peak = meter.ask(path, "images/0" if suffix == ".npz" else "", op)
        row.add(name, refused, seconds, peak)
        lawful = name in LAWFUL and refused is None  # large, but what it says it is
        if (min(seconds, meter.busy_s) > 2 and not lawful) or peak > 1000:
            row.missed.append(f"{name}: {seconds:.1f} s, {peak:.0f} MB, {refused}")
        path.unlink()
    return meter.close(row)


def run_hostile(scratch: Path) -> Row:
    """A folder of traps through the command: good files counted, traps refused by name."""
    folder = scratch / "hostile"
    folder.mkdir()
    good, bad = fill_hostile(folder)
    row = Row("hostile folder", files=len(good) + len(bad))
    command = [sys.executable, "-m", "radzoo", "data", "describe", str(folder), "--json"]
    start = time.perf_counter()
    try:
        done = subprocess.run(command, capture_output=True, timeout=60)
    except subprocess.TimeoutExpired:
        row.hangs = 1
        row.missed.append("did not end within 60 s")
        return row
    row.slowest_s, row.slowest = time.perf_counter() - start, "the whole command"
    if done.returncode not in (0, 3) or not done.stdout:
        row.parent_crashes = 1
        row.missed.append(f"exit code {done.returncode}")
        return row
    report = json.loads(done.stdout)
    row.accepted = report["n_cases"]
    reasons = {refused["path"]: refused["reason"] for refused in report["refused"]}
    row.refused = dict(Counter(reason.partition(":")[0] for reason in reasons.values()))
    readable = {"unreadable.dcm"} if os.geteuid() == 0 else set()  # root may read everything
    for name in sorted(bad - readable - {name for name in bad if name in reasons}):
        row.missed.append(f"{name!r} is neither a case nor refused")
    if b"\x1b" in done.stdout + done.stderr:
        row.missed.append("an escape character reached the terminal")
    if row.accepted != len(good):
        row.missed.append(f"{row.accepted} of {len(good)} good files")
    return row


def limits(row: Row, *, hungry_mb: float) -> None:
    """Note what exceeded the targets that every group has."""
    if row.hangs:
        row.missed.append(f"{row.hangs} took longer than 10 s")
    if row.child_mb > hungry_mb:
        row.missed.append(f"{row.hungriest}: {row.child_mb:.0f} MB in the child")


def run(arguments: argparse.Namespace, scratch: Path) -> Iterator[Row]:
    """Give one row after the other."""
    data = Path(arguments.data) if arguments.data else None
    if data is not None and data.is_dir():
        yield run_corpus(data, scratch)
    else:
        print("no real data: set RADZOO_REAL_DATA", file=sys.stderr)
    known = data if data is not None and data.is_dir() else None
    share = 10 if arguments.quick else 1
    kinds = (
        ("DICOM mutants", seeds(known), MUTANTS, "pixels"),
        ("picture mutants", pictures(), 400, "pixels"),
        ("NIfTI mutants", volumes(), 500, "volume"),
    )
    for name, sources, count, op in kinds:
        yield run_mutants(name, sources, scratch, arguments.seed, count // share, op)
    yield run_bombs(scratch, bombs())
    yield run_hostile(scratch)


def show(row: Row) -> None:
    """Print one row, and what it missed."""
    print(
        f"{row.group:36} {row.files:5} files  {row.accepted:5} accepted  "
        f"{row.parent_crashes} parent crashes  {row.hangs} hangs  {row.restarts} restarts"
    )
    print(f"    slowest {row.slowest_s:.2f} s ({row.slowest!r})")
    print(f"    child {row.child_mb:.0f} MB at most ({row.hungriest!r})")
    print(f"    parent {row.parent_mb:.0f} MB over idle")
    reasons = ", ".join(f"{code} {count}" for code, count in sorted(row.refused.items()))
    print(f"    refused: {reasons or 'none'}")
    for line in row.missed:
        print(f"    MISSED {line}")


def main() -> int:
    """Run all groups; 1 if a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    root = os.environ.get("RADZOO_REAL_DATA")
    parser.add_argument("--quick", action="store_true", help="a tenth of the mutants")
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--data", default=str(Path(root, "dicom")) if root else None)
    parser.add_argument("--json", type=Path, help="write the rows to this file too")
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for row in run(arguments, Path(scratch)):
            if row.parent_mb > 300:
                row.missed.append(f"the parent grew by {row.parent_mb:.0f} MB")
            show(row)
            rows.append(row)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(row) for row in rows], indent=2))
    return int(any(row.missed or row.parent_crashes for row in rows))


if __name__ == "__main__":
    raise SystemExit(main())
