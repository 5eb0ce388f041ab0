"""Rows of `pull_faults.py`: processes that are killed, or at work side by side."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fault_server import Server
from fault_trial import (
    RIGHT,
    SEED,
    SHA256,
    SIZE,
    Row,
    is_wrong,
    leftovers,
    start_child,
)

NO_LOCKS = "import fcntl\nfcntl.flock = lambda *arguments: None\n"


def kills(server: Server, folder: Path, quick: bool) -> Iterator[Row]:
    """Kill -9 at random moments of a transfer, with the hash known and without."""
    for sha256, what, trials in ((SHA256, "hash known", 100), ("-", "hash unknown", 30)):
        row = Row(f"kill -9 in a transfer, {what}", trials=10 if quick else trials)
        url = server.on("/killed", lambda request: request.send_file(RIGHT, rate=2e7))
        path = folder / what / "weights"
        moments = random.Random(SEED)
        before, finished = server.sent, 0
        for _ in range(row.trials):
            server.arrival.clear()
            child = start_child(url, sha256, "-", path)
            server.arrival.wait(20)
            time.sleep(moments.uniform(0, 0.5))
            child.kill()
            child.communicate()
            row.wrong += is_wrong(path)
            row.as_it_must += not is_wrong(path)
            if path.exists():
                finished += 1
                path.unlink()
            row.left = max(row.left, len(list(path.parent.glob(".*.partial"))) - 1)
        last = start_child(url, sha256, "-", path)
        last.communicate()
        row.wrong += is_wrong(path)
        row.left += len(leftovers(folder))
        row.as_it_must -= last.returncode != 0 or not path.exists()
        resent = (server.sent - before) / (SIZE * (finished + 1))
        row.notes.append(f"{finished + 1} files came whole, {resent:.2f}x of their bytes sent")
        yield row


@contextmanager
def watched(path: Path) -> Iterator[list[bool]]:
    """Look at a path all the time; gives a list of what was seen: was it wrong?"""
    seen: list[bool] = []
    end = threading.Event()

    def watch() -> None:
        last = None
        while not end.is_set():
            try:
                now = path.stat().st_ino
            except FileNotFoundError:
                now = None
            if now is not None and now != last:
                seen.append(is_wrong(path))
            last = now
            time.sleep(0.001)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        end.set()
        thread.join()


def concurrent(server: Server, folder: Path, quick: bool) -> Iterator[Row]:
    """Eight pulls of one model at once, with locks and with a flock that does nothing."""
    for before, what in (("", "flock works"), (NO_LOCKS, "flock does nothing")):
        rounds = 2 if quick else 20
        row = Row(f"8 pulls at once x {rounds}, {what}", trials=8 * rounds)
        asked = []
        for number in range(rounds):
            name = f"/many{len(before)}-{number}"
            url = server.on(name, lambda request: request.send_file(RIGHT, rate=4e7))
            path = folder / what / str(number) / "weights"
            with watched(path) as seen:
                children = [start_child(url, SHA256, SIZE, path, before=before) for _ in range(8)]
                ends = [(child.communicate(), child.returncode)[1] for child in children]
            row.wrong += sum(seen) + is_wrong(path)
            row.as_it_must += ends.count(0)
            row.left += len(leftovers(path.parent))
            asked.append(server.asked[name])
        row.notes.append(f"fetched {sum(asked) / rounds:.1f} times a round")
        yield row
