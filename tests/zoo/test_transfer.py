"""The download itself: several places, several processes, several versions of a file."""

import errno
import hashlib
import os
import random
import shutil
import stat
import subprocess
import sys
import threading
import time
import tracemalloc

import pytest

from radzoo.core.entry import HttpsSource
from radzoo.core.errors import EnvironmentFailure, IntegrityError, RadzooError
from radzoo.core.file_lock import take_lock
from radzoo.core.source import WAITING
from radzoo.zoo import transfer, transfer_arrival, transfer_attempt, transfer_lock
from radzoo.zoo.addresses import Address
from radzoo.zoo.partials import claim, key_of
from radzoo.zoo.transfer import download


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(transfer, "FIRST_PAUSE_S", 0.0)


@pytest.fixture
def fetch(tmp_path, weights):
    """Download from addresses to one place; the hash of `weights` is known unless told not."""

    def run(*places, progress=lambda done, total: None, force=False, pause=None, **facts):
        known = {"sha256": hashlib.sha256(weights).hexdigest(), "size_bytes": len(weights)}
        places = [Address(place) if isinstance(place, str) else place for place in places]
        source = HttpsSource(kind="https", url=places[0].url, **{**known, **facts})
        path = tmp_path / "cache" / "w.pth"
        return download(
            places, source, path, progress, force=force, pause=pause or (lambda seconds: None)
        )

    return run


UNKNOWN = {"sha256": None, "size_bytes": None}


@pytest.fixture
def left(tmp_path):
    return lambda: sorted(path.name for path in (tmp_path / "cache").rglob("*") if path.is_file())


@pytest.fixture
def begun(tmp_path, weights, monkeypatch):
    """Leave the beginning of a download, as a killed process does."""

    def leave(content, key):
        partial = claim(tmp_path / "cache" / "w.pth", key)
        partial.stream.write(content)
        partial.stream.close()
        name = partial.path.name.replace(f".{os.getpid()}.", f".{DEAD}.")
        partial.path.rename(partial.path.with_name(name))

    return leave


def _dead_process():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


DEAD = _dead_process()


def whole(body, **headers):
    return lambda request: request.send_file(body, **headers)


