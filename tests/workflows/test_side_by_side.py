import threading
import time

import pytest

from radzoo.workflows.side_by_side import Stopped, side_by_side


def nothing(done, total):
    pass


def test_results_come_in_the_order_asked():
    def act(number, progress):
        time.sleep(0.02 * (3 - number))
        return number * number

    assert side_by_side([0, 1, 2, 3], act, lambda item: nothing, jobs=4) == [0, 1, 4, 9]
    assert side_by_side([], act, lambda item: nothing, jobs=4) == []


def test_each_has_its_own_progress():
    told = []

    def act(name, progress):
        progress(3, None)

    def progress_of(name):
        return lambda done, total: told.append((name, done, total))

    side_by_side(["a", "b"], act, progress_of, jobs=1)
    assert told == [("a", 3, None), ("b", 3, None)]


@pytest.mark.parametrize("kind", [KeyboardInterrupt, ZeroDivisionError])
def test_what_breaks_one_ends_the_others_at_their_next_block(kind):
    both = threading.Barrier(2, timeout=5)
    ends = []

    def act(name, progress):
        both.wait()
        if name == "broken":
            raise kind
        try:
            while True:
                progress(1, None)
                time.sleep(0.01)
        except Stopped:
            ends.append(name)
            raise

    with pytest.raises(kind):
        side_by_side(["broken", "endless"], act, lambda item: nothing, jobs=2)
    assert ends == ["endless"]


def test_what_waits_is_not_begun_after_a_break():
    begun = []

    def act(name, progress):
        begun.append(name)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        side_by_side(["a", "b"], act, lambda item: nothing, jobs=1)
    assert begun == ["a"]
