"""Hostile and damaged kits: each is refused with exit code 4, and nothing is written."""

import json
import struct
import tracemalloc
import warnings

import pytest
from kits import FIELDS, read_members, safetensors, sha256, write_members

from radzoo.core.entry import ZooEntry
from radzoo.core.errors import InputError, IntegrityError
from radzoo.core.source import Fetched
from radzoo.workflows.bundle import describe_model
from radzoo.workflows.unbundle import unbundle
from radzoo.zoo.kit import write_kit
from radzoo.zoo.kit_reading import open_kit


@pytest.fixture
def kit(tmp_path):
    """A kit of two models that is as it should be."""
    models, files = [], {}
    for value, name in enumerate(["first", "second"]):
        source = {"kind": "local", "path": "x", "sha256": sha256(safetensors(value))}
        entry = ZooEntry.model_validate({**FIELDS, "name": name, "source": source})
        path = tmp_path / f"{name}.safetensors"
        path.write_bytes(safetensors(value))
        fetched = Fetched(path, sha256(safetensors(value)), len(safetensors(value)), cached=True)
        models.append(describe_model(entry, fetched))
        files[models[-1].file] = path
    write_kit(tmp_path / "kit.zip", models, files)
    return tmp_path / "kit.zip"


def weights_name(members):
    return next(name for name in members if name.startswith("weights/"))


def change_manifest(members, change):
    manifest = json.loads(members["kit.json"])
    change(manifest)
    return [*{**members, "kit.json": json.dumps(manifest).encode()}.items()]


def rewrite(kit, members, **options):
    write_members(kit, members, **options)


def zip_slip(kit, members):
    rewrite(kit, [*members.items(), ("../../outside", b"x")])


def absolute_name(kit, members):
    rewrite(kit, [*members.items(), ("/tmp/outside", b"x")])


def extra_member(kit, members):
    rewrite(kit, [*members.items(), ("extra.txt", b"x")])


def missing_member(kit, members):
    del members["README.txt"]
    rewrite(kit, members.items())


def slip_in_manifest(kit, members):
    name = weights_name(members)

    def change(manifest):
        for model in manifest["models"]:
            model["file"] = "weights/../../x.safetensors"

    data = dict(change_manifest(members, change))
    data["weights/../../x.safetensors"] = data.pop(name)
    rewrite(kit, data.items())


def duplicate_member(kit, members):
    rewrite(kit, [*members.items(), (weights_name(members), safetensors(9))])


def symlink_member(kit, members):
    rewrite(kit, members.items(), attributes=0o120777)


def compressed_member(kit, members):
    rewrite(kit, members.items(), compress=weights_name(members))


def bomb(kit, members):
    rewrite(kit, {**members, "README.txt": bytes(50_000_000)}.items(), compress="README.txt")


def large_text(kit, members):
    rewrite(kit, {**members, "LICENCES.txt": bytes(9_000_000)}.items())


def large_manifest(kit, members):
    rewrite(kit, {**members, "kit.json": b" " * 9_000_000 + members["kit.json"]}.items())


def wrong_hash(kit, members):
    members[weights_name(members)] = safetensors(77)
    rewrite(kit, members.items())


def flipped_byte(kit, members):
    data = bytearray(kit.read_bytes())
    data[data.index(safetensors(1)) + len(safetensors(1)) - 1] ^= 1
    kit.write_bytes(data)


def truncated(kit, members):
    kit.write_bytes(kit.read_bytes()[:-40])


def cut_in_the_middle(kit, members):
    data = kit.read_bytes()
    kit.write_bytes(data[:1500] + data[1600:])


def empty(kit, members):
    kit.write_bytes(b"")


def no_zip(kit, members):
    kit.write_bytes(b"<!doctype html>" * 100)


def a_comment(kit, members):
    data = kit.read_bytes()
    kit.write_bytes(data[:-2] + b"\x05\x00hello")


def huge_count(kit, members):
    data = bytearray(kit.read_bytes())
    struct.pack_into("<HH", data, len(data) - 14, 60_000, 60_000)
    kit.write_bytes(data)


def huge_directory_64(kit, members, shift=0):
    """A second end record, by which zip readers go, announces a directory of 4 GB."""
    data = kit.read_bytes()
    body, end = data[:-22], data[-22:]
    count, size = 100_000_000, 2**32
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(body) - shift, 1)
    kit.write_bytes(body + end64 + locator + end)


def wrong_locator_64(kit, members):
    huge_directory_64(kit, members, shift=2)


def many_members(kit, members):
    rewrite(kit, [*members.items(), *((f"weights/{n}", b"") for n in range(700))])


