import os
import socket
import subprocess
import sys

import pytest

from radzoo.zoo.partial_owner import NAME, has_ended, is_from_here, process_space

KEY = "0" * 16
HOST = socket.gethostname()


@pytest.fixture(scope="module")
def dead():
    """The number of a process that has ended."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def read(name):
    found = NAME.fullmatch(name)
    assert found
    return found


@pytest.mark.parametrize(
    ("name", "here"),
    [
        (f".w.pth.{HOST}.1.{KEY}-{process_space()}-ab.partial", True),
        (f".w.pth.{HOST}.1.{KEY}-{process_space() + 1}-ab.partial", False),
        (f".w.pth.elsewhere.1.{KEY}-{process_space()}-ab.partial", False),
        (f".w.pth.x{HOST}.1.{KEY}-{process_space()}-ab.partial", False),
        (f".w.pth.{HOST}.1.ab.partial", True),
        (".w.pth.1.ab.partial", False),
    ],
)
def test_which_names_tell_of_this_machine(name, here):
    assert is_from_here(read(name)) is here


def test_which_processes_have_ended(dead):
    alive = (os.getpid(), os.getppid(), 1)
    assert not any(has_ended(read(f".w.{HOST}.{number}.ab.partial")) for number in alive)
    for number in (dead, 2**200):
        assert has_ended(read(f".w.{HOST}.{number}.ab.partial"))


def test_where_asking_would_end_a_process_nobody_is_asked(dead, monkeypatch):
    monkeypatch.setattr(os, "name", "nt")
    found = read(f".w.{HOST}.{dead}.ab.partial")
    monkeypatch.setattr(os, "kill", None)
    assert not has_ended(found)


@pytest.mark.parametrize("name", ["w.pth", ".w.pth.partial", ".w.1.partial", "x.w.1.ab.partial"])
def test_other_names_tell_nothing(name):
    assert NAME.fullmatch(name) is None
