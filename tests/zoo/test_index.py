import json

import pytest

from radzoo.core.errors import InputError
from radzoo.zoo import index
from radzoo.zoo.index import index_file, load_listing, read_index
from radzoo.zoo.listing import Filters, is_permissive, select, select_names

LOCAL = {"source": {"kind": "local", "path": "weights.bin"}}


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def names(listed):
    return [model.record["name"] for model in listed]


def test_the_index_says_what_the_registry_says(registry, cache):
    files = [registry(b=LOCAL, a=LOCAL)]
    assert read_index(files, cache) is None
    fresh = load_listing(files, cache)
    assert names(fresh) == ["a", "b"]
    assert read_index(files, cache) == fresh


def test_a_changed_file_is_noticed(registry, cache):
    files = [registry(a=LOCAL)]
    load_listing(files, cache)
    registry(a=LOCAL, c=LOCAL)
    assert read_index(files, cache) is None
    assert names(load_listing(files, cache)) == ["a", "c"]


def test_another_version_of_radzoo_reads_afresh(registry, cache, monkeypatch):
    files = [registry(a=LOCAL)]
    load_listing(files, cache)
    monkeypatch.setattr(index, "__version__", "99.0")
    assert read_index(files, cache) is None


def test_other_files_have_an_index_of_their_own(registry, cache):
    one, two = [registry(a=LOCAL)], [registry(file="two.yaml", b=LOCAL)]
    load_listing(one, cache)
    load_listing(two, cache)
    assert names(read_index(one, cache)) == ["a"]
    assert names(read_index([*one, *two], cache) or []) == []


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff", b'{"fingerprint": 1}'])
def test_a_damaged_index_is_made_anew(registry, cache, damage):
    files = [registry(a=LOCAL)]
    load_listing(files, cache)
    index_file(files, cache).write_bytes(damage)
    assert read_index(files, cache) is None
    assert names(load_listing(files, cache)) == ["a"]


def test_an_index_with_strange_rows_is_not_used(registry, cache):
    files = [registry(a=LOCAL)]
    load_listing(files, cache)
    content = json.loads(index_file(files, cache).read_text())
    index_file(files, cache).write_text(json.dumps({**content, "models": [[1]]}))
    assert read_index(files, cache) is None


def test_a_cache_that_cannot_be_written_only_costs_time(registry, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    files = [registry(a=LOCAL)]
    assert names(load_listing(files, tmp_path / "cache")) == ["a"]


def test_a_wrong_registry_is_never_indexed(registry, cache):
    files = [registry(a={**LOCAL, "task": "wrong"})]
    with pytest.raises(InputError):
        load_listing(files, cache)
    assert not cache.exists()


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), ["a", "b", "c"]),
        (Filters(task="multilabel"), ["b"]),
        (Filters(task="MULTILABEL"), ["b"]),
        (Filters(modality="CT"), ["c"]),
        (Filters(family="vit"), ["c"]),
        (Filters(license="permissive"), ["a"]),
        (Filters(pulled=True), ["a"]),
        (Filters(search="edema"), ["b"]),
        (Filters(search="TEST model"), ["a", "b", "c"]),
        (Filters(search="edema ct"), []),
        (Filters(task="multilabel", family="vit"), []),
    ],
)
def test_filters(registry, tmp_path, cache, filters, found):
    (tmp_path / "weights.bin").write_bytes(b"x")
    absent = {"source": {"kind": "local", "path": "absent.bin"}}
    licences = {"code": "MIT", "weights": "CC-BY-NC-4.0", "data": None}
    unknown = {"code": "MIT", "weights": None, "data": None}
    files = [
        registry(
            a=LOCAL,
            b={**absent, "task": "multilabel", "labels": [None, "Edema"], "license": licences},
            c={**absent, "modality": "CT", "family": "vit", "license": unknown},
        )
    ]
    listed = load_listing(files, cache)
    assert select_names(listed, filters, cache) == found
    assert [record["name"] for record in select(listed, filters, cache)] == found


@pytest.mark.parametrize(
    ("licence", "permissive"),
    [("Apache-2.0", True), ("bsd-3-clause", True), ("CC-BY-NC-4.0", False), (None, False)],
)
def test_permissive(licence, permissive):
    assert is_permissive(licence) is permissive
