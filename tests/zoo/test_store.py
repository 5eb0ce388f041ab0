import hashlib
import os
from pathlib import Path

import pytest

from radzoo.core.errors import EnvironmentFailure, InputError, IntegrityError
from radzoo.zoo.catalog import find_entry
from radzoo.zoo.store import cache_root, fetch_weights, locate_weights


@pytest.fixture
def local(registry, tmp_path, weights):
    """An entry whose weights are a file beside its registry."""
    (tmp_path / "weights.bin").write_bytes(weights)

    def entry(**fields):
        source = {"kind": "local", "path": "weights.bin", **fields}
        return find_entry("mine", [registry(mine={"source": source})])

    return entry


def fetch(entry, tmp_path, **options):
    return fetch_weights(entry, cache=tmp_path / "cache", offline=True, **options)


def test_a_local_file_is_measured(local, tmp_path, weights):
    seen = []
    fetched = fetch(local(), tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert fetched.path == tmp_path / "weights.bin"
    assert fetched.sha256 == hashlib.sha256(weights).hexdigest()
    assert (fetched.size_bytes, fetched.cached) == (len(weights), True)
    assert seen[-1] == (len(weights), len(weights))


def test_the_right_hash_is_accepted(local, tmp_path, weights):
    sha256 = hashlib.sha256(weights).hexdigest()
    assert fetch(local(sha256=sha256), tmp_path).sha256 == sha256
    assert fetch(local(sha256_prefix=sha256[:8], size_bytes=len(weights)), tmp_path)


@pytest.mark.parametrize(
    ("fields", "id"),
    [
        ({"sha256": "0" * 64}, "wrong-hash"),
        ({"sha256_prefix": "00000000"}, "wrong-hash"),
        ({"size_bytes": 5}, "wrong-size"),
    ],
)
def test_a_wrong_file_is_refused(local, tmp_path, fields, id):  # noqa: A002
    with pytest.raises(IntegrityError) as caught:
        fetch(local(**fields), tmp_path)
    assert caught.value.id == id
    assert caught.value.exit_code == 4


def test_one_flipped_bit_is_noticed(local, tmp_path, weights):
    entry = local(sha256=hashlib.sha256(weights).hexdigest())
    fetch(entry, tmp_path)
    damaged = bytearray(weights)
    damaged[len(weights) // 2] ^= 1
    (tmp_path / "weights.bin").write_bytes(damaged)
    with pytest.raises(IntegrityError, match="sha256"):
        fetch(entry, tmp_path)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<!DOCTYPE html><title>Sign in</title>", "an HTML page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a git-lfs pointer"),
        (b'{"error": "not found"}', "a JSON or text message"),
        (b"\x1f\x8b\x08\x00", "gzip-compressed data"),
    ],
)
def test_what_came_instead_is_named(local, tmp_path, content, kind):
    entry = local(sha256="0" * 64)
    (tmp_path / "weights.bin").write_bytes(content)
    with pytest.raises(IntegrityError, match=f"it looks like {kind}"):
        fetch(entry, tmp_path)


@pytest.mark.parametrize("force", [False, True])
def test_a_wrong_local_file_is_to_be_put_there_not_pulled(local, tmp_path, force):
    with pytest.raises(IntegrityError) as caught:
        fetch(local(sha256="0" * 64), tmp_path, force=force)
    assert f"put the right file at {tmp_path / 'weights.bin'}" in caught.value.hint
    assert "unbundle KIT" in caught.value.hint
    assert "pull" not in caught.value.hint


@pytest.mark.parametrize(
    ("head", "refused"),
    [
        (b"PK\x03\x04\x00\x00\x08\x08\x00\x00", True),
        (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j", True),
        (b"\x80\x02\x00\x00\x00\x00\x00\x00{}", False),
        (b"\x20\x00\x00\x00\x00\x00\x00\x00{}", False),
    ],
)
def test_a_torch_file_that_is_called_safetensors(local, tmp_path, head, refused):
    (tmp_path / "weights.bin").write_bytes(head)
    assert fetch(local(format="torch"), tmp_path)
    if not refused:
        assert fetch(local(format="safetensors"), tmp_path)
        return
    with pytest.raises(IntegrityError, match="looks like a torch file") as caught:
        fetch(local(format="safetensors"), tmp_path)
    assert "format: torch" in caught.value.hint


def test_a_missing_local_file_is_named(local, tmp_path):
    entry = local(path="absent.bin")
    assert locate_weights(entry, tmp_path) is None
    with pytest.raises(InputError, match=r"there is no file .*absent\.bin"):
        fetch(entry, tmp_path)


def test_a_file_of_a_package(registry, tmp_path):
    source = {"kind": "package", "package": "radzoo", "file": "py.typed"}
    fetched = fetch(find_entry("mine", [registry(mine={"source": source})]), tmp_path)
    assert fetched.path.parts[-2:] == ("radzoo", "py.typed")


@pytest.mark.parametrize("package", ["radzoo", "no_such_package_anywhere"])
def test_a_missing_file_of_a_package(registry, tmp_path, package):
    source = {"kind": "package", "package": package, "file": "absent.bin"}
    with pytest.raises(EnvironmentFailure, match=f"the package {package} with its file"):
        fetch(find_entry("mine", [registry(mine={"source": source})]), tmp_path)


def test_where_the_cache_is(monkeypatch, tmp_path):
    assert cache_root(tmp_path) == tmp_path
    assert cache_root() == Path(os.environ["RADZOO_HOME"])
    monkeypatch.delenv("RADZOO_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_root().name == "radzoo"
