"""Each way in which weights can be wrong has its own outcome, and clean ones have none."""

import hashlib
import json
import os

import pytest

from radzoo.core.errors import EnvironmentFailure, InputError, IntegrityError, LicenceError
from radzoo.core.source import Fetched
from radzoo.workflows.twins import RememberedTwins, twin_folders
from radzoo.workflows.verify import SelfTested, here, verify, verify_entry
from radzoo.zoo.catalog import load_files
from radzoo.zoo.sources.hub import hub_cache
from radzoo.zoo.trust import remember

COMMIT = "0123456789abcdef0123456789abcdef01234567"
GOOD = b"the right weights"
SHA256 = hashlib.sha256(GOOD).hexdigest()
MD5 = hashlib.md5(GOOD, usedforsecurity=False).hexdigest()
HTTPS = {"kind": "https", "url": "https://example.org/w.pth", "format": "torch"}
HUB = {"kind": "hub", "repository": "some/one", "file": "m.safetensors", "revision": COMMIT}
SELFTEST = {
    "image": [[0, 1], [2, 3]], "reads": "logits", "values": [0.5], "made_with": "tests",
}  # fmt: skip


@pytest.fixture
def entry(registry, tmp_path):
    """Write a registry of one model and put `content` where its weights belong."""

    def write(source, content=GOOD, **fields):
        small = {
            "summary": "s", "task": "backbone", "modality": "any", "family": "test",
            "architecture": {"library": "timm", "name": "resnet18"}, "input": {},
            "license": {"code": "MIT", "weights": "MIT", "data": None},
            "citation": {"text": "nobody"}, "intended_use": "tests",
        }  # fmt: skip
        file = tmp_path / "one.yaml"
        model = {**small, "source": source, **fields}
        file.write_text(json.dumps({"schema_version": 1, "models": {"one": model}}))
        found = load_files([file]).entries["one"]
        if content is not None:
            place(found, tmp_path / "cache").write_bytes(content)
        return found

    return write


def place(entry, cache):
    """Where the weights of an entry belong, its folder made."""
    if entry.source.kind == "https":
        from radzoo.zoo.sources.https import place as https_place

        path = https_place(entry.source, cache)
        path.parent.mkdir(parents=True)
        return path
    repository = hub_cache() / "models--some--one"
    (repository / "blobs").mkdir(parents=True)
    link = repository / "snapshots" / COMMIT / "m.safetensors"
    link.parent.mkdir(parents=True)
    link.symlink_to(f"../../blobs/{SHA256}")
    return repository / "blobs" / SHA256


@pytest.mark.parametrize(
    ("source", "known_by", "expected"),
    [
        ({**HTTPS, "sha256": SHA256}, "sha256", SHA256),
        ({**HTTPS, "sha256_prefix": SHA256[:8]}, "sha256_prefix", SHA256[:8]),
        ({**HTTPS, "sha256_prefix": SHA256[:8], "md5": MD5}, "sha256_prefix", SHA256[:8]),
        ({**HUB, "sha256": SHA256}, "sha256", SHA256),
        ({**HUB, "md5": MD5}, "md5", MD5),
        (HUB, "hub", SHA256),
    ],
)
@pytest.mark.parametrize("wrong", [None, "flipped", "truncated"])
def test_what_is_known_decides(entry, tmp_path, source, known_by, expected, wrong):
    content = {None: GOOD, "flipped": b"T" + GOOD[1:], "truncated": GOOD[:-1]}[wrong]
    found = verify_entry(entry(source, content), tmp_path / "cache")
    assert (found.known_by, found.expected) == (known_by, expected)
    assert found.outcome == ("damaged" if wrong else "ok")
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert found.failed == bool(wrong)
    assert bool(found.note) == bool(wrong)


def test_a_file_that_was_trusted_has_changed(entry, tmp_path):
    one = entry(HUB)
    remember(one, Fetched(tmp_path, "0" * 64, len(GOOD), False), None)
    found = verify_entry(one, tmp_path / "cache")
    assert (found.known_by, found.outcome, found.failed) == ("first_use", "changed", True)
    remember(one, Fetched(tmp_path, SHA256, len(GOOD), False), None)
    assert verify_entry(one, tmp_path / "cache").outcome == "ok"


@pytest.mark.parametrize("fact", [{"size_bytes": 5}, {"sha256_prefix": "0" * 8}])
def test_a_registry_that_changed_since_a_file_was_trusted_is_said(entry, tmp_path, fact):
    remember(entry(HUB), Fetched(tmp_path, SHA256, len(GOOD), False), None)
    found = verify_entry(entry({**HUB, **fact}, None), tmp_path / "cache")
    assert (found.known_by, found.outcome, found.failed) == ("first_use", "changed", True)
    assert "the registry says" in found.note


