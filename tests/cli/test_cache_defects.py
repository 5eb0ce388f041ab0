"""What goes wrong in caches is named by `verify` or `cache ls`, and nothing else is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from kits import COMMIT, safetensors, sha256, ship_few_models, write_registry

from radzoo.workflows.twins import RememberedTwins
from radzoo.zoo.sources.hub import hub_cache

PICKLED = b"\x80\x02}q\x00."
TWIN = f"{sha256(PICKLED)}.safetensors"
SOURCES = {
    "web": {"kind": "https", "url": "https://example.org/w.pth", "format": "torch",
            "sha256": sha256(PICKLED), "size_bytes": len(PICKLED)},
    "hub": {"kind": "hub", "repository": "some/one", "file": "m.safetensors",
            "sha256": sha256(safetensors(1))},
}  # fmt: skip


@pytest.fixture
def cache(own_home, tmp_path, monkeypatch):
    """A clean cache: a converted model, one of the hub, prepared images."""
    ship_few_models(own_home, monkeypatch)
    monkeypatch.setenv("RADZOO_ZOO", str(write_registry(tmp_path / "zoo.yaml", SOURCES)))
    root = own_home / "radzoo"
    prepared, repository = root / "prepared" / ("a" * 32), hub_cache() / "models--some--one"
    snapshot = repository / "snapshots" / COMMIT / "m.safetensors"
    note = json.dumps({"sha256": sha256(safetensors(2)), "source_sha256": sha256(PICKLED)})
    for file, content in {
        root / "weights" / f"{sha256(PICKLED)}.pth": PICKLED,
        root / "converted" / f"{sha256(PICKLED)}.safetensors": safetensors(2),
        root / "converted" / f"{sha256(PICKLED)}.json": note.encode(),
        prepared / "images.npy": b"images",
        prepared / "index.json": b"{}",
        repository / "blobs" / sha256(safetensors(1)): safetensors(1),
        repository / "refs" / "main": COMMIT.encode(),
    }.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    snapshot.parent.mkdir(parents=True)
    snapshot.symlink_to(f"../../blobs/{sha256(safetensors(1))}")
    RememberedTwins().remember(TWIN.removesuffix(".safetensors"), sha256(safetensors(2)))
    return root


@pytest.fixture
def named(radzoo):
    """What `verify` and `cache ls` say is wrong: file or model, and the words."""

    def look():
        verified = json.loads(radzoo("verify", "--json")[1])["verified"]
        contents = json.loads(radzoo("cache", "ls", "--json")[1])["contents"]
        wrong = [(one["name"], one["note"]) for one in verified if one["outcome"] != "ok"]
        return wrong + [
            (Path(one["path"]).name, one["problem"]) for one in contents if one["problem"]
        ]

    return look


def flip(file):
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)


def weights(cache):
    return cache / "weights" / f"{sha256(PICKLED)}.pth"


def stale_partial(cache):
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    file = cache / "weights" / f".w.pth.{child.pid}.abcd.partial"
    file.write_bytes(b"half")
    os.utime(file, (1e9, 1e9))


def exchanged_by_link(cache):
    """The weights are a link to the same bytes elsewhere: right now, but not for sure later."""
    outside = cache.parent / "outside"
    weights(cache).rename(outside)
    weights(cache).symlink_to(outside)


DEFECTS = {
    "flipped byte": (lambda cache: flip(weights(cache)), "web", "sha256"),
    "flipped byte in the shared cache": (
        lambda cache: flip(hub_cache() / "models--some--one" / "blobs" / sha256(safetensors(1))),
        "hub", "sha256",
    ),
    "flipped byte in a converted file": (
        lambda cache: flip(cache / "converted" / TWIN), "web", "converted",
    ),
    "truncated": (lambda cache: weights(cache).write_bytes(PICKLED[:-1]), "web", "bytes"),
    "extra file": (
        lambda cache: (cache / "weights" / "x.bin").write_bytes(b"x"), "x.bin", "no model",
    ),
    "missing note": (
        lambda cache: (cache / "converted" / TWIN).with_suffix(".json").unlink(),
        TWIN, "half of it is missing",
    ),
    "link out of the cache": (exchanged_by_link, f"{sha256(PICKLED)}.pth", "symbolic link"),
    "permissions": (
        lambda cache: weights(cache).chmod(0o666), f"{sha256(PICKLED)}.pth", "every user",
    ),
    "stale partial": (stale_partial, ".partial", "is gone"),
    "unknown model": (
        lambda cache: (cache / "weights" / f"{'c' * 64}.pth").write_bytes(b"x"),
        f"{'c' * 64}.pth", "no model",
    ),
    "missing file": (
        lambda cache: weights(cache).unlink(), TWIN, "it was made from are not here",
    ),
}  # fmt: skip


def test_nothing_is_wrong_with_a_clean_cache(cache, named):
    assert named() == []


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_named_and_nothing_else(cache, named, defect):
    plant, what, words = DEFECTS[defect]
    plant(cache)
    ((name, said),) = named()
    assert name.endswith(what)
    assert words in said


def test_every_single_byte_counts(cache, radzoo):
    """Any byte of any file of weights that is changed is noticed."""
    blob = hub_cache() / "models--some--one" / "blobs" / sha256(safetensors(1))
    for file in (weights(cache), blob):
        good = file.read_bytes()
        for at in range(0, len(good), max(1, len(good) // 8)):
            file.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
            assert radzoo("verify")[0] == 4, (file.name, at)
        file.write_bytes(good)
    assert radzoo("verify")[0] == 0
