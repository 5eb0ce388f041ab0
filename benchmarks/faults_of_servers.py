"""Rows of `pull_faults.py`: servers that fail, cut, or exchange the file."""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from fault_server import Request, Server
from fault_trial import (
    RIGHT,
    SEED,
    SIZE,
    Row,
    is_wrong,
    known,
    leftovers,
    noise,
    outcome_of_pull,
)


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
