"""The hub source against a small hub on this machine."""

import hashlib
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from radzoo.core.errors import EnvironmentFailure, IntegrityError, LicenceError
from radzoo.zoo.catalog import find_entry
from radzoo.zoo.sources.hub import hub_cache
from radzoo.zoo.store import fetch_weights, locate_weights

REPOSITORY = "someone/network"
FILE = "model.safetensors"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
PATH = f"/{REPOSITORY}/resolve/main/{FILE}"


@pytest.fixture
def hub(web, own_home, monkeypatch):
    """A hub that serves what the test puts there; huggingface_hub has read its settings."""
    from huggingface_hub import constants
    from huggingface_hub.utils import _http

    point_to(web.url, monkeypatch)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(hub_cache()))
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    _http.close_session()
    yield web
    _http.close_session()


def point_to(url, monkeypatch):
    """What HF_ENDPOINT does, after the library was imported."""
    from huggingface_hub import constants

    template = url + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "ENDPOINT", url)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)  # between attempts


def bytes_asked(web):
    return [path for method, path, _ in web.asked if method == "GET" and "/api/" not in path]


@pytest.fixture
def serve(hub, weights):
    """Publish a file on the hub: `content` is sent, `announced` is what its hash is of."""

    def publish(content=weights, announced=weights, etag=None):
        etag = etag or hashlib.sha256(announced).hexdigest()

        def answer(request):
            request.send_file(content, ETag=f'"{etag}"', X_Repo_Commit=COMMIT)

        hub.on(PATH, answer)

    return publish


@pytest.fixture
def pull(registry, tmp_path, weights):
    def run(*, offline=False, force=False, progress=lambda done, total: None, **fields):
        entry = named(registry, **{"sha256": hashlib.sha256(weights).hexdigest(), **fields})
        return fetch_weights(
            entry, cache=tmp_path / "cache", offline=offline, force=force, progress=progress
        )

    return run


def named(registry, **fields):
    source = {"kind": "hub", "repository": REPOSITORY, "file": FILE, **fields}
    return find_entry("mine", [registry(mine={"source": source})])


def files_left():
    return [path for path in hub_cache().rglob("*") if path.is_file() and "blobs" in path.parts]


def test_a_file_arrives_in_the_shared_cache_and_is_found_again(hub, serve, pull, weights):
    serve()
    seen = []
    fetched = pull(progress=lambda done, total: seen.append((done, total)))
    assert fetched.path.read_bytes() == weights
    assert fetched.path == hub_cache() / "models--someone--network" / "snapshots" / COMMIT / FILE
    assert not fetched.cached
    assert seen[-1] == (len(weights), len(weights))
    asked = len(hub.asked)
    assert pull(offline=True).cached
    assert len(hub.asked) == asked


def test_what_the_library_fetched_is_found(hub, serve, registry, tmp_path):
    from huggingface_hub import hf_hub_download

    serve()
    path = hf_hub_download(REPOSITORY, FILE)
    assert str(locate_weights(named(registry), tmp_path)) == path


def test_a_pinned_commit_is_found(hub, serve, registry, tmp_path, pull):
    serve()
    pull()
    assert locate_weights(named(registry, revision=COMMIT), tmp_path)
    assert locate_weights(named(registry, revision="f" * 40), tmp_path) is None
    assert locate_weights(named(registry, revision="other"), tmp_path) is None


def test_one_wrong_byte_is_noticed_which_the_library_does_not(hub, serve, pull, weights):
    serve(content=weights[:-1] + bytes([weights[-1] ^ 1]))
    with pytest.raises(IntegrityError) as caught:
        pull()
    assert caught.value.id == "wrong-hash"
    assert files_left() == []


def test_without_a_known_hash_the_one_announced_counts(hub, serve, pull, weights):
    serve(content=weights[:-1] + bytes([weights[-1] ^ 1]))
    with pytest.raises(IntegrityError, match=f"that {hub.url} announced"):
        pull(sha256=None)
    assert files_left() == []
    serve()
    assert pull(sha256=None).sha256 == hashlib.sha256(weights).hexdigest()


def test_a_file_much_larger_than_the_registry_says_is_refused_before_it_is_sent(
    hub, serve, pull, weights
):
    large = weights * 2
    serve(content=large, announced=large)
    with pytest.raises(IntegrityError, match="the registry says about 1 MB") as caught:
        pull(sha256=None, size_mb=1.0)
    assert caught.value.id == "wrong-size"
    assert bytes_asked(hub) == []
    assert pull(sha256=None, size_mb=2.5)


