"""The cache as it should be, and with what goes wrong in caches."""

import hashlib
import json
import os
import subprocess
import sys
import time

import pytest

from radzoo.core.errors import InputError
from radzoo.zoo.cache_contents import list_contents
from radzoo.zoo.cache_removal import check_root, remove
from radzoo.zoo.catalog import load_files
from radzoo.zoo.partials import NO_KEY, claim
from radzoo.zoo.sources.hub import hub_cache

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def cache(tmp_path):
    """A clean cache of one converted https model, a shared one, images and an index."""
    root = tmp_path / "cache"
    for name in ("weights", "converted", "index", "prepared/" + "a" * 32):
        (root / name).mkdir(parents=True)
    (root / "weights" / f"{sha256(b'torch')}.pth").write_bytes(b"torch")
    (root / "converted" / f"{sha256(b'torch')}.safetensors").write_bytes(b"twin")
    note = {"source_sha256": sha256(b"torch"), "sha256": sha256(b"twin")}
    (root / "converted" / f"{sha256(b'torch')}.json").write_text(json.dumps(note))
    (root / "prepared" / ("a" * 32) / "images.npy").write_bytes(b"images")
    (root / "prepared" / ("a" * 32) / "index.json").write_text("{}")
    (root / "index" / ("b" * 16 + ".json")).write_text("{}")
    return root


@pytest.fixture
def entries(registry, tmp_path):
    source = {"kind": "https", "url": "https://example.org/a.pth", "format": "torch"}
    hub = {"kind": "hub", "repository": "some/one", "file": "m.safetensors", "revision": COMMIT}
    file = registry(
        torchy={"source": {**source, "sha256": sha256(b"torch")}},
        absent={"source": {**source, "sha256": "0" * 64}},
        hubby={"source": hub},
        packaged={"source": {"kind": "package", "package": "radzoo", "file": "py.typed"}},
    )
    repository = hub_cache() / "models--some--one"
    (repository / "blobs").mkdir(parents=True)
    (repository / "blobs" / sha256(b"hub")).write_bytes(b"hub")
    snapshot = repository / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    (snapshot / "m.safetensors").symlink_to(f"../../blobs/{sha256(b'hub')}")
    return list(load_files([file]).entries.values())


