"""One process fetches, the others wait and say so."""

import os
import threading

from radzoo.core.file_lock import take_lock
from radzoo.zoo.transfer_lock import alone


def test_who_waits_for_another_is_told(tmp_path):
    lock = tmp_path / "w.lock"
    holder = take_lock(lock)
    told = threading.Event()
    threading.Thread(target=lambda: told.wait(5) and os.close(holder)).start()
    with alone(lock, lambda: None, told.set):
        assert told.is_set()


def test_who_need_not_wait_is_told_nothing(tmp_path):
    told = []
    with alone(tmp_path / "w.lock", lambda: None, lambda: told.append(1)):
        pass
    assert told == []