def test_a_file_that_the_hub_exchanged_is_refused_before_it_is_sent(hub, serve, pull):
    serve(content=b"another network", announced=b"another network")
    with pytest.raises(IntegrityError, match="the registry says") as caught:
        pull()
    assert caught.value.id == "wrong-hash"
    assert bytes_asked(hub) == []
    assert files_left() == []


@pytest.mark.parametrize("etag", ["../../../evil", "a/b", ".", "..", "x" * 200, ""])
def test_an_etag_cannot_lead_out_of_the_cache(hub, serve, pull, etag):
    hub.on(PATH, lambda request: request.send_file(b"x", ETag=f'"{etag}"', X_Repo_Commit=COMMIT))
    with pytest.raises(EnvironmentFailure, match="which version"):
        pull()
    assert bytes_asked(hub) == []


def test_what_radzoo_fetched_is_found_by_the_library(hub, serve, pull):
    from huggingface_hub import hf_hub_download, scan_cache_dir

    serve()
    path = pull().path
    assert hf_hub_download(REPOSITORY, FILE, local_files_only=True) == str(path)
    assert hf_hub_download(REPOSITORY, FILE, revision=COMMIT, local_files_only=True) == str(path)
    assert path.is_symlink()
    assert not path.readlink().is_absolute()
    scanned = scan_cache_dir(hub_cache())
    assert scanned.warnings == []
    (repository,) = scanned.repos
    assert (repository.repo_id, repository.refs.keys()) == (REPOSITORY, {"main"})


def test_a_blob_of_another_revision_is_not_fetched_again(hub, serve, pull, weights):
    serve()
    first = pull().path
    hub.on(
        PATH.replace("main", "v2"),
        lambda request: request.send_file(
            weights, ETag=f'"{first.resolve().name}"', X_Repo_Commit="f" * 40
        ),
    )
    asked = len(bytes_asked(hub))
    second = pull(revision="v2").path
    assert second.resolve() == first.resolve()
    assert len(bytes_asked(hub)) == asked


def test_a_damaged_blob_of_another_revision_is_fetched_again(hub, serve, pull, weights):
    serve()
    path = pull().path
    path.resolve().write_bytes(b"damaged")
    path.unlink()
    assert pull().path.read_bytes() == weights


