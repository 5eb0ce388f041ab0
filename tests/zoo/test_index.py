import json
import os
import shutil
import time

import pytest

from radzoo.core.errors import InputError, UsageError
from radzoo.zoo import catalog, index
from radzoo.zoo.catalog import find_entry
from radzoo.zoo.index import (
    KEPT,
    fingerprint,
    index_path,
    load_listing,
    read_index,
    read_listing,
    read_names,
)
from radzoo.zoo.licences import is_permissive
from radzoo.zoo.selection import Filters, parse_size, select, select_names

LOCAL = {"source": {"kind": "local", "path": "weights.bin"}}


def names(listed):
    return [model.record["name"] for model in listed]


def kept_at(file):
    return index_path(fingerprint(file.read_bytes()))


def test_the_index_says_what_the_registry_says(registry):
    files = [registry(b=LOCAL, a=LOCAL)]
    assert read_listing(files) is None
    assert read_names(files) is None
    fresh = load_listing(files)
    assert names(fresh) == ["a", "b"]
    assert read_listing(files) == fresh
    assert read_names(files) == ["a", "b"]


def test_an_entry_out_of_the_index_is_the_entry_of_the_registry(registry, monkeypatch):
    fields = {"limits": "Größe 1e3", "labels": ["a", None], "facts_from": None}
    file = registry(mine={**LOCAL, **fields}, other=LOCAL)
    fresh = find_entry("mine", [file])
    monkeypatch.setattr(catalog, "parse_yaml", None)  # not needed any more
    assert find_entry("mine", [file]) == fresh
    assert fresh.labels == ["a", None]


@pytest.mark.parametrize(
    "code",
    ["core/entry/record.py", "core/strict_yaml.py", "core/plain_scanner.py",
     "zoo/catalog.py", "zoo/index.py", "zoo/licences.py", "zoo/listing.py"],
)  # fmt: skip
def test_an_index_of_other_code_does_not_count(tmp_path, monkeypatch, code):
    for part in ("core", "zoo"):
        shutil.copytree(index.PACKAGE / part, tmp_path / part)
    monkeypatch.setattr(index, "PACKAGE", tmp_path)
    before = fingerprint(b"")
    assert fingerprint(b"") == before
    with (tmp_path / code).open("a") as stream:
        stream.write("# stricter\n")
    assert fingerprint(b"") != before


def test_local_weights_are_sought_beside_each_copy_of_a_registry(registry, tmp_path):
    file = registry(a=LOCAL)
    copy = tmp_path / "elsewhere" / "zoo.yaml"
    copy.parent.mkdir()
    copy.write_bytes(file.read_bytes())
    for one in (file, copy):
        assert load_listing([one])[0].source["path"] == str(one.parent / "weights.bin")
        assert find_entry("a", [one]).source.path == str(one.parent / "weights.bin")


def test_a_changed_file_is_noticed(registry):
    files = [registry(a=LOCAL)]
    load_listing(files)
    before = files[0].stat()
    registry(a=LOCAL, c=LOCAL)
    os.utime(files[0], ns=(before.st_atime_ns, before.st_mtime_ns))
    assert read_listing(files) is None
    assert names(load_listing(files)) == ["a", "c"]


def test_another_version_of_radzoo_reads_afresh(registry, monkeypatch):
    files = [registry(a=LOCAL)]
    load_listing(files)
    monkeypatch.setattr(index, "__version__", "99.0")
    assert read_listing(files) is None


def test_each_file_has_an_index_of_its_own_and_the_last_wins(registry):
    one = registry(a=LOCAL, b=LOCAL)
    two = registry(file="two.yaml", b={**LOCAL, "summary": "Later."}, c=LOCAL)
    load_listing([one])
    assert read_listing([one, two]) is None
    listed = load_listing([one, two])
    assert names(listed) == ["a", "b", "c"]
    assert listed[1].record["summary"] == "Later."
    assert read_listing([one, two]) == listed
    assert read_listing([two, one])[1].record["summary"] == "A test model."


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff", b'{"fingerprint": 1}'])
def test_a_damaged_index_is_made_anew(registry, damage):
    file = registry(a=LOCAL)
    load_listing([file])
    kept_at(file).write_bytes(damage)
    assert read_listing([file]) is None
    assert names(load_listing([file])) == ["a"]
    assert read_listing([file]) is not None


def test_every_changed_byte_of_an_index_is_noticed(registry):
    file = registry(a=LOCAL)
    load_listing([file])
    kept, whole = kept_at(file).read_bytes(), read_index(file)
    for at in range(len(kept)):
        kept_at(file).write_bytes(kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :])
        assert read_index(file) in (None, whole)  # a blank in the first line means nothing


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_it_is_private_and_not_believed_if_others_could_write_it(registry):
    file = registry(a=LOCAL)
    load_listing([file])
    path = kept_at(file)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    for place, mode in ((path, 0o620), (path, 0o602), (path.parent, 0o770), (path.parent, 0o703)):
        before = place.stat().st_mode
        place.chmod(mode)
        assert read_index(file) is None
        place.chmod(before)
        assert read_index(file) is not None


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_a_link_and_another_users_file_are_not_believed(registry, monkeypatch):
    file = registry(a=LOCAL)
    load_listing([file])
    path = kept_at(file)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert read_index(file) is None
    monkeypatch.undo()
    path.rename(path.with_name("moved"))
    path.symlink_to(path.with_name("moved"))
    assert read_index(file) is None


