"""The guard: whatever a child does, the answer is a reason and the next file is read."""

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

import radzoo
from radzoo.core.errors import EnvironmentFailure
from radzoo.data.guard import Answer, Guard, Request, default_workers
from radzoo.data.pipe import MAX_BODY, pack, pieces_of, size_of, unpack
from radzoo.data.room import PLACE_BYTES, Room

GREY = np.arange(64, dtype=np.uint8).reshape(8, 8) * 4

# A worker that misbehaves as the name of the file says.
HOSTILE = """
import os, sys, time
from pathlib import Path
import radzoo.data.worker as worker
from radzoo.data import readers

def read_image(path, member=""):
    name = Path(path).name
    if name.startswith("crash"): os._exit(3)
    if name.startswith("hang"): time.sleep(60)
    if name.startswith("memory"): raise MemoryError
    if name.startswith("panic"): raise type("PanicException", (BaseException,), {})("SECRET")
    if name.startswith("stop"): raise StopIteration
    if name.startswith("die"):  # between writing pixels and answering
        put = worker.Room.write
        worker.Room.write = lambda *answer: (put(*answer), os._exit(3))
    if name.startswith("noise"):
        os.write(1, b"SECRET" * 100)
        os.write(2, b"SECRET")
        print("SECRET")
    return real(path, member)

real, readers.read_image = readers.read_image, read_image
import radzoo.data.square  # now, not while the first file is timed
worker.main()
"""


def write(folder: Path, *names: str) -> list[Path]:
    for name in names:
        Pillow.fromarray(GREY).save(folder / name, "PNG")
    return [folder / name for name in names]


def pixels(path: Path, size: int = 8) -> Request:
    return Request("pixels", path, size=size)


def square(answer: Answer) -> np.ndarray:
    return np.frombuffer(answer.body, np.uint16).reshape(8, 8)


@pytest.fixture
def hostile(tmp_path):
    script = tmp_path / "hostile_worker.py"
    script.write_text(textwrap.dedent(HOSTILE))
    return (sys.executable, str(script))


def test_answers_come_in_the_order_of_the_requests(tmp_path):
    paths = []
    for number in range(30):
        path = tmp_path / f"{number}.png"
        Pillow.fromarray(np.full((8, 8), number, np.uint8)).save(path)
        paths.append(path)
    with Guard(2) as guard:
        answers = list(guard.map(pixels(path) for path in paths))
    assert [square(answer)[0, 0] for answer in answers] == [257 * number for number in range(30)]


def test_a_bad_file_among_good_ones_is_refused_alone(tmp_path):
    paths = write(tmp_path, "a.png", "b.png", "c.png")
    paths[1].write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    with Guard(1) as guard:
        assert [answer.refused for answer in guard.map(map(pixels, paths))] == [
            None, "damaged", None,
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("crash.png", "decoder-crashed"), ("memory.png", "out-of-memory"),
        ("panic.png", "undecodable"), ("stop.png", "undecodable"), ("noise.png", None),
    ],
)  # fmt: skip
def test_whatever_a_decoder_does_the_next_file_is_read(name, reason, tmp_path, hostile, capfd):
    paths = write(tmp_path, name, "good.png")
    with Guard(1, command=hostile) as guard:
        bad, good = guard.map(map(pixels, paths))
    assert bad.refused == reason
    assert "SECRET" not in str(bad.fields)
    np.testing.assert_array_equal(square(good), GREY.astype(np.uint16) * 257)
    assert "".join(capfd.readouterr()) == ""


@pytest.mark.parametrize("name", ["crash.png", "hang.png", "die.png"])
def test_what_was_already_sent_is_read_by_the_next_child(name, tmp_path, hostile):
    paths = write(tmp_path, "a.png", name, "b.png", "c.png", "d.png")
    with Guard(1, timeout_s=2, command=hostile) as guard:
        answers = list(guard.map(map(pixels, paths)))
    assert [answer.refused is None for answer in answers] == [True, False, True, True, True]
    for answer in (answers[0], *answers[2:]):
        np.testing.assert_array_equal(square(answer), GREY.astype(np.uint16) * 257)


def no_memory(*_arguments: object) -> int:
    raise OSError(28, "no space")


def test_without_shared_memory_pixels_come_through_the_pipe(tmp_path, monkeypatch):
    (path,) = write(tmp_path, "a.png")
    monkeypatch.setattr(os, "memfd_create", no_memory)
    with Guard(1) as guard:
        np.testing.assert_array_equal(square(guard.ask(pixels(path))), GREY.astype(np.uint16) * 257)