def test_the_token_stays_with_the_hub(hub, pull, weights, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    elsewhere = hub.url.replace("127.0.0.1", "localhost") + "/cdn"
    etag = hashlib.sha256(weights).hexdigest()

    def redirect(request):
        request.send(
            302, Location=elsewhere, X_Linked_Etag=f'"{etag}"', X_Linked_Size=len(weights),
            X_Repo_Commit=COMMIT,
        )  # fmt: skip

    hub.on(PATH, redirect)
    hub.on("/cdn", lambda request: request.send_file(weights))
    assert pull().path.read_bytes() == weights
    sent = {
        (path, {name.lower(): value for name, value in headers.items()}.get("authorization"))
        for _, path, headers in hub.asked
        if path in {PATH, "/cdn"}
    }
    assert sent == {(PATH, "Bearer hf_secret"), ("/cdn", None)}


def test_a_hub_that_is_busy_is_asked_again(hub, serve, pull, weights):
    serve()
    good = hub._server.answers[PATH]
    answers = [503, 429]
    hub.on(PATH, lambda request: request.send(answers.pop()) if answers else good(request))
    assert pull().path.read_bytes() == weights


def test_plain_http_needs_the_switch(hub, serve, pull, monkeypatch):
    serve()
    monkeypatch.delenv("RADZOO_ALLOW_LOOPBACK")
    with pytest.raises(IntegrityError) as caught:
        pull()
    assert caught.value.id == "unsafe-address"
    assert "RADZOO_ALLOW_LOOPBACK=1" in caught.value.hint
    assert hub.asked == []


def mirror(web, content):
    url = web.on("/mirror", lambda request: request.send_file(content))
    return [{"kind": "https", "url": url}]


def test_a_mirror_fills_the_same_blob_when_the_hub_sends_nothing(hub, pull, weights):
    etag = hashlib.sha256(weights).hexdigest()

    def only_head(request):
        if request.command == "HEAD":
            return request.send_file(weights, ETag=f'"{etag}"', X_Repo_Commit=COMMIT)
        return request.send(404)

    hub.on(PATH, only_head)
    path = pull(mirrors=mirror(hub, weights)).path
    assert path.read_bytes() == weights
    assert path.resolve().name == etag


@pytest.mark.parametrize(("revision", "shared"), [(COMMIT, True), ("main", False)])
def test_a_mirror_serves_when_there_is_no_hub(hub, pull, weights, monkeypatch, revision, shared):
    """Into the shared cache only if it is known which commit the file is of."""
    point_to("http://127.0.0.1:9", monkeypatch)
    mirrors = mirror(hub, weights)
    path = pull(revision=revision, mirrors=mirrors).path
    assert path.read_bytes() == weights
    assert path.is_relative_to(hub_cache()) is shared
    assert pull(revision=revision, mirrors=mirrors, offline=True).cached


def test_a_wrong_mirror_is_refused(hub, pull, weights, monkeypatch):
    point_to("http://127.0.0.1:9", monkeypatch)
    with pytest.raises(IntegrityError):
        pull(revision=COMMIT, mirrors=mirror(hub, weights[:-1] + b"\0"))
    assert files_left() == []


def test_each_place_that_was_tried_is_named(hub, pull, weights, monkeypatch):
    point_to("http://127.0.0.1:9", monkeypatch)
    mirrors = [{"kind": "https", "url": f"{hub.url}/{'long/' * 40}file-{n}"} for n in (1, 2)]
    with pytest.raises(EnvironmentFailure) as caught:
        pull(mirrors=mirrors)
    for part in ("http://127.0.0.1:9:", f"{hub.url}/.../file-1 could", f"{hub.url}/.../file-2"):
        assert part in str(caught.value)
    assert "HF_ENDPOINT" in caught.value.hint


def test_the_hub_and_its_mirror_are_named(hub, pull, weights):
    etag = hashlib.sha256(weights).hexdigest()
    only = {"ETag": f'"{etag}"', "X_Repo_Commit": COMMIT}
    hub.on(PATH, lambda r: r.send(200 if r.command == "HEAD" else 404, length=0, **only))
    with pytest.raises(EnvironmentFailure, match=rf"{PATH} could .*/gone could .*2 addr") as caught:
        pull(mirrors=[{"kind": "https", "url": hub.url + "/gone"}])
    assert "HF_ENDPOINT" in caught.value.hint


def test_a_mirror_that_says_no_version_is_told_what_to_send(hub, pull, weights):
    hub.on(PATH, lambda request: request.send_file(weights))
    with pytest.raises(EnvironmentFailure, match=rf"from {hub.url}: .* X-Repo-Commit and ETag"):
        pull()


def test_without_a_hash_a_mirror_is_not_trusted(hub, pull, weights, monkeypatch):
    point_to("http://127.0.0.1:9", monkeypatch)
    with pytest.raises(EnvironmentFailure, match="not trusted"):
        pull(sha256=None, mirrors=mirror(hub, weights))


def test_a_damaged_cache_is_refused_until_forced(hub, serve, pull, weights):
    serve()
    path = pull().path
    path.resolve().write_bytes(weights[:-1] + b"\0")
    with pytest.raises(IntegrityError, match="sha256"):
        pull()
    assert pull(force=True).path.read_bytes() == weights


def test_a_wrong_file_is_called_by_its_model_and_not_to_be_fetched_in_circles(
    hub, serve, pull, weights
):
    serve()
    fetched = pull()
    fetched.path.resolve().write_bytes(b"other")
    with pytest.raises(IntegrityError) as caught:
        pull()
    assert "weights file of mine" in str(caught.value)
    assert caught.value.hint == "radzoo pull mine --force fetches the weights again"


def test_force_fetches_a_right_file_again(hub, serve, pull):
    serve()
    pull()
    asked = len(bytes_asked(hub))
    assert not pull(force=True).cached
    assert len(bytes_asked(hub)) == asked + 1


def test_what_another_program_fetched_is_trusted_on_first_use(hub, serve, registry, tmp_path):
    from huggingface_hub import hf_hub_download

    serve()
    path = Path(hf_hub_download(REPOSITORY, FILE))
    lines = []

    def fetch():
        return fetch_weights(named(registry), cache=tmp_path, offline=True, log=lines.append)

    assert fetch().path == path
    assert len(lines) == 1
    assert "trusted on first use" in lines[0]
    path.resolve().write_bytes(b"exchanged")
    with pytest.raises(IntegrityError) as caught:
        fetch()
    assert caught.value.id == "changed-since-trusted"
    assert len(lines) == 1


def test_a_change_on_the_hub_is_refused_until_it_is_accepted(hub, serve, pull, weights):
    serve()
    path = pull(sha256=None).path
    serve(content=b"another network", announced=b"another network")
    with pytest.raises(IntegrityError) as caught:
        pull(sha256=None, force=True)
    assert caught.value.id == "changed-since-trusted"
    assert path.read_bytes() == weights


def test_small_files_have_no_hash_in_their_etag(hub, serve, pull, weights):
    serve(etag="a" * 40)
    assert pull().path.read_bytes() == weights


def test_offline_is_exit_5_at_once(hub, serve, pull):
    serve()
    with pytest.raises(EnvironmentFailure) as caught:
        pull(offline=True)
    assert (caught.value.id, caught.value.exit_code) == ("offline", 5)
    assert hub.asked == []


def test_the_librarys_own_offline_switch(hub, serve, pull, monkeypatch):
    from huggingface_hub import constants

    serve()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(EnvironmentFailure) as caught:
        pull()
    assert caught.value.id == "offline"
    assert hub.asked == []


@pytest.mark.parametrize(
    ("status", "code", "error", "id"),
    [
        (404, "EntryNotFound", EnvironmentFailure, "not-on-the-hub"),
        (404, "RevisionNotFound", EnvironmentFailure, "not-on-the-hub"),
        (401, "RepoNotFound", EnvironmentFailure, "not-on-the-hub"),
        (403, "GatedRepo", LicenceError, "gated-model"),
        (418, "", EnvironmentFailure, "download-failed"),
    ],
)
def test_what_the_hub_refuses(hub, pull, status, code, error, id, capfd):  # noqa: A002
    hub.on(PATH, lambda request: request.send(status, b"no", X_Error_Code=code))
    with pytest.raises(error) as caught:
        pull()
    assert caught.value.id == id
    assert capfd.readouterr() == ("", "")
    assert files_left() == []


def test_no_hub_at_all(hub, pull, monkeypatch):
    point_to("http://127.0.0.1:9", monkeypatch)
    with pytest.raises(EnvironmentFailure) as caught:
        pull()
    assert caught.value.id == "download-failed"


def test_the_librarys_logger_is_given_back(hub, serve, pull):
    level = logging.getLogger("huggingface_hub").level
    serve()
    pull()
    assert logging.getLogger("huggingface_hub").level == level


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"HF_HUB_CACHE": "/a"}, "/a"),
        ({"HF_HOME": "/b"}, "/b/hub"),
        ({"HF_HOME": "$BASE/b", "BASE": "/x"}, "/x/b/hub"),
        ({"XDG_CACHE_HOME": "/c"}, "/c/huggingface/hub"),
        ({}, "/home/someone/.cache/huggingface/hub"),
    ],
)
def test_the_cache_is_where_the_library_has_it(monkeypatch, environment, folder):
    for name in ("HF_HOME", "HF_HUB_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/someone")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert str(hub_cache()) == folder
    script = "from huggingface_hub.constants import HF_HUB_CACHE; print(HF_HUB_CACHE)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == folder


