import json
import stat
import subprocess
import sys
import threading

import pytest

from radzoo.core.errors import EnvironmentFailure, IntegrityError
from radzoo.zoo import memory
from radzoo.zoo.memory import change_notes, memory_root, read_notes, unless_unwritable

WRITER = """
import sys
from radzoo.zoo.memory import change_notes
for number in range(5):
    key = f"{sys.argv[1]}-{number}"
    change_notes("n.json", lambda notes: notes.update({key: 1}), lambda notes: key in notes)
"""


def note(key, value=1):
    def change(notes):
        notes[key] = value

    change_notes("n.json", change, lambda notes: notes.get(key) == value)


def test_what_was_noted_is_read_again():
    assert read_notes("n.json") == {}
    note("a")
    note("b", {"c": [1]})
    assert read_notes("n.json") == {"a": 1, "b": {"c": [1]}}


def test_it_belongs_to_the_user_alone():
    note("a")
    assert stat.S_IMODE(memory_root().stat().st_mode) == 0o700
    assert stat.S_IMODE((memory_root() / "n.json").stat().st_mode) == 0o600


def test_where_it_is(monkeypatch, tmp_path, own_home):
    assert memory_root().is_relative_to(own_home)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert memory_root() == tmp_path / "radzoo"
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert memory_root().is_absolute()


@pytest.mark.parametrize("text", [b"", b"[1]", b'{"notes": 1}', b"\xff", b"[" * 10**5])
def test_a_damaged_memory_is_refused(text):
    note("a")
    (memory_root() / "n.json").write_bytes(text)
    with pytest.raises(IntegrityError, match="damaged"):
        read_notes("n.json")


def test_writers_in_one_process_lose_nothing():
    threads = [threading.Thread(target=note, args=(str(n),)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_notes("n.json")) == 20


def test_writers_in_several_processes_lose_nothing():
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(n)]) for n in range(4)]
    assert [writer.wait() for writer in writers] == [0] * 4
    assert len(read_notes("n.json")) == 20


def test_a_change_that_was_overwritten_is_made_again(monkeypatch):
    """As if locks did nothing: another process publishes what it read before us."""
    note("a")
    stale = (memory_root() / "n.json").read_text()
    monkeypatch.setattr("radzoo.core.file_lock.try_lock", lambda descriptor: True)
    rounds = []

    def change(notes):
        notes["b"] = 1

    def holds(notes):
        rounds.append(dict(notes))
        if len(rounds) == 1:
            (memory_root() / "n.json").write_text(stale)
            return "b" in read_notes("n.json")
        return "b" in notes

    change_notes("n.json", change, holds)
    assert len(rounds) == 2
    assert read_notes("n.json") == {"a": 1, "b": 1}


def test_a_lock_that_nobody_gives_back_stops_nobody(monkeypatch):
    monkeypatch.setattr(memory, "LOCK_TIMEOUT_S", 0.05)
    monkeypatch.setattr("radzoo.core.file_lock.try_lock", lambda descriptor: False)
    note("a")
    assert read_notes("n.json") == {"a": 1}


def test_an_unwritable_memory_is_one_warning(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with pytest.raises(EnvironmentFailure):
        note("a")
    lines = []
    unless_unwritable(lambda: note("a"), "its hash", lines.append)
    assert len(lines) == 1
    assert lines[0].startswith("warning: its hash could not be remembered: cannot write")
    assert read_notes("n.json") == {}


def test_the_file_is_json_with_a_version():
    note("a")
    document = json.loads((memory_root() / "n.json").read_text())
    assert document == {"schema_version": 1, "notes": {"a": 1}}
