import hashlib
import os
import threading

import pytest

from radzoo.core.errors import EnvironmentFailure, IntegrityError
from radzoo.zoo import transfer
from radzoo.zoo.addresses import check_address
from radzoo.zoo.catalog import find_entry
from radzoo.zoo.store import fetch_weights, locate_weights

PATH = "/weights.pth"


@pytest.fixture
def pull(registry, tmp_path, weights, monkeypatch):
    """Fetch from an address, with the hash of `weights` unless told otherwise."""
    monkeypatch.setattr(transfer, "FIRST_PAUSE_S", 0.0)

    def run(url, *, offline=False, force=False, progress=lambda done, total: None, **fields):
        sha256 = hashlib.sha256(weights).hexdigest()
        source = {
            "kind": "https", "url": url, "format": "torch", "sha256": sha256,
            "size_bytes": len(weights), **fields,
        }  # fmt: skip
        entry = find_entry("mine", [registry(mine={"source": source})])
        return fetch_weights(
            entry, cache=tmp_path / "cache", offline=offline, force=force, progress=progress
        )

    return run


@pytest.fixture
def left(tmp_path):
    """What stands in the cache."""
    return lambda: sorted(path.name for path in (tmp_path / "cache").rglob("*") if path.is_file())


def good(weights):
    return lambda request: request.send_file(weights)


def test_a_download_arrives_and_is_found_again(web, pull, weights, left):
    url = web.on(PATH, good(weights))
    seen = []
    fetched = pull(url, progress=lambda done, total: seen.append((done, total)))
    assert fetched.path.read_bytes() == weights
    assert not fetched.cached
    assert left() == [f"{fetched.sha256}.pth"]
    assert seen[-1] == (len(weights), len(weights))
    again = pull(url)
    assert again.cached
    assert len(web.asked) == 1
    assert web.asked[0][2]["Accept-Encoding"] == "identity"


def test_the_file_is_named_by_its_hash_not_by_the_server(web, pull, weights, left):
    answer = {"Content-Disposition": "attachment; filename=../../evil"}
    pull(web.on(PATH, lambda request: request.send_file(weights, **answer)))
    assert left() == [f"{hashlib.sha256(weights).hexdigest()}.pth"]


def test_a_published_start_of_the_hash_is_enough_to_fetch(web, pull, weights):
    start = hashlib.sha256(weights).hexdigest()[:8]
    url = web.on(PATH, good(weights))
    assert not pull(url, sha256=None, sha256_prefix=start).cached
    assert pull(url, sha256=None, sha256_prefix=start).cached


def test_a_damaged_cache_is_refused_until_forced(web, pull, weights):
    url = web.on(PATH, good(weights))
    path = pull(url).path
    path.write_bytes(weights[:-1] + b"\0")
    with pytest.raises(IntegrityError, match="sha256"):
        pull(url, offline=True)
    assert pull(url, force=True).path.read_bytes() == weights


def test_offline_with_a_warm_cache_asks_nobody(web, pull, weights):
    url = web.on(PATH, good(weights))
    pull(url)
    assert pull(url, offline=True).cached
    assert len(web.asked) == 1


def test_offline_with_a_cold_cache_is_exit_5(web, pull, weights, left):
    url = web.on(PATH, good(weights))
    with pytest.raises(EnvironmentFailure) as caught:
        pull(url, offline=True)
    assert (caught.value.id, caught.value.exit_code) == ("offline", 5)
    assert web.asked == []
    assert left() == []