def test_the_librarys_settings_count_for_the_command(web, registry, weights, tmp_path):
    def answer(request):
        etag = hashlib.sha256(weights).hexdigest()
        request.send_file(weights, ETag=f'"{etag}"', X_Repo_Commit=COMMIT)

    web.on(PATH, answer)
    source = {"kind": "hub", "repository": REPOSITORY, "file": FILE}
    file = registry(mine={"source": source})
    environment = {
        **os.environ,
        "HF_ENDPOINT": web.url,
        "HF_TOKEN": "hf_secret",
        "HF_HOME": str(tmp_path / "h"),
        "RADZOO_ALLOW_LOOPBACK": "1",
    }

    def radzoo(*arguments, **more):
        command = [sys.executable, "-m", "radzoo", *arguments, "--registry", file]
        return subprocess.run(
            command, env={**environment, **more}, capture_output=True, text=True, check=False
        )

    done = radzoo("pull", "mine", HF_HUB_OFFLINE="1")
    assert (done.returncode, done.stdout) == (5, "")
    assert web.asked == []
    done = radzoo("pull", "mine")
    assert done.returncode == 0, done.stderr
    path = Path(done.stdout.removesuffix("\n"))
    assert path.read_bytes() == weights
    assert path.is_relative_to(tmp_path / "h" / "hub")
    assert "hf_secret" not in done.stdout + done.stderr
    asked = [headers for _, path, headers in web.asked if path == PATH]
    assert {one.get("authorization") or one.get("Authorization") for one in asked} == {
        "Bearer hf_secret"
    }
    assert {path for _, path, _ in web.asked} <= {PATH, "/api/agent-harnesses"}
    assert "mine" in radzoo("list", "--pulled", "-q").stdout
    assert radzoo("pull", "mine", "--offline").stdout == done.stdout