def test_memory_that_is_used_up_sends_pixels_through_the_pipe(tmp_path):
    (path,) = write(tmp_path, "a.png")
    script = tmp_path / "worker.py"
    script.write_text(
        "import os, radzoo.data.worker as worker\n"
        "def pwrite(*_): raise OSError(28, 'no space')\n"
        "os.pwrite = pwrite\nworker.main()\n"
    )
    with Guard(1, command=(sys.executable, str(script))) as guard:
        np.testing.assert_array_equal(square(guard.ask(pixels(path))), GREY.astype(np.uint16) * 257)


def test_pixels_too_large_for_the_memory_come_through_the_pipe(tmp_path):
    (path,) = write(tmp_path, "a.png")
    with Guard(1) as guard:
        small, large = guard.map([pixels(path), pixels(path, 2100)])
    assert PLACE_BYTES < 2 * 2100**2
    assert (len(small.body), len(large.body)) == (128, 2 * 2100**2)


def test_an_answer_longer_than_the_memory_is_no_answer(tmp_path):
    (path,) = write(tmp_path, "a.png")
    script = tmp_path / "worker.py"
    script.write_text(
        "import radzoo.data.worker as worker\n"
        f"worker._answer = lambda request: ({{'in_room': {PLACE_BYTES + 1}}}, b'')\n"
        "worker.main()\n"
    )
    with Guard(1, command=(sys.executable, str(script))) as guard:
        assert guard.ask(pixels(path)).refused == "decoder-crashed"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_nothing_is_left_behind(tmp_path, hostile):
    paths = write(tmp_path, "a.png", "die.png", "crash.png", "b.png")

    def left() -> tuple[int, set[str]]:
        shared = Path("/dev/shm")
        names = {name.name for name in shared.iterdir()} if shared.exists() else set()
        return len(list(Path("/proc/self/fd").iterdir())), {n for n in names if "radzoo" in n}

    before = left()
    with Guard(2, command=hostile) as guard:
        list(guard.map(map(pixels, paths)))
        inside = left()
    assert inside[0] > before[0]
    assert left() == before


def test_who_asks_a_closed_guard_is_not_left_waiting(tmp_path):
    (path,) = write(tmp_path, "a.png")
    with Guard(1) as guard:
        answers = guard.map(pixels(path) for _ in range(3))
    assert [answer.refused for answer in answers] == ["decoder-crashed"] * 3


def test_a_long_message_waits_for_an_idle_child(tmp_path):
    (path,) = write(tmp_path, "a.png")
    requests = [Request("inspect", path, member="m" * 200_000) for _ in range(6)]
    with Guard(1) as guard:
        assert [answer.fields["rows"] for answer in guard.map(requests)] == [8] * 6


def test_a_file_that_takes_too_long_is_refused(tmp_path, hostile):
    paths = write(tmp_path, "hang.png", "good.png")
    start = time.monotonic()
    with Guard(1, timeout_s=0.5, command=hostile) as guard:
        bad, good = guard.map(map(pixels, paths))
    assert (bad.refused, good.refused) == ("too-slow", None)
    assert time.monotonic() - start < 30


def test_leaving_early_ends_the_children(tmp_path, hostile):
    (path,) = write(tmp_path, "hang.png")
    start = time.monotonic()
    with Guard(1, timeout_s=50, command=hostile) as guard:
        threading_answers = guard.map(iter([pixels(path)] * 3))
        guard.ask(pixels(write(tmp_path, "good.png")[0]))
        children = list(guard._children)
        del threading_answers
    assert time.monotonic() - start < 20
    assert children
    assert not any(child.alive for child in children)


def test_memory_beyond_the_limit_is_refused_in_the_child(tmp_path):
    script = tmp_path / "hungry_worker.py"
    script.write_text(
        HOSTILE.replace("raise MemoryError", 'np = __import__("numpy"); np.ones(10**9)')
    )
    paths = write(tmp_path, "memory.png", "good.png")
    with Guard(1, command=(sys.executable, str(script))) as guard:
        assert [answer.refused for answer in guard.map(map(pixels, paths))] == [
            "out-of-memory", None,
        ]  # fmt: skip


def test_a_child_that_does_not_start_is_said_once(tmp_path):
    (path,) = write(tmp_path, "a.png")
    broken = (sys.executable, "-c", "raise SystemExit(1)")
    with Guard(1, command=broken) as guard, pytest.raises(EnvironmentFailure, match="start"):
        guard.ask(pixels(path))