def test_without_any_hash_nothing_is_claimed(entry, tmp_path, registry):
    (tmp_path / "w").write_bytes(GOOD)
    found = verify_entry(entry({"kind": "local", "path": "w"}, None), tmp_path)
    assert (found.outcome, found.known_by, found.sha256) == ("not verifiable", None, SHA256)
    assert not found.failed


def test_a_model_that_is_not_here(entry, tmp_path):
    one = entry({**HTTPS, "sha256": SHA256}, None)
    assert here([one], tmp_path / "cache") == []
    (found,) = verify([one], tmp_path / "cache")
    assert (found.outcome, found.path, found.sha256) == ("missing", None, None)


@pytest.mark.parametrize("suffix", ["", "-0123456789abcdef"])
@pytest.mark.parametrize("place", [0, 1])
def test_the_converted_twin_is_compared_with_the_memory(entry, tmp_path, suffix, place):
    one, cache = entry({**HTTPS, "sha256": SHA256}), tmp_path / "cache"
    folder = twin_folders(cache)[place]
    folder.mkdir()
    name = f"{SHA256}{suffix}"
    twin, note = folder / f"{name}.safetensors", folder / f"{name}.json"
    twin.write_bytes(b"twin")
    note.write_text(json.dumps({"sha256": "0" * 64}))
    assert verify_entry(one, cache).outcome == "ok"  # another user's: it is made again
    RememberedTwins().remember(name, hashlib.sha256(b"twin").hexdigest())
    assert verify_entry(one, cache).outcome == "ok"
    twin.write_bytes(b"twiN")
    note.write_text(json.dumps({"sha256": hashlib.sha256(b"twiN").hexdigest()}))
    found = verify_entry(one, cache)
    assert (found.outcome, found.failed) == ("damaged", True)
    assert "converted" in found.note


def test_selftests_run_only_on_weights_that_are_right(entry, tmp_path):
    right = {**HTTPS, "sha256": SHA256}
    one = entry(right, selftest=SELFTEST, status="selftest")
    asked = []

    def run(entry, outcome="passed"):
        asked.append(entry.name)
        return SelfTested(outcome)

    def refuse(entry):
        raise InputError("it does not fit", id="x", hint="y")

    def unlicensed(entry):
        raise LicenceError("accept it first", id="x", hint="y")

    cache = tmp_path / "cache"
    (found,) = verify([one], cache, selftest=run)
    assert (found.selftest.outcome, found.failed) == ("passed", False)
    (found,) = verify([one], cache, selftest=lambda entry: run(entry, "failed"))
    assert (found.outcome, found.failed) == ("ok", True)
    (found,) = verify([one], cache, selftest=refuse)
    assert (found.selftest.outcome, found.failed) == ("failed", True)
    assert found.selftest.note == "it does not fit"
    (found,) = verify([one], cache, selftest=unlicensed)
    assert (found.selftest.outcome, found.failed) == ("not run", False)
    assert len(asked) == 2
    next((cache / "weights").iterdir()).write_bytes(b"wrong")
    (found,) = verify([one], cache, selftest=run)
    assert (found.selftest.outcome, len(asked)) == ("not run", 2)


def test_without_a_stored_selftest_weights_are_loaded(entry, tmp_path):
    def say(error):
        def run(entry):
            raise error("a reason", id="x", hint="y")

        return run

    one, cache = entry({**HTTPS, "sha256": SHA256}), tmp_path / "cache"
    (found,) = verify([one], cache, selftest=lambda entry: SelfTested("loads"))
    assert (found.selftest.outcome, found.failed) == ("loads", False)
    for error, outcome in (
        (IntegrityError, "failed"),
        (InputError, "failed"),
        (EnvironmentFailure, "not run"),
        (LicenceError, "not run"),
    ):
        (found,) = verify([one], cache, selftest=say(error))
        assert (found.selftest.outcome, found.failed) == (outcome, outcome == "failed")
        assert found.selftest.note == "a reason"
    external = one.architecture.model_copy(update={"library": "external"})
    one = one.model_copy(update={"architecture": external})
    (found,) = verify([one], cache, selftest=say(InputError))
    assert (found.selftest.outcome, found.failed) == ("not run", False)
    assert "does not build" in found.selftest.note


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no POSIX permissions here")
def test_a_file_that_cannot_be_read_is_not_called_right(entry, tmp_path, monkeypatch):
    from pathlib import Path

    one = entry({**HTTPS, "sha256": SHA256})
    opened = Path.open

    def deny(self, *arguments, **options):
        if self.suffix == ".pth":
            raise PermissionError(13, "Permission denied")
        return opened(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", deny)
    found = verify_entry(one, tmp_path / "cache")
    assert (found.outcome, found.sha256) == ("not verifiable", None)
    assert "permission denied" in found.note