def encrypted(kit, members):
    data = bytearray(kit.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    kit.write_bytes(data)


def overlapping(kit, members):
    """Two entries of the directory share the bytes of one member."""
    data = bytearray(kit.read_bytes())
    name = sorted(name for name in members if name.startswith("weights/"))[-1].encode()
    at = data.rindex(name) - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    offset = struct.unpack_from("<L", data, at + 42)[0]
    struct.pack_into("<L", data, at + 42, offset - 40)
    kit.write_bytes(data)


def other_name_inside(kit, members):
    data = bytearray(kit.read_bytes())
    name = weights_name(members).encode()
    at = data.index(b"PK\x03\x04", data.index(b"radzoo unbundle"))
    at = data.index(name, at)
    assert data[at - 30 : at - 26] == b"PK\x03\x04"
    data[at : at + 7] = b"WEIGHTS"
    kit.write_bytes(data)


def pickle_renamed(kit, members):
    pickled = b"\x80\x02cos\nsystem\nq\x00X\x02\x00\x00\x00idq\x01\x85q\x02Rq\x03."
    name = weights_name(members)
    new = f"weights/{sha256(pickled)}.safetensors"

    def change(manifest):
        for model in manifest["models"]:
            if model["file"] == name:
                model["file"] = model["entry"]["source"]["path"] = new
                model["sha256"], model["size_bytes"] = sha256(pickled), len(pickled)
                model["entry"]["source"]["sha256"] = sha256(pickled)

    data = dict(change_manifest(members, change))
    del data[name]
    rewrite(kit, [*data.items(), (new, pickled)])


def deep_manifest(kit, members):
    rewrite(kit, {**members, "kit.json": b"[" * 200_000}.items())


def not_json(kit, members):
    rewrite(kit, {**members, "kit.json": b"\xff\xfe"}.items())


def one_name_twice(kit, members):
    rewrite(kit, change_manifest(members, lambda m: m["models"].append(m["models"][0])))


def newer_schema(kit, members):
    rewrite(kit, change_manifest(members, lambda m: m.update(schema_version=2)))


def unknown_field(kit, members):
    rewrite(kit, change_manifest(members, lambda m: m["models"][0].update(script="rm")))


def evil_name(kit, members):
    rewrite(kit, change_manifest(members, lambda m: m["models"][0]["entry"].update(name="../x")))


def package_source(kit, members):
    source = {"kind": "package", "package": "os", "file": "path.py"}
    change = change_manifest(members, lambda m: m["models"][0]["entry"].update(source=source))
    rewrite(kit, change)


def wrong_size(kit, members):
    rewrite(kit, change_manifest(members, lambda m: m["models"][0].update(size_bytes=5)))


def negative_size(kit, members):
    rewrite(kit, change_manifest(members, lambda m: m["models"][0].update(size_bytes=-1)))


def softened_licence(kit, members):
    rewrite(kit, change_manifest(members, lambda m: m["models"][0].update(licence="CC0-1.0")))


def stranger_hash(kit, members):
    def change(manifest):
        manifest["models"][0]["entry"]["source"]["sha256"] = "0" * 64

    rewrite(kit, change_manifest(members, change))


MEMBERS = "its members are not those"
MANIFEST = "its kit.json is wrong at"
HOSTILE = {
    zip_slip: MEMBERS, absolute_name: MEMBERS, extra_member: MEMBERS, missing_member: MEMBERS,
    slip_in_manifest: MANIFEST, duplicate_member: "twice", symlink_member: "a link",
    compressed_member: "is compressed", bomb: "is compressed", large_text: "is larger than",
    large_manifest: "is larger than", wrong_hash: "is not the file", flipped_byte: "is damaged",
    truncated: "no zip archive", cut_in_the_middle: "overlap", empty: "no zip archive",
    no_zip: "no zip archive", a_comment: "as radzoo writes it", huge_count: "announces more",
    huge_directory_64: "announces more", wrong_locator_64: "is damaged",
    many_members: "announces more", encrypted: "encrypted", overlapping: "overlap",
    other_name_inside: "damaged", pickle_renamed: "is no safetensors file",
    deep_manifest: MANIFEST, not_json: MANIFEST, one_name_twice: MANIFEST, newer_schema: MANIFEST,
    unknown_field: MANIFEST, evil_name: MANIFEST, package_source: MANIFEST,
    wrong_size: "has not the size", negative_size: MANIFEST, softened_licence: MANIFEST,
    stranger_hash: MANIFEST,
}  # fmt: skip


@pytest.mark.parametrize("spoil", HOSTILE, ids=lambda spoil: spoil.__name__)
def test_a_hostile_kit_is_refused_and_nothing_written(kit, own_home, tmp_path, spoil):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile's, of a name that is there twice
        spoil(kit, read_members(kit))
    before = sorted(path for path in (*own_home.rglob("*"), *tmp_path.rglob("*")))
    tracemalloc.start()
    with pytest.raises(IntegrityError) as caught:
        unbundle(kit, {}, cache=own_home / "cache", register=lambda entries: None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (caught.value.id, int(caught.value.exit_code)) == ("bad-kit", 4)
    assert HOSTILE[spoil] in str(caught.value)
    assert peak < 60e6
    assert sorted(path for path in (*own_home.rglob("*"), *tmp_path.rglob("*"))) == before


def test_the_command_refuses_with_exit_code_4(radzoo, kit):
    wrong_hash(kit, read_members(kit))
    code, out, err = radzoo("unbundle", kit, "--json")
    assert (code, out, json.loads(err)["error"]["id"]) == (4, "", "bad-kit")


def test_the_kit_itself_is_fine(kit):
    with open_kit(kit) as opened:
        assert [model.entry.name for model in opened.contents.models] == ["first", "second"]
        for model in opened.contents.models:
            assert opened.measure(model).sha256 == model.sha256


def test_no_kit_at_all(tmp_path):
    for path in (tmp_path / "absent.zip", tmp_path):
        with pytest.raises((InputError, IntegrityError)), open_kit(path):
            pass


def test_weights_that_change_while_they_are_read_are_not_published(kit, tmp_path):
    with open_kit(kit) as opened:
        model = opened.contents.models[0].model_copy(update={"sha256": "0" * 64})
        with pytest.raises(IntegrityError), (tmp_path / "out").open("wb") as target:
            opened.copy(model, target)


def test_a_file_that_changed_since_it_was_verified_does_not_get_into_a_kit(kit, tmp_path):
    with open_kit(kit) as opened:
        models = opened.contents.models
    (tmp_path / "other").write_bytes(safetensors(50))
    with pytest.raises(IntegrityError, match="changed while they were copied"):
        write_kit(tmp_path / "new.zip", models[:1], {models[0].file: tmp_path / "other"})
