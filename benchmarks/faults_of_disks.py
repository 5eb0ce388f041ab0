"""Rows of `pull_faults.py`: a full disk, a flipped byte, and what is flushed before it is named."""

import hashlib
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from fault_server import Server
from fault_trial import (
    CHILD,
    RIGHT,
    SEED,
    SHA256,
    SIZE,
    Row,
    known,
    leftovers,
    noise,
    outcome_of,
    outcome_of_pull,
)

from radzoo.zoo.checksum import verify_file


def full_disk(server: Server, folder: Path, quick: bool) -> Iterator[Row]:
    """A disk of 4 MB for a file of 8 MB, its size known and not, an old file there and not."""
    row = Row("disk full", trials=4)
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        row.trials = 0
        row.notes.append("skipped: only root may mount a small disk")
        yield row
        return
    try:
        url = server.on("/full", lambda request: request.send_file(RIGHT))
        for size in (SIZE, None):
            for old in (None, b"old"):
                path = disk / "weights"
                path.unlink(missing_ok=True)
                if old:
                    path.write_bytes(old)
                source = known(url, size=size)
                outcome = outcome_of_pull(url, source, path)
                row.as_it_must += outcome == "disk-full"
                row.wrong += (path.read_bytes() if path.exists() else None) != old
                row.left += len(leftovers(disk))
    finally:
        subprocess.run(["umount", str(disk)], check=False)
    yield row


def flips(server: Server, folder: Path, quick: bool) -> Iterator[Row]:
    """One byte of a file in the cache changed."""
    row = Row("one byte flipped in the cache", trials=20 if quick else 200)
    places = random.Random(SEED)
    path = folder / "weights"
    body = noise(SEED, 1_000_000)
    source = known("https://example.org/x", sha256=hashlib.sha256(body).hexdigest(), size=None)
    for _ in range(row.trials):
        at = places.randrange(len(body))
        changed = body[at] ^ places.randrange(1, 256)
        path.write_bytes(body[:at] + bytes([changed]) + body[at + 1 :])
        refused = outcome_of(lambda: verify_file(path, source, cached=True)) == "wrong-hash"
        row.as_it_must += refused
        row.wrong += not refused
    yield row


def order_of_calls(server: Server, folder: Path, quick: bool) -> Iterator[Row]:
    """fsync(file) < rename < fsync(folder); and a warm cache is only read."""
    row = Row("order of fsync and rename; warm cache", trials=2)
    path, log = folder / "cache" / "weights", folder / "strace"
    url = server.on("/order", lambda request: request.send_file(RIGHT))
    strace = ["strace", "-f", "-y", "-o", str(log)]
    pull = [sys.executable, "-c", CHILD, url, SHA256, str(SIZE), str(path)]
    calls = "trace=fsync,fdatasync,rename,renameat,renameat2"
    try:
        subprocess.run([*strace, "-e", calls, *pull], check=True)
    except (OSError, subprocess.CalledProcessError):
        row.trials = 0
        row.notes.append("skipped: strace is not to be had")
        yield row
        return
    order = [
        "rename" if "rename" in line else "file" if ".partial>" in line else "folder"
        for line in log.read_text().splitlines()
        if str(path.parent) in line
    ]
    row.as_it_must += order == ["file", "rename", "folder"]
    row.notes.append(" < ".join(order))
    writing = "trace=mkdir,mkdirat,unlink,unlinkat,rename,renameat,renameat2,openat,open,chmod"
    subprocess.run([*strace, "-e", writing, *pull], check=True)
    writes = [
        line
        for line in log.read_text().splitlines()
        if str(path.parent) in line
        and ("open" not in line or re.search("O_(WRONLY|RDWR|CREAT)", line))
    ]
    row.as_it_must += not writes
    row.left = len(leftovers(folder))
    row.notes.append(f"{len(writes)} writes attempted when warm")
    yield row
