"""What a pull does when everything goes wrong: how many wrong files were accepted.

    python benchmarks/pull_faults.py [--quick] [--row WORD]

One row for each kind of harm, on a server on this machine. Wrong = a file stood at the final
path that was not the right one. Left = files other than the right one in the cache at the
end. Ends with 1 if a wrong file was accepted, or if a row did not end as it must.
"""

import argparse
import hashlib
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from fault_server import Request, Server

from radzoo.core.entry import HttpsSource
from radzoo.core.errors import RadzooError
from radzoo.core.source import no_progress
from radzoo.zoo.addresses import Address
from radzoo.zoo.checksum import verify_file
from radzoo.zoo.transfer import download

SEED = 20260101
SIZE = 8_000_000
# A pull in a process of its own: arguments are address, hash or -, size or -, path.
CHILD = """
import sys
from pathlib import Path
from radzoo.core.entry import HttpsSource
from radzoo.core.errors import RadzooError
from radzoo.core.source import no_progress
from radzoo.zoo.addresses import Address
from radzoo.zoo.transfer import download
url, sha256, size, path = sys.argv[1:]
known = {"sha256": sha256} if sha256 != "-" else {}
known |= {"size_bytes": int(size)} if size != "-" else {}
try:
    download([Address(url)], HttpsSource(kind="https", url=url, **known), Path(path), no_progress)
except RadzooError as error:
    print(f"{error.id}: {error}", file=sys.stderr)
    raise SystemExit(int(error.exit_code))
"""
NO_LOCKS = "import fcntl\nfcntl.flock = lambda *arguments: None\n"


@dataclass
class Row:
    """One line of the table."""

    name: str
    trials: int = 0
    wrong: int = 0
    as_it_must: int = 0
    left: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Did everything end as it must?"""
        return self.wrong == 0 and self.as_it_must == self.trials and self.left == 0


def noise(seed: int, size: int = SIZE) -> bytes:
    """Return bytes that stand for weights."""
    return random.Random(seed).randbytes(size)


RIGHT = noise(SEED)
SHA256 = hashlib.sha256(RIGHT).hexdigest()


def known(url: str, *, sha256: str | None = SHA256, size: int | None = SIZE) -> HttpsSource:
    """Return what a registry knows of a file."""
    return HttpsSource(kind="https", url=url, sha256=sha256, size_bytes=size)


def start_child(*arguments: object, before: str = "") -> subprocess.Popen[bytes]:
    """Start a pull in a process of its own."""
    command = [sys.executable, "-c", before + CHILD, *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE)


def is_wrong(path: Path, *rights: bytes) -> bool:
    """Does something stand at the final path that is not the right file?"""
    return path.exists() and path.read_bytes() not in (rights or (RIGHT,))


def leftovers(folder: Path) -> list[str]:
    """Return the files of a cache but for those under final names."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if path.name.startswith(".") or path.suffix == ".lock"]


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


