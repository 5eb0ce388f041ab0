"""Killed, damaged, cut off, without room: what is believed is what was written."""

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from radzoo.core.errors import EnvironmentFailure
from radzoo.data.engines.local import decode_locally
from radzoo.data.guard import Answer
from radzoo.data.prepared import Working, building, prepare_folder
from radzoo.data.prepared.building import Job
from radzoo.data.prepared.journal import JOURNAL
from radzoo.data.prepared.key import key_of

WORKING = Working(20)
pytestmark = pytest.mark.usefixtures("small_blocks")


class Counting:
    """Decodes, and counts; may raise after some."""

    def __init__(self, stop_after=None, error=KeyboardInterrupt):
        self.seen, self.stop_after, self.error = [], stop_after, error

    def __call__(self, requests):
        for request in requests:
            if len(self.seen) == self.stop_after:
                raise self.error
            self.seen.append(int(request.path.stem))
            yield draw(request)


def draw(request):
    """Answer without a child: noise that depends on the file's name."""
    number = int(request.path.stem)
    if number % 7 == 4:
        return Answer(refused="damaged")
    pixels = np.random.default_rng(number).integers(0, 65536, (20, 20))
    return Answer(body=pixels.astype("<u2").tobytes())


def job(cases, decode):
    return Job(key_of(cases, WORKING), cases, WORKING, decode)


def make(cases, folder, decode=None):
    decode = decode or Counting()
    return prepare_folder(folder, job(cases, decode), log=print), decode


def expected(cases):
    answers = [draw(WORKING.request(case)) for case in cases]
    kept = [np.frombuffer(a.body, "<u2").reshape(20, 20) for a in answers if not a.refused]
    return np.stack(kept)


@pytest.mark.parametrize("stop_after", [0, 1, 3, 4, 8, 10, 12, 19])
def test_the_next_process_goes_on_from_the_whole_blocks(make_cases, tmp_path, stop_after):
    cases = make_cases(20)
    with pytest.raises(KeyboardInterrupt):
        make(cases, tmp_path / "s", Counting(stop_after))
    assert not (tmp_path / "s").exists()
    got, decode = make(cases, tmp_path / "s")
    first = stop_after - stop_after % 3
    assert decode.seen == list(range(first, 20))
    assert got.blocks_kept == first // 3
    np.testing.assert_array_equal(got.images, expected(cases))
    assert [one.case_id for one in got.refused] == ["case 4", "case 11", "case 18"]
    assert sorted(p.name for p in (tmp_path / "s").iterdir()) == ["images.npy", "index.json"]
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize("damage", ["flip image", "cut image", "flip note", "cut note", "no image"])
def test_half_written_and_damaged_blocks_are_not_believed(make_cases, tmp_path, damage):
    cases = make_cases(20)
    with pytest.raises(KeyboardInterrupt):
        make(cases, tmp_path / "s", Counting(16))
    folder = tmp_path / ".s.partial"
    images, notes = folder / "images.npy", folder / JOURNAL
    if damage == "flip image":
        flip(images, 192 + 800 * 4)  # the second block
    elif damage == "cut image":
        os.truncate(images, 192 + 800 * 4)
    elif damage == "no image":
        images.unlink()
    elif damage == "cut note":
        os.truncate(notes, notes.stat().st_size - 20)
    else:
        flip(notes, notes.stat().st_size - 20)
    got, decode = make(cases, tmp_path / "s")
    kept = {"flip image": 3, "cut image": 3, "no image": 0, "cut note": 12, "flip note": 12}
    assert decode.seen == list(range(kept[damage], 20))
    np.testing.assert_array_equal(got.images, expected(cases))


def flip(path, offset):
    with path.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)
        file.seek(offset)
        file.write(bytes([byte[0] ^ 1]))


def test_a_damaged_block_alone_is_decoded_again(make_cases, tmp_path):
    cases = make_cases(20)
    before, _ = make(cases, tmp_path / "s")
    np.testing.assert_array_equal(before.images, expected(cases))
    flip(tmp_path / "s" / "images.npy", 192 + 800 * 4 + 17)
    got, decode = make(cases, tmp_path / "s")
    assert decode.seen == [3, 4, 5]
    assert not got.reused
    np.testing.assert_array_equal(got.images, expected(cases))
    np.testing.assert_array_equal(before.images, expected(cases))  # the same file, mapped
    assert make(cases, tmp_path / "s")[1].seen == []


def test_if_other_cases_are_refused_now_all_is_made_anew(make_cases, tmp_path):
    cases = make_cases(8)
    before, _ = make(cases, tmp_path / "s")
    copy = before.images.copy()
    flip(tmp_path / "s" / "images.npy", 192 + 800 * 5)

    def refuse(requests):
        for request in requests:
            yield Answer(refused="too-slow") if request.path.stem == "6" else draw(request)

    got, _ = make(cases, tmp_path / "s", refuse)
    assert len(got.images) == 6
    assert len(before.images) == len(copy)  # who has the old images keeps them


