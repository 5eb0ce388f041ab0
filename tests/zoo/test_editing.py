import multiprocessing
import os
import re

import pytest

from radzoo.core.errors import EnvironmentFailure, InputError
from radzoo.core.strict_yaml import parse_yaml
from radzoo.zoo import editing
from radzoo.zoo.catalog import find_entry
from radzoo.zoo.editing import put_entry, set_fields, with_fields
from radzoo.zoo.registries import shipped_registry

TEXT = """\
# mine, above all

schema_version: 1   # the first
models:
  # why this one
  tiny:
    task: backbone   # not 'binary'
    summary: "A: test"
    modality: phantom
    family: resnet
    architecture: {library: timm, name: resnet18}
    source:
      path: w.safetensors   # relative
      kind: local
      # nobody has measured it
      sha256: null
      size_bytes: ~

    input: {size: 64, mean: [0.5],  channels: 1}
    labels:
      - "1"
      - null   # never trained
    license: {code: MIT, weights: 'MIT', data: null}
    citation: {text: Nobody. Nothing. 2026.}
    intended_use: >-
      Tests,
      all of them.
# the end
"""
SHA256 = "0123456789" * 6 + "0123"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(TEXT)
    return path


def test_only_the_fields_that_were_set_change(file):
    set_fields(file, "tiny", {"source.sha256": SHA256, "source.size_bytes": 12})
    expected = TEXT.replace("sha256: null", f'sha256: "{SHA256}"')
    expected = expected.replace("size_bytes: ~", "size_bytes: 12").replace("],  ch", "], ch")
    assert file.read_text() == expected
    assert find_entry("tiny", [file]).source.sha256 == SHA256


def test_adding_keeps_all_that_was_there(file):
    fields = {**find_entry("tiny", [file]).model_dump(mode="json"), "summary": "007"}
    del fields["name"]
    put_entry(file, "other", fields)
    text = file.read_text()
    assert text.startswith(TEXT)
    assert text.index("  tiny:") < text.index("  other:")
    assert find_entry("other", [file]).summary == "007"
    assert find_entry("other", [file]).labels == ["1", None]


def test_the_shipped_registry_survives_an_edit(tmp_path):
    file = tmp_path / "zoo.yaml"
    text = shipped_registry().read_text()
    file.write_text(text)
    set_fields(file, "alexnet", {"status": "hash"})
    before, after = text.split("\n  alexnet:\n")
    found_before, found_after = file.read_text().split("\n  alexnet:\n")
    assert found_before == before
    rest = re.split(r"\n(?=  [a-z])", after, maxsplit=1)[1]
    assert found_after.endswith(rest)
    assert find_entry("alexnet", [file]).status == "hash"


def test_json_is_a_registry_too(registry):
    file = registry(a={"source": {"kind": "local", "path": "w"}})
    set_fields(file, "a", {"status": "loads"})
    assert find_entry("a", [file]).status == "loads"


def test_a_new_registry_is_made(tmp_path, file):
    fields = find_entry("tiny", [file]).model_dump(mode="json")
    del fields["name"]
    new = tmp_path / "folder" / "new.yaml"
    put_entry(new, "tiny", fields)
    assert new.read_text().startswith("# My own models")
    assert "models:\n  tiny:\n    summary: " in new.read_text()
    assert find_entry("tiny", [new]) == find_entry("tiny", [file])


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"task": "backbon"}, "tiny.task: 'backbon'"), ({"colour": 1}, "tiny.colour: is not a field")],
)
def test_what_would_be_wrong_is_not_written(file, fields, said):
    with pytest.raises(InputError, match=said):
        set_fields(file, "tiny", fields)
    assert file.read_text() == TEXT


def test_an_entry_is_not_overwritten_unasked(file):
    with pytest.raises(InputError) as caught:
        put_entry(file, "tiny", {})
    assert caught.value.id == "entry-exists"
    assert file.read_text() == TEXT


@pytest.mark.parametrize("text", ["a: &x 1\n", "schema_version: 1\nmodels: [", "[]", "a: !x 1\n"])
def test_a_hostile_file_never_meets_the_round_trip_loader(tmp_path, text, monkeypatch):
    path = tmp_path / "hostile.yaml"
    path.write_text(text)
    monkeypatch.setattr("radzoo.zoo.editing._round_trip", None)
    with pytest.raises(InputError):
        put_entry(path, "a", {})
    with pytest.raises(InputError):
        set_fields(path, "a", {"task": "binary"})
    assert path.read_text() == text


def test_a_link_stays_a_link_and_permissions_stay(file, tmp_path):
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    file.chmod(0o640)
    set_fields(link, "tiny", {"status": "loads"})
    assert link.is_symlink()
    assert "status: loads" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(file):
    file.parent.chmod(0o500)
    with pytest.raises(EnvironmentFailure):
        set_fields(file, "tiny", {"status": "loads"})
    file.parent.chmod(0o700)


def test_dotted_names_lead_inside():
    assert with_fields({"a": {"b": 1, "c": 2}, "d": 3}, {"a.b": 4, "e.f": 5, "d": 6}) == {
        "a": {"b": 4, "c": 2},
        "d": 6,
        "e": {"f": 5},
    }


def fields_of(file):
    fields = find_entry("tiny", [file]).model_dump(mode="json")
    del fields["name"]
    return fields


def add_at_once(file, fields, names):
    """Add entries in as many processes, which all begin at once."""
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(len(names))

    def add(name):
        barrier.wait()
        put_entry(file, name, fields)

    processes = [context.Process(target=add, args=(name,)) for name in names]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return [process.exitcode for process in processes]


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_edits_at_the_same_time_are_all_kept(file):
    names = [f"new{n}" for n in range(8)]
    assert add_at_once(file, fields_of(file), names) == [0] * len(names)
    document = parse_yaml(file.read_bytes(), file)
    assert set(document.at(("models",))) == {"tiny", *names}


def test_what_another_wrote_meanwhile_is_kept(file, monkeypatch):
    fields, once = fields_of(file), []

    def read(path, usual=editing._read):
        text = usual(path)
        if not once:
            once.append(1)
            file.write_text(text.replace("  tiny:", "  theirs:"))
        return text

    monkeypatch.setattr("radzoo.core.file_lock.try_lock", lambda descriptor: True)
    monkeypatch.setattr(editing, "_read", read)
    put_entry(file, "mine", fields)
    assert set(parse_yaml(file.read_bytes(), file).at(("models",))) == {"theirs", "mine"}


def test_a_memory_that_cannot_be_written_hinders_no_edit(file, monkeypatch, tmp_path):
    (tmp_path / "state").write_text("no folder")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    set_fields(file, "tiny", {"status": "loads"})
    assert "status: loads" in file.read_text()


def test_an_entry_that_is_not_there_cannot_be_changed(file):
    with pytest.raises(InputError, match="no longer has an entry called 'other'"):
        set_fields(file, "other", {"status": "loads"})