def halves(body, **headers):
    """A server that ends its first reply in the middle, and goes on if asked to."""
    count = []

    def answer(request):
        count.append(1)
        if len(count) == 1:
            return request.send(200, body[: len(body) // 2], length=len(body), **headers)
        return request.send_file(body, **headers)

    return answer


def ranges(web):
    return [headers.get("Range") for _, _, headers in web.asked]


def test_who_waits_for_another_process_says_so(web, fetch, weights, tmp_path):
    lock = tmp_path / "cache" / ".locks" / "w.pth.lock"
    lock.parent.mkdir(parents=True)
    holder, seen = take_lock(lock), []

    def progress(done, total):
        seen.append(done)
        if len(seen) == 1:
            os.close(holder)

    fetch(web.on("/w", whole(weights)), progress=progress)
    assert seen[0] == WAITING
    assert WAITING not in seen[1:]
    assert seen[-1] == len(weights)


# Several places


@pytest.mark.parametrize("fault", ["missing", "wrong", "short", "unsafe"])
def test_another_place_makes_up_for_a_bad_one(web, fetch, weights, left, fault):
    bad = {
        "missing": lambda: web.url + "/none",
        "wrong": lambda: web.on("/bad", whole(b"x" * len(weights))),
        "short": lambda: web.on("/bad", whole(weights[:99])),
        "unsafe": lambda: "https://10.0.0.1/w",
    }[fault]()
    assert fetch(bad, web.on("/good", whole(weights))).path.read_bytes() == weights
    assert left() == ["w.pth"]


def test_if_all_fail_each_is_named_and_the_last_one_decides(web, fetch, weights, left):
    wrong = web.on("/wrong", whole(b"x" * len(weights)))
    both = r"/none could not .*; .*/wrong has sha256 .*; 2 addresses were tried$"
    with pytest.raises(IntegrityError, match=both):
        fetch(web.url + "/none", wrong)
    with pytest.raises(
        EnvironmentFailure, match=r"/wrong has .*answers 404; 2 addresses were tried$"
    ):
        fetch(wrong, web.url + "/none")
    assert left() == []


def test_another_place_goes_on_where_the_first_one_failed(web, fetch, weights):
    half = len(weights) // 2
    broken = web.on("/a", lambda request: request.send(200, weights[:half], length=len(weights)))
    fetch(broken, web.on("/b", whole(weights)))
    assert ranges(web)[-1] == f"bytes={half}-"


def test_a_wrong_beginning_from_one_place_does_not_spoil_the_next(web, fetch, weights):
    half = len(weights) // 2
    broken = web.on("/a", lambda request: request.send(200, bytes(half), length=len(weights)))
    fetched = fetch(broken, web.on("/b", whole(weights)))
    assert fetched.path.read_bytes() == weights


@pytest.mark.parametrize("headers", [{}, {"ETag": '"1"'}])
def test_two_places_are_not_mixed_if_nothing_could_tell(web, fetch, weights, headers):
    half = len(weights) // 2

    def cut(request):
        start = half if "Range" in request.headers else 0
        request.send(206 if start else 200, bytes(half)[start:], length=len(weights), **headers)

    broken = web.on("/a", cut)
    fetched = fetch(broken, web.on("/b", whole(weights, ETag='"1"')), **UNKNOWN)
    assert fetched.path.read_bytes() == weights
    assert ranges(web)[-1] is None


def test_a_secret_is_told_to_its_own_host_only(web, fetch, weights):
    other = web.url.replace("127.0.0.1", "localhost") + "/there"
    web.on("/there", whole(weights))
    web.on("/again", lambda request: request.send(302, Location=other))
    first = web.on("/first", lambda request: request.send(302, Location="/again"))
    fetch(Address(first, {"Authorization": "Bearer word"}))
    sent = {path: headers.get("Authorization") for _, path, headers in web.asked}
    assert sent == {"/first": "Bearer word", "/again": "Bearer word", "/there": None}
    assert "word" not in repr(Address(first, {"Authorization": "Bearer word"}))


# Several processes


def test_what_a_killed_process_has_left_is_gone_on_with(web, fetch, begun, weights, left):
    begun(weights[:1000], key_of(hashlib.sha256(weights).hexdigest(), "", None))
    assert fetch(web.on("/w", whole(weights))).path.read_bytes() == weights
    assert ranges(web) == ["bytes=1000-"]
    assert left() == ["w.pth"]


def test_a_damaged_beginning_is_fetched_again(web, fetch, begun, weights, left):
    begun(bytes(1000), key_of(hashlib.sha256(weights).hexdigest(), "", None))
    assert fetch(web.on("/w", whole(weights))).path.read_bytes() == weights
    assert ranges(web) == ["bytes=1000-", None]
    assert left() == ["w.pth"]


def test_a_whole_file_that_was_not_yet_renamed_is_not_fetched(web, fetch, begun, weights):
    begun(weights, key_of(hashlib.sha256(weights).hexdigest(), "", None))
    assert fetch(web.on("/w", whole(weights))).path.read_bytes() == weights
    assert web.asked == []


def test_a_whole_file_of_unknown_size_takes_one_question(web, fetch, begun, weights):
    begun(weights, key_of(hashlib.sha256(weights).hexdigest(), "", None))
    span = f"bytes */{len(weights)}"
    url = web.on("/w", lambda request: request.send(416, Content_Range=span))
    assert fetch(url, size_bytes=None).path.read_bytes() == weights
    assert len(web.asked) == 1


def test_a_beginning_longer_than_the_file_is_thrown_away(web, fetch, begun, weights):
    begun(weights + b"x", key_of(hashlib.sha256(weights).hexdigest(), "", None))

    def answer(request):
        if "Range" in request.headers:
            return request.send(416, Content_Range=f"bytes */{len(weights)}")
        return request.send_file(weights)

    assert fetch(web.on("/w", answer)).path.read_bytes() == weights


@pytest.mark.parametrize("etag", ['"1"', '"2"', 'W/"1"', None])
def test_without_a_hash_only_the_same_version_is_gone_on_with(
    web, fetch, begun, weights, left, etag
):
    headers = {"ETag": etag} if etag else {}
    url = web.on("/w", whole(weights, **headers))
    begun(b"x" * 1000 if etag != '"1"' else weights[:1000], key_of(None, url, '"1"'))
    assert fetch(url, **UNKNOWN).path.read_bytes() == weights
    assert ranges(web) == (["bytes=1000-"] if etag == '"1"' else ["bytes=1000-", None])
    assert left() == ["w.pth"]


def test_eight_at_once_fetch_once(web, fetch, weights, left):
    url = web.on("/w", lambda request: (time.sleep(0.1), request.send_file(weights)))
    outcomes = at_once(8, lambda: fetch(url).path.read_bytes() == weights)
    assert outcomes == [True] * 8
    assert len(web.asked) == 1
    assert left() == ["w.pth"]


def test_eight_at_once_without_locks_are_right_too(web, fetch, weights, left, monkeypatch):
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(fcntl, "flock", lambda *_: None)
    url = web.on("/w", lambda request: (time.sleep(0.1), request.send_file(weights)))
    assert at_once(8, lambda: fetch(url).path.read_bytes() == weights) == [True] * 8
    assert left() == ["w.pth"]


def test_a_holder_of_the_lock_that_shows_no_life_is_not_waited_for(
    web, fetch, weights, tmp_path, monkeypatch
):
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(transfer_lock, "PATIENCE_S", 0.2)
    lock = tmp_path / "cache" / ".locks" / "w.pth.lock"
    lock.parent.mkdir(parents=True)
    with lock.open("w") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        assert fetch(web.on("/w", whole(weights))).path.read_bytes() == weights
        assert lock.exists()


def at_once(number, action):
    outcomes = []
    threads = [threading.Thread(target=lambda: outcomes.append(action())) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


CHILD = """
import sys
from pathlib import Path
from radzoo.core.entry import HttpsSource
from radzoo.zoo.addresses import Address
from radzoo.zoo.transfer import download
url, path, sha256 = sys.argv[1:]
source = HttpsSource(kind="https", url=url, sha256=sha256)
download([Address(url)], source, Path(path), lambda done, total: None)
"""


def test_killed_again_and_again_it_comes_whole_with_nothing_sent_twice(web, weights, tmp_path):
    asked, sent = threading.Event(), []

    def slowly(request):
        start = int(request.headers.get("Range", "bytes=0-")[6:-1])
        span = {"Content_Range": f"bytes {start}-{len(weights) - 1}/{len(weights)}"}
        request.send(206 if start else 200, length=len(weights) - start, **(span if start else {}))
        asked.set()
        try:
            for at in range(start, len(weights), 1 << 16):
                request.wfile.write(weights[at : at + (1 << 16)])
                sent.append(min(1 << 16, len(weights) - at))
                time.sleep(0.02)
        except OSError:
            pass

    path = tmp_path / "cache" / "w.pth"
    known = hashlib.sha256(weights).hexdigest()
    command = [sys.executable, "-c", CHILD, web.on("/w", slowly), str(path), known]
    moments = random.Random(0)
    for _ in range(2):
        asked.clear()
        child = subprocess.Popen(command)
        assert asked.wait(20)
        time.sleep(moments.uniform(0.02, 0.15))
        child.kill()
        child.wait()
        assert not path.exists()
        assert len(list(path.parent.glob(".*.partial"))) == 1
    subprocess.run(command, check=True)
    assert path.read_bytes() == weights
    assert list(path.parent.glob(".*.partial")) == []
    assert sum(sent) <= 1.5 * len(weights)


# Several versions


@pytest.mark.parametrize("validator", ["ETag", "Last_Modified"])
def test_what_is_missing_is_asked_for_on_condition(web, fetch, weights, validator):
    mark = '"1"' if validator == "ETag" else "Mon, 02 Nov 2026 10:00:00 GMT"
    assert fetch(web.on("/w", halves(weights, **{validator: mark})), **UNKNOWN)
    assert web.asked[1][2]["If-Range"] == mark
    assert ranges(web)[1] == f"bytes={len(weights) // 2}-"


@pytest.mark.parametrize("headers", [{}, {"ETag": 'W/"1"'}], ids=["no mark", "a weak mark"])
def test_a_version_without_a_mark_is_never_pieced_together(web, fetch, weights, headers):
    url = web.on("/w", halves(weights, **headers))
    assert fetch(url, **UNKNOWN).path.read_bytes() == weights
    assert ranges(web) == [None, None]


@pytest.mark.parametrize("facts", [UNKNOWN, {}], ids=["hash unknown", "hash known"])
def test_a_file_replaced_half_way_is_not_pieced_together(web, fetch, weights, facts):
    old = bytes(len(weights))

    def answer(request):
        if len(web.asked) == 1:
            return request.send(200, old[: len(old) // 2], length=len(old), ETag='"1"')
        return request.send_file(weights, ETag='"2"')  # heeds Range, but not If-Range

    assert fetch(web.on("/w", answer), **facts).path.read_bytes() == weights


@pytest.mark.parametrize("mark", ["ETag", "Last_Modified"])
def test_a_part_without_a_mark_is_not_believed_if_nothing_could_tell(web, fetch, weights, mark):
    old = bytes(len(weights))

    def answer(request):
        if len(web.asked) == 1:
            return request.send(200, old[: len(old) // 2], length=len(old), **{mark: '"1"'})
        return request.send_file(weights)

    assert fetch(web.on("/w", answer), **UNKNOWN).path.read_bytes() == weights


def test_a_file_of_unknown_length_and_hash_is_refused(web, fetch, weights, left):
    url = web.on("/w", lambda request: request.send(200, weights[:99], length=False))
    with pytest.raises(EnvironmentFailure, match="how long"):
        fetch(url, **UNKNOWN)
    assert left() == []


def endless(request):
    """Send blocks for ever, without a length; ends when the other side has had enough."""
    request.send_response(200)
    request.send_header("Transfer-Encoding", "chunked")
    request.end_headers()
    request.server.blocks = 0
    try:
        for _ in range(500):
            request.wfile.write(b"10000\r\n" + bytes(1 << 16) + b"\r\n")
            request.server.blocks += 1
    except OSError:
        return


@pytest.mark.parametrize("hash_known", [True, False])
def test_a_stated_size_in_megabytes_stops_a_server_that_never_ends(web, fetch, left, hash_known):
    facts = {"size_bytes": None, "size_mb": 1.0} | ({} if hash_known else {"sha256": None})
    arrived = []
    with pytest.raises(IntegrityError, match="more than the 2,100,000 bytes") as caught:
        fetch(web.on("/w", endless), progress=lambda done, total: arrived.append(done), **facts)
    assert caught.value.id == "wrong-size"
    assert max(arrived) <= 2_100_000
    assert left() == []


def test_a_file_that_is_announced_too_large_is_not_begun(web, fetch, weights, left):
    url = web.on("/w", lambda request: request.send(200, weights, length=2_100_001))
    with pytest.raises(IntegrityError, match="2,100,001") as caught:
        fetch(url, sha256=None, size_bytes=None, size_mb=1.0)
    assert caught.value.id == "wrong-size"
    assert fetch(web.on("/v", whole(weights)), sha256=None, size_bytes=None, size_mb=1.2)
    assert left() == ["w.pth"]


def test_blocks_without_a_length_need_a_hash_or_a_size(web, fetch, left):
    with pytest.raises(EnvironmentFailure, match="how long"):
        fetch(web.on("/w", endless), **UNKNOWN)
    assert left() == []


@pytest.mark.parametrize("span", [{}, {"Content_Range": "bytes 0-998/*"}], ids=["none", "no end"])
def test_a_part_is_never_taken_for_the_whole(web, fetch, weights, left, span):
    url = web.on("/w", lambda request: request.send(206, weights[:999], **span))
    with pytest.raises(EnvironmentFailure):
        fetch(url, **UNKNOWN)
    assert left() == []


def test_the_rest_of_a_part_is_asked_for(web, fetch, weights):
    def answer(request):
        if "Range" in request.headers:
            return request.send_file(weights)
        span = f"bytes 0-998/{len(weights)}"
        return request.send(206, weights[:999], Content_Range=span)

    fetched = fetch(web.on("/w", answer), size_bytes=None)
    assert fetched.path.read_bytes() == weights
    assert ranges(web) == [None, "bytes=999-"]


def test_what_is_too_much_is_not_written(web, fetch, weights, monkeypatch):
    monkeypatch.setattr(transfer_attempt, "SHOW_EVERY_S", 0.0)
    seen = []
    url = web.on("/w", lambda request: request.send(200, weights * 3, length=False))
    with pytest.raises(IntegrityError, match="more than"):
        fetch(url, progress=lambda done, total: seen.append(done))
    assert 0 < max(seen) <= len(weights)


def test_another_part_than_asked_for_is_not_believed(web, fetch, weights):
    def answer(request):
        if len(web.asked) == 1:
            return request.send(200, weights[:1000], length=len(weights))
        if "Range" in request.headers:
            span = f"bytes 500-{len(weights) - 1}/{len(weights)}"
            return request.send(206, weights[500:], Content_Range=span)
        return request.send(200, weights)

    assert fetch(web.on("/w", answer)).path.read_bytes() == weights


# What stands there already, and what stays behind


def test_a_right_file_is_used_unless_forced(web, fetch, weights):
    url = web.on("/w", whole(weights))
    assert [fetch(url).cached, fetch(url).cached] == [False, True]
    assert len(web.asked) == 1
    assert not fetch(url, force=True).cached
    assert len(web.asked) == 2


def test_a_damaged_file_is_replaced(web, fetch, weights):
    url = web.on("/w", whole(weights))
    path = fetch(url).path
    path.write_bytes(b"x" + weights[1:])
    assert fetch(url).path.read_bytes() == weights


def test_md5_guards_against_damage(web, fetch, weights):
    md5 = hashlib.md5(weights).hexdigest()
    assert fetch(web.on("/w", whole(weights)), sha256=None, md5=md5)
    with pytest.raises(IntegrityError, match="md5"):
        fetch(web.on("/w", whole(weights)), sha256=None, md5="0" * 32, force=True)


def test_after_an_interrupt_the_next_process_goes_on(web, fetch, weights, left):
    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(web.on("/w", whole(weights)), progress=interrupt)
    (name,) = left()
    assert name.endswith(".partial")


def test_what_is_large_is_kept_when_the_network_fails(web, fetch, weights, left, monkeypatch):
    monkeypatch.setattr(transfer_arrival, "KEEP_FROM_BYTES", 1000)
    url = web.on("/w", lambda request: request.send(200, weights[:1000], length=len(weights)))
    with pytest.raises(EnvironmentFailure):
        fetch(url)
    assert len(left()) == 1


def test_a_disk_that_fills_up_is_named_and_leaves_the_old_file(
    web, fetch, weights, left, monkeypatch
):
    url = web.on("/w", whole(weights))
    path = fetch(url).path

    def full(arrival, block):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(transfer_arrival.Arrival, "add", full)
    with pytest.raises(EnvironmentFailure, match="disk space") as caught:
        fetch(url, web.on("/b", whole(weights)), force=True)
    assert (caught.value.id, path.read_bytes(), left()) == ("disk-full", weights, ["w.pth"])
    assert len(web.asked) == 2


def test_the_servers_word_on_the_size_counts_if_the_registry_has_none(
    web, fetch, weights, left, monkeypatch
):
    seen = []
    url = web.on("/w", whole(weights))
    fetch(url, size_bytes=None, progress=lambda *step: seen.append(step))
    assert seen[-1] == (len(weights), len(weights))
    free = shutil.disk_usage(".")._replace(free=10**9)
    monkeypatch.setattr(transfer_arrival.shutil, "disk_usage", lambda folder: free)
    for length, id_ in ((10**9, "disk-full"), (10**17, "wrong-size")):
        huge = web.on("/huge", lambda request, length=length: request.send(200, length=length))
        with pytest.raises(RadzooError) as caught:
            fetch(huge, size_bytes=None, force=True)
        assert caught.value.id == id_
    assert left() == ["w.pth"]


def test_the_file_is_on_the_disk_before_its_name_is(web, fetch, weights, monkeypatch):
    calls = []

    def noting(name, call):
        def noted(*arguments):
            calls.append(name if name == "rename" else _kind(arguments[0]))
            return call(*arguments)

        return noted

    def _kind(descriptor):
        return "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"

    monkeypatch.setattr(os, "fsync", noting("fsync", os.fsync))
    monkeypatch.setattr(os, "replace", noting("rename", os.replace))
    fetch(web.on("/w", whole(weights)))
    assert calls == ["file", "rename", "folder"]


# Servers that are slow, or ask to wait


def test_a_server_that_sends_next_to_nothing_is_given_up(web, fetch, weights, monkeypatch):
    monkeypatch.setattr(transfer, "STALL_S", 0.15)
    monkeypatch.setattr(transfer, "PATIENCE_S", 0.4)

    def trickle(request):
        request.send(200, length=len(weights))
        try:
            for byte in weights[:100]:
                request.wfile.write(bytes([byte]))
                time.sleep(0.02)
        except OSError:
            pass

    begin = time.monotonic()
    with pytest.raises(EnvironmentFailure, match="next to nothing"):
        fetch(web.on("/w", trickle))
    assert time.monotonic() - begin < 1.5


def test_a_server_that_sends_nothing_any_more_is_given_up(web, fetch, weights, monkeypatch):
    monkeypatch.setattr(transfer_attempt, "READ_TIMEOUT_S", 0.1)
    monkeypatch.setattr(transfer, "PATIENCE_S", 0.3)

    def stall(request):
        request.send(200, weights[:1000], length=len(weights))
        time.sleep(0.6)

    begin = time.monotonic()
    with pytest.raises(EnvironmentFailure, match="nothing any more"):
        fetch(web.on("/w", stall))
    assert time.monotonic() - begin < 1.5


def test_a_server_that_asks_to_wait_is_waited_for(web, fetch, weights):
    waits = []

    def answer(request):
        if len(web.asked) == 1:
            return request.send(503, Retry_After=7)
        return request.send_file(weights)

    fetch(web.on("/w", answer), pause=waits.append)
    assert waits == [7.0]


def test_nobody_waits_longer_than_a_minute(web, fetch):
    waits = []
    with pytest.raises(EnvironmentFailure, match="answers 503"):
        fetch(web.on("/w", lambda request: request.send(503, Retry_After=9999)), pause=waits.append)
    assert waits == [20.0, 20.0]


def test_memory_does_not_grow_with_the_file(web, fetch, weights):
    body = weights * 32
    url = web.on("/w", whole(body))
    tracemalloc.start()
    try:
        fetch(url, sha256=hashlib.sha256(body).hexdigest(), size_bytes=len(body))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 << 20