def cut_in_half(weights):
    return lambda request: request.send(200, weights[: len(weights) // 2], length=len(weights))


def flipped(weights):
    return lambda request: request.send(200, weights[:-1] + bytes([weights[-1] ^ 1]))


WRONG = {
    "one byte flipped": (flipped, "wrong-hash"),
    "an HTML page": (lambda w: lambda r: r.send(200, b"<html>Sign in</html>"), "wrong-size"),
    "more than announced": (lambda w: lambda r: r.send(200, w + b"x", length=False), "wrong-size"),
    "a longer file": (lambda w: lambda r: r.send(200, w * 2), "wrong-size"),
    "a shorter file": (lambda w: lambda r: r.send(200, w[:-9]), "wrong-size"),
    "an empty file": (lambda w: lambda r: r.send(200, b""), "wrong-size"),
    "compressed": (lambda w: lambda r: r.send(200, w, Content_Encoding="gzip"), "wrong-encoding"),
    "redirect to a file": (lambda w: lambda r: r.send(302, Location="file:///etc/passwd"),
                           "unsafe-address"),
    "redirect to http": (lambda w: lambda r: r.send(302, Location="http://example.org/x"),
                         "unsafe-address"),
    "redirect to an inner address": (lambda w: lambda r: r.send(302, Location="https://10.0.0.1/x"),
                                     "unsafe-address"),
    "redirect to itself": (lambda w: lambda r: r.send(302, Location=PATH), "unsafe-address"),
}  # fmt: skip


@pytest.mark.parametrize(("fault", "id"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_exit_4_and_nothing_is_left(web, pull, weights, left, fault, id):  # noqa: A002
    with pytest.raises(IntegrityError) as caught:
        pull(web.on(PATH, fault(weights)))
    assert (caught.value.id, caught.value.exit_code) == (id, 4)
    assert left() == []


def test_a_wrong_file_from_its_source_is_not_to_be_fetched_again(web, pull):
    url = web.on("/w.pth", lambda request: request.send_file(b"other"))
    with pytest.raises(IntegrityError) as caught:
        pull(url, sha256="0" * 64)
    assert str(caught.value).startswith("mine: http://127.0.0.1")
    assert "pull" not in caught.value.hint
    assert "radzoo show mine" in caught.value.hint


def test_not_a_byte_more_than_expected_is_kept(web, pull, weights):
    seen = []
    url = web.on(PATH, lambda request: request.send(200, weights * 20))
    with pytest.raises(IntegrityError, match="more than"):
        pull(url, progress=lambda done, total: seen.append(done))
    assert max(seen) <= len(weights)


FAILING = {
    "not found": lambda w: lambda r: r.send(404, b"no"),
    "forbidden": lambda w: lambda r: r.send(403, b"no"),
    "always 500": lambda w: lambda r: r.send(500, b"no"),
    "always cut at the same place": cut_in_half,
    "no length and half a body": lambda w: lambda r: r.send(200, w[: len(w) // 2], length=False),
    "nothing but a header": lambda w: lambda r: r.send(200, b"", length=len(w)),
}


@pytest.mark.parametrize("fault", FAILING.values(), ids=FAILING)
def test_a_failing_server_is_exit_5_and_nothing_is_left(web, pull, weights, left, fault):
    with pytest.raises(EnvironmentFailure) as caught:
        pull(web.on(PATH, fault(weights)))
    assert (caught.value.id, caught.value.exit_code) == ("download-failed", 5)
    assert left() == []
    assert len(web.asked) <= 12


def test_a_wrong_hash_leaves_the_old_file_alone(web, pull, weights, left):
    path = pull(web.on(PATH, good(weights))).path
    with pytest.raises(IntegrityError):
        pull(web.on(PATH, flipped(weights)), force=True)
    assert path.read_bytes() == weights
    assert len(left()) == 1


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_server_that_recovers(web, pull, weights, status):
    def answer(request):
        if len(web.asked) < 3:
            return request.send(status, b"busy", Retry_After=0)
        return request.send_file(weights)

    assert pull(web.on(PATH, answer)).path.read_bytes() == weights


def test_a_server_that_cuts_every_reply_is_asked_for_the_rest(web, pull, weights):
    tenth = len(weights) // 10
    sent = []

    def answer(request):
        asked = request.headers.get("Range")
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        body = weights[start:]
        span = (
            {"Content_Range": f"bytes {start}-{len(weights) - 1}/{len(weights)}"} if asked else {}
        )
        sent.append(len(body[:tenth]))
        request.send(206 if asked else 200, body[:tenth], length=len(body), **span)

    assert pull(web.on(PATH, answer)).path.read_bytes() == weights
    assert sum(sent) == len(weights)


def test_a_server_that_ignores_ranges_is_started_anew(web, pull, weights):
    def answer(request):
        if len(web.asked) == 1:
            return cut_in_half(weights)(request)
        return request.send(200, weights)

    assert pull(web.on(PATH, answer)).path.read_bytes() == weights


def test_a_server_that_answers_another_range_is_believed_about_it(web, pull, weights):
    def answer(request):
        if len(web.asked) == 1:
            return cut_in_half(weights)(request)
        span = f"bytes 0-{len(weights) - 1}/{len(weights)}"
        return request.send(206, weights, Content_Range=span)

    assert pull(web.on(PATH, answer)).path.read_bytes() == weights


def test_redirects_on_this_machine_are_followed(web, pull, weights):
    web.on("/there", good(weights))
    assert pull(web.on(PATH, lambda request: request.send(302, Location="/there")))


def test_loopback_needs_the_switch(web, pull, weights, monkeypatch):
    url = web.on(PATH, good(weights))
    monkeypatch.delenv("RADZOO_ALLOW_LOOPBACK")
    with pytest.raises(IntegrityError, match="not https"):
        pull(url)
    assert web.asked == []


def test_a_full_disk_is_known_beforehand(web, pull, weights, left):
    url = web.on(PATH, good(weights))
    with pytest.raises(EnvironmentFailure, match="disk space"):
        pull(url, size_bytes=10**17)
    assert web.asked == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_cache_that_cannot_be_written(web, pull, weights, tmp_path):
    (tmp_path / "cache").mkdir(mode=0o500)
    with pytest.raises(EnvironmentFailure, match="cannot write"):
        pull(web.on(PATH, good(weights)))


def test_many_at_once_never_show_half_a_file(web, weights, registry, tmp_path):
    source = {
        "kind": "https",
        "url": web.on(PATH, good(weights)),
        "sha256": hashlib.sha256(weights).hexdigest(),
    }
    entry = find_entry("mine", [registry(mine={"source": source})])
    outcomes = []

    def work():
        fetched = fetch_weights(entry, cache=tmp_path / "cache", offline=False, force=True)
        outcomes.append(fetched.path.read_bytes() == weights)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [True] * 8


def test_locating_touches_nothing(registry, tmp_path):
    source = {"kind": "https", "url": "https://example.org/a", "sha256": "0" * 64}
    entry = find_entry("mine", [registry(mine={"source": source})])
    assert locate_weights(entry, tmp_path / "cache") is None
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/x",
        "file:///etc/hostname",
        "data:,x",
        "ftp://example.org/x",
        "https://user@example.org/x",
        "https://user:word@example.org/x",
        "https://127.0.0.1/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://10.1.2.3/x",
        "https://169.254.169.254/x",
        "https://[::1]/x",
        "https://localhost/x",
        "https://printer.local/x",
        "https://example.org:8443/x",
        "https://example.org:x/",
        "https:///x",
        "example.org/x",
    ],
)
def test_addresses_that_are_never_asked(url):
    with pytest.raises(IntegrityError) as caught:
        check_address(url)
    assert caught.value.id == "unsafe-address"
    assert "word" not in str(caught.value)


@pytest.mark.parametrize("url", ["https://example.org/x", "https://a.example.org:443/x?y#z"])
def test_public_addresses_pass(url):
    check_address(url)


def test_pull_by_command(web, registry, weights, radzoo, tmp_path):
    sha256 = hashlib.sha256(weights).hexdigest()
    source = {"kind": "https", "url": web.on(PATH, good(weights)), "sha256": sha256}
    file = registry(mine={"source": source})
    code, out, _ = radzoo("pull", "mine", "--registry", file, "--cache-dir", tmp_path / "c")
    assert code == 0
    assert out == f"{tmp_path / 'c' / 'weights' / sha256}.safetensors\n"
    listed = radzoo("list", "--pulled", "-q", "--registry", file, "--cache-dir", tmp_path / "c")
    assert "mine\n" in listed[1]
