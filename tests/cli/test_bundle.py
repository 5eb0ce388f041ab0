"""`radzoo bundle` here, `radzoo unbundle` on a machine that shares nothing with this one."""

import json

import pytest
from kits import COMMIT, read_members, safetensors, sha256, ship_few_models, write_registry

from radzoo.zoo.sources.hub import hub_cache

PICKLED = b"\x80\x02}q\x00."
SOURCES = {
    "from-hub": {"kind": "hub", "repository": "some/one", "file": "sub/m.safetensors",
                 "sha256": sha256(safetensors(1))},
    "from-web": {"kind": "https", "url": "https://example.org/w.pth", "format": "torch",
                 "sha256": sha256(PICKLED), "size_bytes": len(PICKLED)},
    "from-here": {"kind": "local", "path": "w.safetensors"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def few_models(own_home, monkeypatch):
    ship_few_models(own_home, monkeypatch)


@pytest.fixture
def zoo(tmp_path, own_home):
    """A registry of one model of each kind of source, their weights on this machine."""
    (tmp_path / "w.safetensors").write_bytes(safetensors(3))
    repository = hub_cache() / "models--some--one"
    snapshot = repository / "snapshots" / COMMIT / "sub" / "m.safetensors"
    for file in (snapshot, repository / "refs" / "main", repository / "blobs" / "x"):
        file.parent.mkdir(parents=True)
    (repository / "refs" / "main").write_text(COMMIT)
    (repository / "blobs" / sha256(safetensors(1))).write_bytes(safetensors(1))
    snapshot.symlink_to(f"../../../blobs/{sha256(safetensors(1))}")
    weights = own_home / "radzoo" / "weights" / f"{sha256(PICKLED)}.pth"
    weights.parent.mkdir(parents=True)
    weights.write_bytes(PICKLED)
    return write_registry(tmp_path / "zoo.yaml", SOURCES)


@pytest.fixture
def kit(radzoo, zoo, tmp_path):
    code, _, err = radzoo("bundle", *SOURCES, "-o", tmp_path / "kit.zip", "--registry", zoo)
    assert code == 0, err
    return tmp_path / "kit.zip"


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """From now on, another machine: other home, caches and settings, and no sockets at all."""
    import socket

    home = tmp_path / "elsewhere"

    def refuse(*arguments, **options):
        raise AssertionError("a socket was opened")

    def move():
        home.mkdir()
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("RADZOO_HOME", str(home / "cache"))
        monkeypatch.setenv("HF_HOME", str(home / "huggingface"))
        monkeypatch.chdir(home)
        monkeypatch.setattr(socket, "socket", refuse)
        return home

    return move


def trust(kit):
    """The option that trusts a kit."""
    return ("--trust-kit", sha256(kit.read_bytes()))


def files_below(folder):
    return [path for path in folder.rglob("*") if path.is_file() and ".local" not in path.parts]


@pytest.mark.parametrize("knows", [True, False], ids=["registry known", "registry not known"])
def test_a_kit_brings_models_to_a_machine_without_a_network(
    radzoo, zoo, kit, elsewhere, monkeypatch, knows
):
    registry = write_registry(
        zoo.parent / "other.yaml", {name: SOURCES[name] for name in ("from-hub", "from-web")}
    )
    options = ["--registry", registry] if knows else []
    home = elsewhere()
    code, out, err = radzoo("unbundle", kit, "--json", *trust(kit), *options)
    assert code == 0, err
    document = json.loads(out)
    assert {one["name"]: one["new"] for one in document["unbundled"]} == {
        "from-here": True, "from-hub": not knows, "from-web": not knows,
    }  # fmt: skip
    assert document["registry"] == str(home / ".config" / "radzoo" / "zoo.yaml")
    code, out, err = radzoo("pull", *SOURCES, "--offline", "--json", *options)
    assert code == 0, err
    pulled = {one["name"]: one for one in json.loads(out)["pulled"]}
    assert all(one["cached"] for one in pulled.values())
    hashes = {name: one["sha256"] for name, one in pulled.items()}
    assert hashes["from-hub"] == sha256(safetensors(1))
    assert hashes["from-web"] == sha256(PICKLED)
    assert hashes["from-here"] == sha256(safetensors(3))
    # The cache that other programs trust takes only what this machine's registry pins.
    assert not hub_cache().exists()
    code, out, err = radzoo("verify", "--json", *options)
    assert code == 0, err
    assert {one["outcome"] for one in json.loads(out)["verified"]} == {"ok"}
    problems = [one["problem"] for one in contents(radzoo, options)]
    assert problems == [None] * 3
    again = json.loads(radzoo("unbundle", kit, "--json", *options)[1])
    assert all(one["cached"] for one in again["unbundled"])
    assert again["registry"] is None


def contents(radzoo, options):
    return json.loads(radzoo("cache", "ls", "--json", *options)[1])["contents"]


def test_the_same_models_give_the_same_bytes(radzoo, zoo, kit, tmp_path):
    names = reversed(list(SOURCES))
    assert radzoo("bundle", *names, "-o", tmp_path / "b.zip", "--registry", zoo)[0] == 0
    assert (tmp_path / "b.zip").read_bytes() == kit.read_bytes()


def test_what_is_in_a_kit(kit, radzoo, tmp_path):
    members = read_members(kit)
    assert list(members)[:4] == ["kit.json", "zoo.yaml", "LICENCES.txt", "README.txt"]
    assert len(members) == 7
    assert str(tmp_path).encode() not in members["kit.json"] + members["zoo.yaml"]
    assert b"from-hub\n  code:     MIT\n  weights:  MIT" in members["LICENCES.txt"]
    (tmp_path / "carried.yaml").write_bytes(members["zoo.yaml"])
    code, out, err = radzoo("list", "-q", "--registry", tmp_path / "carried.yaml")
    assert code == 0, err
    assert set(SOURCES) <= set(out.split())


def test_json_and_quiet(radzoo, zoo, tmp_path):
    words = ("bundle", "from-here", "--registry", zoo, "-o")
    code, out, _ = radzoo(*words, tmp_path / "a.zip", "--json")
    document = json.loads(out)
    assert (code, document["kit"]) == (0, str(tmp_path / "a.zip"))
    assert document["size_bytes"] == (tmp_path / "a.zip").stat().st_size
    assert document["bundled"] == [
        {
            "name": "from-here",
            "sha256": sha256(safetensors(3)),
            "size_bytes": len(safetensors(3)),
            "licence": "MIT",
        }
    ]
    assert radzoo(*words, tmp_path / "b.zip", "-q")[1] == f"{tmp_path / 'b.zip'}\n"
    code, _, err = radzoo(*words, tmp_path / "b.zip")
    assert (code, "--overwrite" in err) == (2, True)
    assert radzoo(*words, tmp_path / "b.zip", "--overwrite")[0] == 0


def test_what_is_not_here_is_not_bundled(radzoo, tmp_path):
    code, _, err = radzoo("bundle", "alexnet", "-o", tmp_path / "kit.zip")
    assert (code, "--pull" in err) == (3, True)
    assert radzoo("bundle", "alexnet", "-o", tmp_path / "kit.zip", "--pull", "--offline")[0] == 5
    code, _, err = radzoo("bundle", "radzoo-phantom-tiny", "-o", tmp_path / "kit.zip")
    assert (code, "left out" in err) == (3, True)
    assert list(tmp_path.iterdir()) == []


def test_no_folder_is_made_for_a_kit(radzoo, tmp_path):
    kit = tmp_path / "nope" / "k.zip"
    code, out, err = radzoo("bundle", "radzoo-phantom-tiny", "-o", kit)
    assert (code, out) == (2, "")
    assert f"no folder {kit.parent}" in err
    assert not kit.parent.exists()


def test_damaged_weights_are_not_bundled(radzoo, zoo, own_home, tmp_path):
    next((own_home / "radzoo" / "weights").iterdir()).write_bytes(PICKLED[:-1] + b"!")
    assert radzoo("bundle", "from-web", "-o", tmp_path / "kit.zip", "--registry", zoo)[0] == 4
    assert not (tmp_path / "kit.zip").exists()


def test_a_licence_is_accepted_on_both_sides(radzoo, zoo, tmp_path, elsewhere):
    licence = {"code": "MIT", "weights": "CC-BY-NC-4.0", "data": None}
    fields = {"source": {"kind": "local", "path": "w.safetensors"}, "license": licence}
    zoo = write_registry(zoo, {"restricted": fields})
    words = ("bundle", "restricted", "-o", tmp_path / "kit.zip", "--registry", zoo)
    assert radzoo(*words)[0] == 6
    assert radzoo(*words, "--accept-license")[0] == 0
    manifest = json.loads(read_members(tmp_path / "kit.zip")["kit.json"])
    assert manifest["models"][0]["accepted"]
    home = elsewhere()
    words = ("unbundle", tmp_path / "kit.zip", *trust(tmp_path / "kit.zip"))
    code, _, err = radzoo(*words)
    assert (code, "radzoo unbundle KIT --accept-license" in err) == (6, True)
    assert files_below(home) == []
    assert radzoo(*words, "--accept-license")[0] == 0
    assert radzoo("pull", "restricted", "--offline")[0] == 0


def test_the_users_own_registry_keeps_what_stands_in_it(radzoo, kit, elsewhere):
    home = elsewhere()
    mine = write_registry(home / ".config" / "radzoo" / "zoo.yaml", {"mine": SOURCES["from-here"]})
    mine.write_text("# our own models\n" + mine.read_text())
    code, _, err = radzoo("unbundle", kit, *trust(kit))
    assert code == 0, err
    assert mine.read_text().startswith("# our own models\n")
    code, out, _ = radzoo("list", "-q")
    assert code == 0
    assert {"mine", *SOURCES} <= set(out.split())


def test_a_kit_that_contradicts_the_registry_is_refused(radzoo, kit, elsewhere, tmp_path):
    home = elsewhere()
    for name, changed in {
        "from-web": {"sha256": "0" * 64, "size_bytes": None},
        "from-hub": {"sha256": "0" * 64},
        "from-here": {"sha256_prefix": "0" * 8},
    }.items():
        source = {**SOURCES[name], **changed}
        for title in (name, "another-name-for-it"):
            if (name, title) == ("from-here", "another-name-for-it"):
                continue  # a file of another machine has no address that the two could share
            registry = write_registry(tmp_path / "other.yaml", {title: source})
            code, out, err = radzoo("unbundle", kit, "--registry", registry)
            assert (code, out) == (4, ""), err
            assert "contradicts" in err
    assert files_below(home) == []


def test_other_weights_in_the_shared_cache_are_not_replaced(radzoo, zoo, kit):
    blob = hub_cache() / "models--some--one" / "blobs" / sha256(safetensors(1))
    blob.write_bytes(safetensors(9))
    code, _, err = radzoo("unbundle", kit, "--registry", zoo)
    assert (code, "cache rm from-hub --shared" in err) == (4, True)
    assert blob.read_bytes() == safetensors(9)


def test_a_model_that_comes_from_elsewhere_here_is_not_taken_from_a_kit(
    radzoo, zoo, kit, elsewhere, tmp_path
):
    external = {"kind": "external", "reason": "gated", "instructions": "Ask.", "format": "torch"}
    registry = write_registry(tmp_path / "other.yaml", {"from-web": external})
    home = elsewhere()
    assert radzoo("unbundle", kit, "--registry", registry)[0] == 4
    mine = {"kind": "local", "path": "own.safetensors", "sha256": sha256(safetensors(3))}
    registry = write_registry(tmp_path / "other.yaml", {"from-here": mine})
    code, _, err = radzoo("unbundle", kit, "--registry", registry)
    assert (code, "outside the cache" in err) == (3, True)
    assert files_below(home) == []


def test_an_md5_and_an_address_count_where_no_sha256_is_known(
    radzoo, zoo, kit, elsewhere, tmp_path
):
    home = elsewhere()
    for changed in ({"md5": "0" * 32}, {"url": "https://example.org/another.pth"}):
        source = {**SOURCES["from-web"], "sha256": None, **changed}
        registry = write_registry(tmp_path / "other.yaml", {"from-web": source})
        code, _, err = radzoo("unbundle", kit, "--registry", registry)
        assert (code, "contradicts" in err) == (4, True)
    assert files_below(home) == []


def test_what_was_trusted_before_counts(radzoo, zoo, kit, elsewhere, tmp_path):
    from radzoo.core.source import Fetched
    from radzoo.zoo.catalog import find_entry
    from radzoo.zoo.trust import remember

    source = {**SOURCES["from-web"], "sha256": None}
    registry = write_registry(tmp_path / "other.yaml", {"from-web": source})
    home = elsewhere()
    entry = find_entry("from-web", (registry,))
    remember(entry, Fetched(home, "0" * 64, len(PICKLED), False), None)
    code, _, err = radzoo("unbundle", kit, "--registry", registry)
    assert (code, "contradicts" in err) == (4, True)
    assert files_below(home) == []
