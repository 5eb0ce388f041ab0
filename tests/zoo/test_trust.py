"""Files whose hash nobody knew: trusted when they first come, and held to that."""

import hashlib
import json

import pytest

from radzoo.core.errors import IntegrityError
from radzoo.zoo.catalog import find_entry
from radzoo.zoo.memory import memory_root
from radzoo.zoo.store import fetch_weights

OTHER = b"another network"


@pytest.fixture
def place(web, weights):
    """A file behind an address; `place(content)` exchanges it."""

    def put(content=weights):
        return web.on("/w.pth", lambda request: request.send_file(content))

    put()
    return put


@pytest.fixture
def fetch(registry, place, tmp_path):
    lines = []

    def run(*, trust_again=False, force=False, **fields):
        source = {"kind": "https", "url": place.url, "format": "torch", **fields}
        entry = find_entry("mine", [registry(mine={"source": source})])
        return fetch_weights(
            entry, cache=tmp_path / "cache", offline=False, force=force, trust_again=trust_again,
            log=lambda line: None if "licences" in line else lines.append(line),
        )  # fmt: skip

    place.url = place()
    run.lines = lines
    return run


def remembered():
    return json.loads((memory_root() / "trusted.json").read_text())["notes"]


def test_the_first_file_is_trusted_said_and_remembered(fetch, place, weights):
    sha256 = hashlib.sha256(weights).hexdigest()
    assert fetch().sha256 == sha256
    assert fetch.lines == [f"mine: no hash is known; trusted on first use, sha256 {sha256}"]
    note = remembered()[place.url]
    assert (note["sha256"], note["size_bytes"]) == (sha256, len(weights))
    assert fetch().cached
    assert len(fetch.lines) == 1


def test_the_hint_for_a_changed_source_does_not_go_in_circles(fetch, place):
    fetch()
    place(OTHER)
    with pytest.raises(IntegrityError) as caught:
        fetch(force=True)
    assert "--force" not in caught.value.hint
    assert "radzoo pull mine --trust-again" in caught.value.hint


def test_a_file_that_changed_in_the_cache_is_refused(fetch):
    path = fetch().path
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(IntegrityError) as caught:
        fetch()
    assert (caught.value.id, caught.value.exit_code) == ("changed-since-trusted", 4)
    assert "--trust-again" in caught.value.hint
    assert not fetch(force=True).cached
    assert fetch().path == path
    path.unlink()
    assert fetch().path == path
    assert fetch().cached


def test_a_file_that_changed_at_its_source_is_refused_and_does_not_replace_ours(
    fetch, place, weights
):
    path = fetch().path
    place(OTHER)
    with pytest.raises(IntegrityError) as caught:
        fetch(force=True)
    assert caught.value.id == "changed-since-trusted"
    assert path.read_bytes() == weights
    assert fetch().cached


def test_a_change_can_be_accepted(fetch, place):
    fetch()
    place(OTHER)
    sha256 = hashlib.sha256(OTHER).hexdigest()
    assert fetch(trust_again=True).sha256 == sha256
    assert fetch().sha256 == sha256
    assert len(fetch.lines) == 2


def test_a_known_hash_needs_no_memory(fetch, weights):
    fetch(sha256=hashlib.sha256(weights).hexdigest())
    assert fetch.lines == []
    assert not (memory_root() / "trusted.json").exists()


def test_a_prefix_and_an_md5_are_checked_and_remembered(fetch, weights):
    sha256 = hashlib.sha256(weights).hexdigest()
    fetch(sha256_prefix=sha256[:8])
    assert fetch.lines[0].startswith("mine: only the start of its hash is known")
    with pytest.raises(IntegrityError) as caught:
        fetch(md5="0" * 32, force=True)
    assert caught.value.exit_code == 4
    md5 = hashlib.md5(weights, usedforsecurity=False).hexdigest()
    assert fetch(md5=md5).sha256 == sha256


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("fact", ["sha256_prefix", "size_bytes"])
def test_a_registry_that_means_another_file_now_does_not_end_trust(fetch, place, force, fact):
    trusted = fetch().sha256
    place(OTHER)
    now = {"sha256_prefix": hashlib.sha256(OTHER).hexdigest()[:10], "size_bytes": len(OTHER)}
    with pytest.raises(IntegrityError, match="the registry now says otherwise") as caught:
        fetch(**{fact: now[fact]}, force=force)
    assert (caught.value.id, caught.value.exit_code) == ("changed-since-trusted", 4)
    assert "--trust-again" in caught.value.hint
    assert remembered()[place.url]["sha256"] == trusted
    assert fetch().sha256 == trusted
    assert fetch(**{fact: now[fact]}, trust_again=True).size_bytes == len(OTHER)
    assert fetch(**{fact: now[fact]}).cached


def test_a_registry_that_agrees_with_what_was_trusted_changes_nothing(fetch, weights):
    trusted = fetch().sha256
    assert fetch(sha256_prefix=trusted[:10], size_bytes=len(weights)).cached
    assert len(fetch.lines) == 1


def test_an_unwritable_memory_is_one_warning(fetch, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert fetch()
    assert sum(line.startswith("warning: its hash could not") for line in fetch.lines) == 1


@pytest.mark.parametrize("note", [1, {}, {"sha256": 1, "size_bytes": 1, "date": "x"}])
def test_a_damaged_note_is_refused_until_trusted_again(fetch, place, note):
    fetch()
    file = memory_root() / "trusted.json"
    file.write_text(json.dumps({"schema_version": 1, "notes": {place.url: note}}))
    with pytest.raises(IntegrityError, match="damaged"):
        fetch()
    assert fetch(trust_again=True)


def test_what_is_no_network_file_is_not_remembered(registry, tmp_path):
    (tmp_path / "w.bin").write_bytes(b"mine")
    source = {"kind": "local", "path": "w.bin"}
    entry = find_entry("mine", [registry(mine={"source": source})])
    for content in (b"mine", b"trained anew"):
        (tmp_path / "w.bin").write_bytes(content)
        assert fetch_weights(entry, cache=tmp_path, offline=True)
    assert not (memory_root() / "trusted.json").exists()
