import os
import signal
import threading

import pytest

from radzoo.workflows.teaching.signals import listening


def test_a_signal_ends_what_cannot_stand_still():
    with pytest.raises(KeyboardInterrupt), listening():
        os.kill(os.getpid(), signal.SIGUSR1)


def wait_patiently(signals, seen):
    with signals.patient():
        os.kill(os.getpid(), signal.SIGTERM)
        seen.append((signals.received, signals.by_hand, signal.getsignal(signal.SIGTERM)))


def test_patience_is_for_those_who_ask():
    seen = []
    with listening() as signals, pytest.raises(KeyboardInterrupt):
        wait_patiently(signals, seen)
    assert seen == [("SIGTERM", False, signal.SIG_DFL)]  # the next one would end the process


def test_handlers_are_put_back_and_ignored_signals_stay_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    mine = signal.getsignal(signal.SIGTERM)
    try:
        with listening() as signals:
            os.kill(os.getpid(), signal.SIGHUP)
            assert signals.received is None
            assert signal.getsignal(signal.SIGTERM) != mine
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGTERM) is mine
    finally:
        signal.signal(signal.SIGHUP, before)


def test_outside_the_main_thread_nobody_listens():
    seen = []

    def run():
        with listening() as signals:
            seen.append(signals.received)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [None]
