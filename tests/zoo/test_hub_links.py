from pathlib import Path

import pytest

from radzoo.core.errors import EnvironmentFailure
from radzoo.zoo.sources.hub_links import link


@pytest.fixture
def places(tmp_path):
    blob = tmp_path / "blobs" / "e"
    blob.parent.mkdir()
    blob.write_bytes(b"weights")
    return tmp_path / "snapshots" / "c" / "deep" / "file.bin", blob


def test_a_link_is_relative(places, tmp_path):
    snapshot, blob = places
    link(snapshot, blob)
    assert snapshot.readlink() == Path("../../../blobs/e")
    tmp_path.rename(tmp_path.with_name("moved"))
    moved = tmp_path.with_name("moved") / snapshot.relative_to(tmp_path)
    assert moved.read_bytes() == b"weights"


def test_what_stood_there_is_replaced(places):
    snapshot, blob = places
    snapshot.parent.mkdir(parents=True)
    snapshot.write_bytes(b"old")
    link(snapshot, blob)
    link(snapshot, blob)
    assert snapshot.read_bytes() == b"weights"
    assert [path.name for path in snapshot.parent.iterdir()] == ["file.bin"]


@pytest.mark.parametrize("how", ["setting", "system"])
def test_a_copy_where_links_are_impossible(places, monkeypatch, how):
    snapshot, blob = places
    if how == "setting":
        monkeypatch.setenv("HF_HUB_DISABLE_SYMLINKS", "1")
    else:

        def refuse(path, target):
            raise OSError(1314, "a required privilege is not held by the client")

        monkeypatch.setattr(Path, "symlink_to", refuse)
    link(snapshot, blob)
    assert not snapshot.is_symlink()
    assert snapshot.read_bytes() == b"weights"
    assert [path.name for path in snapshot.parent.iterdir()] == ["file.bin"]


def test_a_folder_that_cannot_be_made_is_named(places, tmp_path):
    snapshot, blob = places
    (tmp_path / "snapshots").write_text("a file")
    with pytest.raises(EnvironmentFailure, match="cannot write"):
        link(snapshot, blob)
