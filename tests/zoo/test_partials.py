import os
import socket
import subprocess
import sys
import time

import pytest

from radzoo.zoo.partials import NO_KEY, claim, growth, key_of

KEY = key_of("0" * 64, "", None)
OTHER = key_of("1" * 64, "", None)


@pytest.fixture(scope="module")
def dead():
    """The number of a process that has ended."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


@pytest.fixture
def final(tmp_path):
    return tmp_path / "w.pth"


@pytest.fixture
def leave(final):
    """Leave an incomplete file as a process would."""

    def write(pid, content, *, key=KEY, host=None, rand="00c0ffee", hours=0.0):
        # The name as claim() writes it, but for the process.
        probe = claim(final.with_name("probe"), key)
        probe.stream.close()
        probe.path.unlink()
        space = probe.path.name.split("-")[-2]
        host = host or socket.gethostname()
        path = final.with_name(f".{final.name}.{host}.{pid}.{key}-{space}-{rand}.partial")
        path.write_bytes(content)
        then = time.time() - hours * 3600
        os.utime(path, (then, then))
        return path

    return write


def test_a_new_file_is_empty_private_and_says_whose_it_is(final):
    partial = claim(final, KEY)
    with partial.stream:
        assert not partial.adopted
        assert partial.path.stat().st_mode & 0o777 == 0o600
        assert partial.path.name.startswith(f".w.pth.{socket.gethostname()}.{os.getpid()}.")
        assert partial.path.name.endswith(".partial")


def test_the_file_of_a_dead_process_is_taken_over(final, leave, dead):
    left = leave(dead, b"beginning")
    partial = claim(final, KEY)
    with partial.stream:
        assert partial.adopted
        assert partial.stream.tell() == 9
        assert partial.path.read_bytes() == b"beginning"
        assert f".{os.getpid()}." in partial.path.name
    assert not left.exists()


def test_of_several_the_largest_is_taken_and_the_others_are_removed(final, leave, dead):
    leave(dead, b"12", rand="a")
    leave(dead, b"12345", rand="b")
    leave(dead, b"123", rand="c")
    with claim(final, KEY).stream as stream:
        assert stream.tell() == 5
    assert len(list(final.parent.iterdir())) == 1


@pytest.mark.parametrize("who", ["a living process", "another machine"])
def test_what_somebody_may_be_filling_is_left_alone(final, leave, dead, who):
    living = who == "a living process"
    left = leave(os.getppid() if living else dead, b"12", host=None if living else "elsewhere")
    partial = claim(final, KEY)
    partial.stream.close()
    assert not partial.adopted
    assert left.exists()


def test_a_locked_file_is_left_alone_whatever_its_name_says(final, leave, dead):
    fcntl = pytest.importorskip("fcntl")
    left = leave(dead, b"12")
    with left.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        partial = claim(final, KEY)
        partial.stream.close()
    assert not partial.adopted
    assert left.exists()


def test_after_a_day_anybody_may_go_on(final, leave, dead):
    leave(dead, b"12", host="elsewhere", hours=25)
    partial = claim(final, KEY)
    partial.stream.close()
    assert partial.adopted


@pytest.mark.parametrize("key", [OTHER, NO_KEY])
def test_beginnings_of_other_bytes_are_removed_not_taken(final, leave, dead, key):
    left = leave(dead, b"12", key=key)
    partial = claim(final, KEY)
    partial.stream.close()
    assert not partial.adopted
    assert not left.exists()


def test_without_a_key_any_known_beginning_is_taken(final, leave, dead):
    leave(dead, b"12", key=OTHER)
    partial = claim(final, NO_KEY)
    partial.stream.close()
    assert (partial.adopted, partial.key) == (True, OTHER)


def test_the_beginning_of_another_model_stays_for_a_day(final, leave, dead):
    left = leave(dead, b"12", hours=23)
    old = leave(dead, b"12", hours=25, rand="b")
    claim(final.with_name("another"), KEY).stream.close()
    assert left.exists()
    assert not old.exists()


def test_a_plain_name_of_a_dead_process_is_swept(final, dead):
    left = final.with_name(f".{final.name}.{socket.gethostname()}.{dead}.abc123.partial")
    left.write_bytes(b"12")
    claim(final, KEY).stream.close()
    assert not left.exists()


def test_growth_counts_every_process(final, leave):
    assert growth(final) == 0
    leave(os.getppid(), b"123")
    leave(1, b"12", host="elsewhere")
    assert growth(final) == 5


def test_keys():
    known = "0" * 64
    assert key_of(known, "a", '"1"') == key_of(known, "b", None)
    assert key_of(None, "a", None) == NO_KEY
    keys = {key_of(None, url, etag) for url in "ab" for etag in ('"1"', '"2"')}
    assert len(keys) == 4
