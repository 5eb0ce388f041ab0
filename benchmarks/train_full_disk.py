"""What a full disk does to a training: does the last good checkpoint still load?

    python benchmarks/train_full_disk.py [--upto 50] [--no-tmpfs]

A run that was interrupted goes on, and from its k-th write, fsync or rename on the disk is
full, k = 1 to 50; half of what was to be written gets there. Then, where the machine lets us,
runs on a real file system of memory that has room for a little less each time. As it must = it
ended with exit code 5 and said why, the last good checkpoint loads, nothing half-written is
left, and with room again the run ends as one that was never interrupted. Ends with 1 if not.
"""

import argparse
import errno
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from train_trial import Trial, prepare, wait

EXIT_ENVIRONMENT = 5
KINDS = ("write", "fsync", "rename")


class FullDisk:
    """Lets a number of calls pass, then there is no space any more."""

    def __init__(self, nth: int, note: Path) -> None:
        self.left, self.note = nth, note

    def spend(self, kind: str, half: Callable[[], object] = lambda: None) -> None:
        """Count a call; once the disk is full, leave half of it done and fail."""
        self.left -= 1
        if self.left > 0:
            return
        if self.left == 0:
            self.note.write_text(kind)  # outside the folder of the run
        half()
        raise OSError(errno.ENOSPC, "No space left on device")

    def install(self) -> None:
        """Stand between radzoo and the disk."""
        from radzoo.core import publish
        from radzoo.models.training import checkpoint

        fsync, replace = os.fsync, pathlib.Path.replace
        write_bytes, write_tensors = publish._write_bytes, checkpoint.write_safetensors

        def full_fsync(descriptor: int) -> None:
            self.spend("fsync")
            fsync(descriptor)

        def full_replace(path: Path, target: Path) -> Path:
            self.spend("rename")
            return replace(path, target)

        def full_write(path: Path, data: bytes) -> None:
            self.spend("write", lambda: write_bytes(path, data[: len(data) // 2]))
            write_bytes(path, data)

        def full_tensors(path: Path, tensors: object) -> str:
            self.spend("write", lambda: path.write_bytes(b"half of it"))
            return write_tensors(path, tensors)

        os.fsync, pathlib.Path.replace = full_fsync, full_replace
        publish._write_bytes, checkpoint.write_safetensors = full_write, full_tensors


def main() -> int:
    """Run every trial and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--upto", type=int, default=50)
    parser.add_argument("--no-tmpfs", action="store_true")
    options = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="train-full-disk-") as name:
        folder = Path(name)
        prepare(folder)
        whole = Trial(folder / "whole")
        assert wait(whole.start()) == 0, whole.said()
        begun = interrupt(Trial(folder / "begun"))
        met = dict.fromkeys(KINDS, 0)
        for nth in range(1, options.upto + 1):
            trial = Trial(folder / f"full-{nth}")
            shutil.copytree(begun.run, trial.run)
            note = trial.home / "note"
            pid = trial.start("--resume", before=FullDisk(nth, note).install)
            faults = judge(trial, wait(pid), whole)
            met[note.read_text() if note.exists() else "write"] += 1
            wrong += bool(faults)
            if faults:
                print(f"k = {nth}: {', '.join(faults)}\n{trial.said()}")
        told = ", ".join(f"{count} at a {kind}" for kind, count in met.items())
        print(f"calls that fail: {options.upto} ({told}), as it must: {options.upto - wrong}")
        if not options.no_tmpfs:
            wrong += fill_memory_disks(folder, begun, whole)
    return int(bool(wrong))


def interrupt(trial: Trial) -> Trial:
    """Begin a run, and let it be stopped after some checkpoints."""
    import signal

    pid = trial.start()
    while len(list(trial.checkpoints.glob("state-*.json"))) < 2:
        pass
    os.kill(pid, signal.SIGTERM)
    code = wait(pid)
    assert code == 75, f"{code}: {trial.said()}"
    return trial


def judge(trial: Trial, code: int, whole: Trial) -> list[str]:
    """Name all that is not as it must be after a disk was full."""
    from radzoo.models.training.checkpoint import read_checkpoint

    faults, warnings = [], []
    if code != EXIT_ENVIRONMENT:
        faults.append(f"exit code {code}")
    if "no space left on device" not in trial.said():
        faults.append("did not say why")
    if read_checkpoint(trial.checkpoints, warnings.append) is None or warnings:
        faults.append("no checkpoint, or a damaged one")
    if list(trial.run.rglob("*.partial")):
        faults.append("left something half-written")
    again = wait(trial.start("--resume"))
    if again or trial.result() != whole.result():
        faults.append(f"did not end as an uninterrupted run ({again})")
    return faults


def fill_memory_disks(folder: Path, begun: Trial, whole: Trial) -> int:
    """Run where there is a little less room each time; gives how many did not end as they must."""
    needed = sum(file.stat().st_size for file in begun.run.rglob("*") if file.is_file())
    wrong = trials = 0
    for extra in range(0, 10):
        trial = Trial(folder / f"memory-{extra}")
        trial.home.mkdir()
        # The two checkpoints have room, and a growing part of the third.
        with memory_disk(trial.home, needed + 40_000 + extra * needed // 24) as mounted:
            if not mounted:
                print("no file system of memory could be mounted: left out")
                return 0
            shutil.copytree(begun.run, trial.run)
            code = wait(trial.start("--resume"))
            said = trial.said()
            subprocess.run(["mount", "-o", "remount,size=64m", str(trial.home)], check=True)
            (trial.home / "said").write_text(said)
            faults = judge(trial, code, whole)
            trials, wrong = trials + 1, wrong + bool(faults)
            if faults:
                print(f"tmpfs {extra}: {', '.join(faults)}\n{said}")
    print(f"file systems of memory: {trials}, as it must: {trials - wrong}")
    return wrong


@contextmanager
def memory_disk(place: Path, size: int) -> Iterator[bool]:
    """Mount a file system of memory, if that is allowed."""
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(place)],
        check=False, capture_output=True,
    )  # fmt: skip
    try:
        yield done.returncode == 0
    finally:
        if done.returncode == 0:
            subprocess.run(["umount", str(place)], check=True)


if __name__ == "__main__":
    sys.exit(main())