def faults() -> dict[str, tuple[Callable[[Request], None], set[str]]]:
    """Return the twelve ways of a server to fail, and the errors that each may end in."""
    flipped = RIGHT[:-1] + bytes([RIGHT[-1] ^ 1])
    counts: dict[str, int] = {}

    def failing(times: int) -> Callable[[Request], None]:
        def answer(request: Request) -> None:
            counts[request.path] = counts.get(request.path, 0) + 1
            if counts[request.path] <= times:
                return request.send(500, b"no")
            return request.send_file(RIGHT)

        return answer

    def stall(request: Request) -> None:
        request.send(200, RIGHT[:100_000], length=SIZE)
        time.sleep(70)

    half = RIGHT[: SIZE // 2]
    return {
        "half body, length": (lambda r: r.send(200, half, length=SIZE), {"download-failed"}),
        "half body, no length": (
            lambda r: r.send(200, half, length=None), {"download-failed", "wrong-size"},
        ),
        "flipped byte": (lambda r: r.send(200, flipped), {"wrong-hash"}),
        "HTML page, 200": (lambda r: r.send(200, b"<html>Sign in</html>"), {"wrong-size"}),
        "500 once": (failing(1), {"ok"}),
        "500 nine times": (failing(9), {"download-failed"}),
        "404": (lambda r: r.send(404, b"no"), {"download-failed"}),
        "redirect to a file": (
            lambda r: r.send(302, Location="file:///etc/hostname"), {"unsafe-address"},
        ),
        "redirect to plain http": (
            lambda r: r.send(302, Location="http://example.org/x"), {"unsafe-address"},
        ),
        "gzip bomb": (
            lambda r: r.send(200, b"\x1f\x8b" + bytes(90), Content_Encoding="gzip"),
            {"wrong-encoding"},
        ),
        "extra bytes": (lambda r: r.send(200, RIGHT + b"x" * 9), {"wrong-size"}),
        "stall": (stall, {"download-failed"}),
    }  # fmt: skip


def server_faults(server: Server, folder: Path, quick: bool) -> Iterator[Row]:
    """Twelve ways of a server to fail, side by side; each ends within 60 s."""

    def run(item: tuple[str, tuple[Callable[[Request], None], set[str]]]) -> Row:
        name, (answer, allowed) = item
        row = Row(f"server: {name}", trials=1)
        path = folder / name / "weights"
        url = server.on("/" + re.sub(r"\W", "", name), answer)
        begin = time.monotonic()
        outcome = outcome_of_pull(url, known(url), path)
        seconds = time.monotonic() - begin
        row.wrong = is_wrong(path)
        row.as_it_must = outcome in allowed and seconds <= 60
        row.left = len(leftovers(path.parent))
        row.notes.append(f"{outcome}, {seconds:.1f} s")
        return row

    chosen = {name: fault for name, fault in faults().items() if not (quick and name == "stall")}
    with ThreadPoolExecutor(len(chosen)) as pool:
        yield from pool.map(run, chosen.items())


def outcome_of(action: Callable[[], object]) -> str:
    """Return `ok` or the id of the error."""
    try:
        action()
    except RadzooError as error:
        return error.id
    return "ok"


def outcome_of_pull(url: str, source: HttpsSource, path: Path) -> str:
    """Return how a pull in this process ended."""
    return outcome_of(lambda: download([Address(url)], source, path, no_progress))


def cuts(server: Server, folder: Path, quick: bool) -> Iterator[Row]:
    """A server that cuts every reply after a tenth of the file."""
    row = Row("every reply cut after 10 %", trials=1)
    url = server.on("/cut", lambda request: request.send_file(RIGHT, most=SIZE // 10))
    path, before = folder / "weights", server.sent
    outcome = outcome_of_pull(url, known(url), path)
    row.wrong, row.left = is_wrong(path), len(leftovers(folder))
    sent = (server.sent - before) / SIZE
    row.as_it_must = outcome == "ok" and sent <= 1.2
    row.notes.append(f"{server.asked['/cut']} requests, {sent:.2f}x the bytes sent")
    yield row


def replaced(server: Server, folder: Path, quick: bool) -> Iterator[Row]:
    """The file is replaced at its source while a half of it is here, and no hash is known."""
    row = Row("file replaced between two replies, hash unknown", trials=5 if quick else 20)
    other = noise(SEED + 1)

    def answer(request: Request, heeds_if_range: bool) -> None:
        first = server.asked[request.path] == 1
        if not heeds_if_range and not first:
            del request.headers["If-Range"]
        body, etag = (RIGHT, '"1"') if first else (other, '"2"')
        request.send_file(body, most=SIZE // 2 if first else None, etag=etag)

    for trial in range(row.trials):
        path = folder / str(trial) / "weights"
        url = server.on(f"/replaced{trial}", partial(answer, heeds_if_range=trial % 2 == 0))
        row.as_it_must += outcome_of_pull(url, known(url, sha256=None, size=None), path) == "ok"
        row.wrong += is_wrong(path, RIGHT, other)
    row.left = len(leftovers(folder))
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


ROWS = {
    "kills": kills,
    "server": server_faults,
    "cuts": cuts,
    "replaced": replaced,
    "concurrent": concurrent,
    "disk": full_disk,
    "flips": flips,
    "order": order_of_calls,
}


def main() -> int:
    """Run every row and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer trials, no stall")
    parser.add_argument("--row", choices=ROWS, action="append", help="only this kind of harm")
    options = parser.parse_args()
    os.environ["RADZOO_ALLOW_LOOPBACK"] = "1"
    server, rows = Server(), []
    print(f"{'trials':>6} {'wrong':>5} {'as it must':>10} {'left':>4}", flush=True)
    for name in options.row or ROWS:
        with tempfile.TemporaryDirectory() as folder:
            for row in ROWS[name](server, Path(folder), options.quick):
                rows.append(row)
                numbers = f"{row.trials:6} {row.wrong:5} {row.as_it_must:10} {row.left:4}"
                print(f"{numbers}  {row.name}: {'; '.join(row.notes)}".rstrip(": "), flush=True)
    print(f"wrong files accepted: {sum(row.wrong for row in rows)}")
    return 0 if all(row.good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