def test_a_memory_that_cannot_be_written_only_costs_time(registry, tmp_path, monkeypatch):
    (tmp_path / "state").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert names(load_listing([registry(a=LOCAL)])) == ["a"]


def test_old_indexes_are_forgotten(registry, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for n in range(KEPT + 3):
        file = registry(**{f"model-{n}": LOCAL})
        load_listing([file])
        os.utime(kept_at(file), (n, n)) if n < KEPT else None
    assert len(list(kept_at(file).parent.iterdir())) == KEPT
    assert read_listing([file]) is not None


def test_a_wrong_registry_is_never_indexed(registry):
    file = registry(a={**LOCAL, "task": "wrong"}, b=LOCAL)
    with pytest.raises(InputError):
        load_listing([file])
    assert find_entry("b", [file]).name == "b"
    assert not kept_at(file).exists()


def test_a_large_registry_is_quick_once_it_is_known(registry):
    long = {"facts_from": "words " * 300, "labels": [f"organ {n}" for n in range(40)]}
    file = registry(**{f"model-{n}": {**LOCAL, **long} for n in range(200)})
    assert file.stat().st_size > 400_000
    find_entry("model-7", [file])
    begin = time.perf_counter()
    find_entry("model-8", [file])
    load_listing([file])
    assert time.perf_counter() - begin < 0.3


@pytest.fixture
def three(registry, tmp_path):
    (tmp_path / "weights.bin").write_bytes(b"x")
    absent = {"kind": "local", "path": "absent.bin"}
    licences = {"code": "MIT", "weights": "CC-BY-NC-4.0", "data": None}
    unknown = {"code": "MIT", "weights": None, "data": None}
    file = registry(
        a={**LOCAL, "modality": "chest radiograph", "status": "loads"},
        b={
            "source": {**absent, "size_bytes": 64_000_000},
            "task": "multilabel",
            "labels": [None, "Edema"],
            "license": licences,
        },
        c={
            "source": {**absent, "size_mb": 32.5},
            "modality": "chest CT",
            "family": "vit",
            "license": {**unknown, "conflict": "Two."},
            "input": {"dimensions": 3},
        },
    )
    return load_listing([file])


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, "abc"),
        ({"task": "multilabel"}, "b"),
        ({"task": "MULTILABEL"}, "b"),
        ({"modality": "CT"}, "c"),
        ({"modality": "Chest"}, "ac"),
        ({"modality": "radiographs chest"}, "a"),
        ({"modality": "radio chest"}, "a"),
        ({"modality": "hest"}, None),
        ({"modality": "-"}, None),
        ({"family": "vit"}, "c"),
        ({"license": "permissive"}, "a"),
        ({"license": "mit"}, "a"),
        ({"license": "CC-BY-4.0"}, ""),
        ({"license": "cc-by-nc-4.0"}, "b"),
        ({"label": "edema"}, "b"),
        ({"label": "Edem"}, None),
        ({"status": "loads"}, "a"),
        ({"max_size": "64MB"}, "bc"),
        ({"max_size": "33 mb"}, "c"),
        ({"max_size": "30MiB"}, ""),
        ({"dimensions": 3}, "c"),
        ({"dimensions": 2}, "ab"),
        ({"pulled": True}, "a"),
        ({"search": "edema"}, "b"),
        ({"search": "TEST model"}, "abc"),
        ({"search": "edema ct"}, ""),
        ({"task": "multilabel", "family": "vit"}, ""),
        ({"sort": "size"}, "cba"),
        ({"sort": "task"}, "acb"),
        ({"sort": "family"}, "abc"),
    ],
)
def test_filters(three, tmp_path, filters, found):
    if found is None:
        with pytest.raises(UsageError, match="there are") as caught:
            select_names(three, Filters(**filters), tmp_path)
        assert caught.value.hint
        return
    assert select_names(three, Filters(**filters), tmp_path) == list(found)
    records = select(three, Filters(**filters), tmp_path)
    assert [record["name"] for record in records] == list(found)
    assert [record["name"] for record in records if record["pulled"]] == [
        n for n in found if n == "a"
    ]


def test_standings(three):
    standings = [model.record["license_standing"] for model in three]
    assert standings == ["permissive", "restricted", "conflicting"]


@pytest.mark.parametrize(
    ("text", "size"),
    [("100MB", 1e8), ("1.5 GB", 1.5e9), ("64MiB", 64 * 2**20), ("12B", 12), ("3k", 3000)],
)
def test_sizes(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "-1MB", "1 XB", "1e3", "1MBB"])
def test_no_sizes(text):
    with pytest.raises(UsageError):
        parse_size(text)


@pytest.mark.parametrize(
    ("licence", "permissive"),
    [("Apache-2.0", True), ("bsd-3-clause", True), ("CC-BY-NC-4.0", False), (None, False)],
)
def test_permissive(licence, permissive):
    assert is_permissive(licence) is permissive


def test_the_index_is_lines_of_json(registry):
    file = registry(a=LOCAL)
    load_listing([file])
    header, names, rows, entry = map(json.loads, kept_at(file).read_bytes().split(b"\n"))
    assert (set(header), names) == ({"fingerprint", "digest"}, ["a"])
    assert rows[0][0]["name"] == "a"
    assert entry["source"] == LOCAL["source"]