def test_the_working_directory_cannot_shadow_a_module(tmp_path, monkeypatch):
    (path,) = write(tmp_path, "a.png")
    (tmp_path / "numpy.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    with Guard(1) as guard:
        assert guard.ask(pixels(path)).refused is None


def test_a_script_needs_no_main_guard(tmp_path):
    (path,) = write(tmp_path, "a.png")
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\nfrom radzoo.data.guard import Guard, Request\n"
        f"path = Path({str(path)!r})\n"
        "with Guard(2) as guard: print(guard.ask(Request('inspect', path)).fields)\n"
    )
    root = Path(radzoo.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert "'rows': 8" in done.stdout
    assert done.stderr == ""


def test_names_that_are_not_text_arrive(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png"))
    try:
        Pillow.fromarray(GREY).save(path, "PNG")
    except OSError:
        pytest.skip("the file system takes only UTF-8 names")
    with Guard(1) as guard:
        assert guard.ask(pixels(path)).refused is None


def test_messages_come_back_as_they_went():
    message = pack({"a": 1}, b"xyz")
    place = 0

    def read(size: int) -> bytes:
        nonlocal place
        place += size
        return message[place - size : place]

    assert unpack(read) == ({"a": 1}, b"xyz")


@pytest.mark.parametrize("message", [b"\xff" * 8, pack({}).replace(b"{}", b"{[")])
def test_what_is_no_message_ends_the_exchange(message):
    place = 0

    def read(size: int) -> bytes:
        nonlocal place
        place += size
        return message[place - size : place]

    with pytest.raises(EOFError):
        unpack(read)


def test_there_is_at_least_one_worker():
    assert 1 <= default_workers() <= 4


def write_volumes(folder: Path, n: int) -> list[Request]:
    """Each is larger than a place for images, and no two are alike."""
    values = np.arange(n, dtype=np.uint8)[:, None, None, None] + np.zeros((1, 10, 500, 500), "u1")
    values[:, :, 3, 4] = 200
    np.savez(folder / "v.npz", rows=values)
    return [Request("volume", folder / "v.npz", f"rows/{row}") for row in range(n)]


def check_volumes(answers: list[Answer]) -> None:
    for row, answer in enumerate(answers):
        values = np.frombuffer(answer.body, np.float32).reshape(10, 500, 500)
        assert values.nbytes > PLACE_BYTES
        assert values[:, 3, 4].tolist() == [200] * 10
        assert len(np.unique(np.delete(values.reshape(10, -1), 3 * 500 + 4, axis=1))) == 1
        assert values[0, 0, 0] == row


def test_large_volumes_come_through_the_memory_one_at_a_time(tmp_path, monkeypatch):
    requests, (image,) = write_volumes(tmp_path, 3), write(tmp_path, "a.png")
    read, kept = Room.read, []

    def watch(room: Room, *arguments: object) -> bytes:
        body = read(room, *arguments)
        kept.append((len(body), 512 * os.fstat(room.descriptor).st_blocks))
        return body

    monkeypatch.setattr(Room, "read", watch)
    with Guard(1) as guard:
        answers = list(guard.map([*requests, pixels(image)]))
    check_volumes(answers[:3])
    np.testing.assert_array_equal(square(answers[3]), GREY.astype(np.uint16) * 257)
    assert [size for size, _ in kept] == [10_000_000] * 3 + [128]
    assert max(blocks for _, blocks in kept) <= 4096  # the hall took no memory once it was read


def test_large_volumes_come_through_the_pipe_where_there_is_no_memory(tmp_path, monkeypatch):
    requests = write_volumes(tmp_path, 2)
    monkeypatch.setattr(os, "memfd_create", no_memory)
    with Guard(1) as guard:
        check_volumes(list(guard.map(requests)))


def test_a_turned_volume_comes_in_its_own_order():
    values = np.arange(24, dtype=np.float32).reshape(2, 3, 4).transpose(2, 0, 1)[::-1]
    assert b"".join(bytes(piece) for piece in pieces_of(values)) == values.tobytes()
    assert size_of(values) == 96


def test_the_memory_takes_no_more_than_was_agreed():
    room = Room.make()
    assert room is not None
    large = np.zeros(PLACE_BYTES + 1, np.uint8)
    assert not room.write(0, large, False)
    assert room.write(0, large, True)
    assert not room.write(2, b"x", False)
    with pytest.raises(EOFError):
        room.read(0, len(large), False)
    with pytest.raises(EOFError):
        room.read(0, MAX_BODY + 1, True)
    assert room.read(0, len(large), True) == large.tobytes()
    with pytest.raises(OSError, match="not permitted"):
        os.ftruncate(room.descriptor, 4 * MAX_BODY)
    room.close()