def test_blocks_of_other_files_are_not_gone_on_with(make_cases, tmp_path):
    cases = make_cases(20)
    with pytest.raises(KeyboardInterrupt):
        make(cases, tmp_path / "s", Counting(10))
    os.utime(cases[0].path, ns=(1, 1))
    assert make(cases, tmp_path / "s")[1].seen == list(range(20))


def test_a_full_disk_is_said_and_gone_on_after(make_cases, tmp_path, monkeypatch):
    cases = make_cases(20)
    write = os.write
    written = []

    def fill(descriptor, data):
        written.append(len(data))
        if sum(written) > 9000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", fill)
        with pytest.raises(EnvironmentFailure, match="no space left"):
            make(cases, tmp_path / "s")
    got, decode = make(cases, tmp_path / "s")
    assert decode.seen[0] > 0
    np.testing.assert_array_equal(got.images, expected(cases))


def test_too_little_room_is_said_before_anything_is_decoded(make_cases, tmp_path, monkeypatch):
    usage = type("Usage", (), {"free": 20 * 800 - 1})
    monkeypatch.setattr(building.shutil, "disk_usage", lambda folder: usage)
    decode = Counting()
    with pytest.raises(EnvironmentFailure, match="no space left"):
        make(make_cases(20), tmp_path / "s", decode)
    assert decode.seen == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can mount")
def test_a_disk_that_is_full_indeed(make_cases, tmp_path, monkeypatch):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        monkeypatch.setattr(building, "check_room", lambda folder, wanted: None)
        with pytest.raises(EnvironmentFailure, match="no space left"):
            make(make_cases(40), disk / "s")
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


# --- processes ---

CHILD = """
import sys
from pathlib import Path
sys.path[:0] = [{tests!r}]
import radzoo.data.prepared.blocks as blocks
blocks.MOST_CASES = 3
import importlib.util, time
spec = importlib.util.spec_from_file_location("building_tests", {file!r})
tests = importlib.util.module_from_spec(spec); spec.loader.exec_module(tests)
from radzoo.core.case import Case
cases = [Case(f"case {{n}}", Path({images!r}) / f"{{n}}.png", {{}}) for n in range({n})]
def slowly(requests):
    for request in requests:
        time.sleep(0.002)
        yield tests.draw(request)
tests.make(cases, Path({folder!r}), slowly)
"""


def start(folder, images, n):
    code = CHILD.format(
        tests=str(Path(__file__).parent), file=__file__, images=str(images), n=n, folder=str(folder)
    )
    return subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE)


def kill_again_and_again(cases, folder, times, rng):
    """Kill processes at any moment until one comes to an end; how many were killed."""
    killed = 0
    for _ in range(times):
        child = start(folder, cases[0].path.parent, len(cases))
        try:
            wait_until(lambda: folder.with_name(f".{folder.name}.partial").exists(), child)
            time.sleep(rng.uniform(0, 0.25))
            child.kill()
        finally:
            _, errors = child.communicate()
        killed += child.returncode == -9
        assert child.returncode in (0, -9), errors
        if folder.exists():
            break
    return killed


def wait_until(condition, child):
    deadline = time.monotonic() + 30
    while not condition() and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)


def test_killed_twice_and_right_in_the_end(make_cases, tmp_path):
    cases = make_cases(90)
    assert kill_again_and_again(cases, tmp_path / "s", 2, np.random.default_rng(1)) == 2
    got, _ = make(cases, tmp_path / "s")
    np.testing.assert_array_equal(got.images, expected(cases))


@pytest.mark.slow
def test_killed_forty_times(make_cases, tmp_path):
    rng = np.random.default_rng(0)
    killed = 0
    for trial in range(8):
        cases = make_cases(200)
        killed += kill_again_and_again(cases, tmp_path / f"s{trial}", 8, rng)
        got, _ = make(cases, tmp_path / f"s{trial}")
        np.testing.assert_array_equal(got.images, expected(cases))
    assert killed >= 40


def test_two_processes_take_turns_and_do_not_harm_each_other(make_cases, tmp_path):
    cases = make_cases(60)
    children = [start(tmp_path / "s", cases[0].path.parent, 60) for _ in range(2)]
    for child in children:
        assert child.communicate()[1] == b""
        assert child.returncode == 0
    got, decode = make(cases, tmp_path / "s")
    assert (got.reused, decode.seen) == (True, [])
    np.testing.assert_array_equal(got.images, expected(cases))


def test_children_of_the_guard_give_the_same(make_cases, tmp_path):
    cases = make_cases(7)
    one = prepare_folder(
        tmp_path / "a", job(cases, lambda requests: decode_locally(requests, 1)), log=print
    )
    two = prepare_folder(
        tmp_path / "b", job(cases, lambda requests: decode_locally(requests, 2)), log=print
    )
    np.testing.assert_array_equal(one.images, two.images)
    read = [(tmp_path / name / "images.npy").read_bytes() for name in "ab"]
    assert read[0] == read[1]