@pytest.fixture
def dead():
    """The number of a process that has ended."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_a_clean_cache_has_everything_in_its_place_and_no_problem(cache, entries):
    contents = list_contents(entries, cache)
    assert [(one.kind, one.models) for one in contents] == [
        ("weights", ("torchy",)),
        ("shared", ("hubby",)),
        ("converted", ("torchy",)),
        ("prepared", ()),
        ("index", ()),
    ]
    assert [one.problem for one in contents] == [None] * 5
    assert all(one.needed for one in contents)
    assert contents[0].size_bytes == 5
    assert contents[3].size_bytes == len(b"images") + len("{}")
    assert abs(contents[0].last_used - time.time()) < 600


def plant_extra(cache, outside, dead):
    (cache / "weights" / "extra.bin").write_bytes(b"extra")


def plant_stranger(cache, outside, dead):
    (cache / "weights" / ("c" * 64 + ".safetensors")).write_bytes(b"unknown model")


def plant_link(cache, outside, dead):
    (cache / "prepared" / ("d" * 32)).symlink_to(outside)


def plant_folder_link(cache, outside, dead):
    (cache / "index" / ("b" * 16 + ".json")).unlink()
    (cache / "index").rmdir()
    (cache / "index").symlink_to(outside)


def plant_missing_note(cache, outside, dead):
    (cache / "converted" / f"{sha256(b'torch')}.json").unlink()


def plant_permissions(cache, outside, dead):
    (cache / "weights" / f"{sha256(b'torch')}.pth").chmod(0o666)


def plant_partial(cache, outside, dead):
    partial = cache / "weights" / f".x.pth.{dead}.abcd1234.partial"
    partial.write_bytes(b"half")
    os.utime(partial, (time.time() - 4000,) * 2)


def plant_transfer(cache, outside, dead):
    claim(cache / "weights" / "x.pth", NO_KEY).stream.close()
    (partial,) = (cache / "weights").glob(".x.pth.*")
    partial.rename(partial.with_name(partial.name.replace(f".{os.getpid()}.", f".{dead}.")))


def plant_old_partial(cache, outside, dead):
    partial = cache / "prepared" / (f".{'e' * 32}.partial-x1y2")
    partial.mkdir()
    os.utime(partial, (0, 0))


def plant_orphan(cache, outside, dead):
    (cache / "weights" / f"{sha256(b'torch')}.pth").unlink()


def plant_half_prepared(cache, outside, dead):
    (cache / "prepared" / ("a" * 32) / "index.json").unlink()


def plant_pipe(cache, outside, dead):
    os.mkfifo(cache / "weights" / "pipe")


def plant_top_level(cache, outside, dead):
    (cache / "thesis.tex").write_text("not radzoo's")


PLANTED = {
    plant_extra: ("extra.bin", "belongs to no model"),
    plant_stranger: ("c" * 64 + ".safetensors", "belongs to no model"),
    plant_link: ("d" * 32, "belongs to no model"),
    plant_folder_link: ("index", "belongs to no model"),
    plant_missing_note: (f"{sha256(b'torch')}.safetensors", "half of it is missing"),
    plant_permissions: (f"{sha256(b'torch')}.pth", "every user of this machine"),
    plant_partial: (".abcd1234.partial", "process that made it is gone"),
    plant_transfer: (".partial", "process that made it is gone"),
    plant_old_partial: (".partial-x1y2", "process that made it is gone"),
    plant_orphan: (f"{sha256(b'torch')}.safetensors", "it was made from are not here"),
    plant_half_prepared: ("a" * 32, "belongs to no model"),
    plant_pipe: ("pipe", "belongs to no model"),
    plant_top_level: ("thesis.tex", "belongs to no model"),
}


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_defect_is_named_and_nothing_else(cache, entries, tmp_path, dead, plant):
    outside = tmp_path / "outside"
    outside.mkdir()
    plant(cache, outside, dead)
    name, words = PLANTED[plant]
    (found,) = [one for one in list_contents(entries, cache) if one.problem]
    assert found.path.name.endswith(name)
    assert words in found.problem


def own_transfer(weights, dead):
    claim(weights / "x.pth", NO_KEY).stream.close()


def new_file(weights, dead):
    (weights / f".x.pth.{os.getpid()}.abcd1234.partial").write_bytes(b"half")


def other_machine(weights, dead):
    (weights / f".x.pth.elsewhere.{dead}.{NO_KEY}-1-abcd1234.partial").write_bytes(b"half")


@pytest.mark.parametrize("plant", [own_transfer, new_file, other_machine])
def test_a_partial_file_that_may_be_in_use_is_no_problem(cache, entries, dead, plant):
    plant(cache / "weights", dead)
    (partial,) = [one for one in list_contents(entries, cache) if one.kind == "partial"]
    assert partial.needed
    assert partial.problem is None


def test_a_link_is_removed_and_what_it_leads_to_stays(cache, entries, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    (cache / "weights" / "link").symlink_to(outside)
    things = [one for one in list_contents(entries, cache) if one.kind == "unknown"]
    remove(things, cache)
    assert not (cache / "weights" / "link").is_symlink()
    assert (outside / "kept").is_file()


def test_nothing_is_removed_through_a_linked_folder(cache, entries, tmp_path):
    (thing,) = [one for one in list_contents(entries, cache) if one.kind == "weights"]
    (cache / "weights").rename(tmp_path / "elsewhere")
    (cache / "weights").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="does not stand in"):
        remove([thing], cache)
    assert (tmp_path / "elsewhere" / thing.path.name).is_file()


@pytest.mark.parametrize("root", ["/", "home"])
def test_the_root_and_home_are_no_caches(root, own_home):
    from pathlib import Path

    with pytest.raises(InputError, match="nothing is removed"):
        check_root(own_home if root == "home" else Path(root))


def test_a_folder_with_other_things_in_it_is_no_cache_to_clear(cache):
    check_root(cache, for_unknown=True)
    (cache / "thesis.tex").write_text("not radzoo's")
    check_root(cache)
    with pytest.raises(InputError, match=r"thesis\.tex"):
        check_root(cache, for_unknown=True)
