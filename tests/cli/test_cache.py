"""`radzoo cache` as a user meets it."""

import hashlib
import json
import os

import pytest
from kits import ship_few_models

COMMIT = "0123456789abcdef0123456789abcdef01234567"
SHA256 = hashlib.sha256(b"torch").hexdigest()


@pytest.fixture(autouse=True)
def few_models(own_home, monkeypatch):
    ship_few_models(own_home, monkeypatch)


@pytest.fixture
def cache(own_home):
    """A cache with the weights of `vgg16`-like `torchy` and what was made from them."""
    root = own_home / "radzoo"
    prepared = root / "prepared" / ("a" * 32)
    for folder in (root / "weights", root / "converted", prepared):
        folder.mkdir(parents=True)
    (root / "weights" / f"{SHA256}.pth").write_bytes(b"torch")
    (root / "converted" / f"{SHA256}.safetensors").write_bytes(b"twin")
    (root / "converted" / f"{SHA256}.json").write_text("{}")
    (prepared / "images.npy").write_bytes(b"images")
    (prepared / "index.json").write_text("{}")
    return root


@pytest.fixture
def blob(own_home):
    """A file in the shared Hugging Face cache; two snapshots may link to it."""
    repository = own_home / "huggingface" / "hub" / "models--some--one"
    blob = repository / "blobs" / hashlib.sha256(b"hub").hexdigest()
    for folder in (blob.parent, repository / "snapshots" / COMMIT):
        folder.mkdir(parents=True)
    blob.write_bytes(b"hub")
    (repository / "snapshots" / COMMIT / "m.safetensors").symlink_to(f"../../blobs/{blob.name}")
    return blob


@pytest.fixture
def zoo(registry):
    small = registry.read_text("utf-8").split("models:\n")[1]
    local = "{kind: local, path: small.safetensors}"
    https = f"{{kind: https, url: 'https://example.org/a', format: torch, sha256: '{SHA256}'}}"
    hub = f"{{kind: hub, repository: some/one, file: m.safetensors, revision: '{COMMIT}'}}"
    with registry.open("a", encoding="utf-8") as file:
        file.write(small.replace("small:", "torchy:").replace(local, https))
        file.write(small.replace("small:", "hubby:").replace(local, hub))
    return registry


@pytest.fixture
def run(radzoo, zoo):
    return lambda *words: radzoo("cache", *words, "--registry", zoo)


def test_path_is_one_line(radzoo, own_home, tmp_path):
    assert radzoo("cache", "path") == (0, f"{own_home / 'radzoo'}\n", "")
    code, out, _ = radzoo("cache", "path", "--cache-dir", tmp_path, "--json")
    assert (code, json.loads(out)) == (0, {"schema_version": 1, "path": str(tmp_path)})


def test_an_empty_machine(run):
    code, out, err = run("ls", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["contents"] == []
    assert run("ls")[0] == run("prune")[0] == 0


def test_ls_lists_sizes_and_totals(run, cache, blob):
    code, out, err = run("ls", "--json")
    document = json.loads(out)
    assert (code, err) == (0, "")
    kinds = {one["kind"]: one["size_bytes"] for one in document["contents"]}
    assert kinds == {"weights": 5, "shared": 3 + one_link(), "converted": 6, "prepared": 8}
    assert document["total_bytes"] == 19
    assert document["cache"] == str(cache)
    assert set(document["contents"][0]) == {
        "kind", "models", "path", "size_bytes", "last_used", "needed", "problem"
    }  # fmt: skip
    table = run("ls")[1]
    assert "torchy" in table
    assert "(shared)" in table
    csv = run("ls", "--format", "csv")[1].splitlines()
    assert csv[0].startswith("kind,models,size_bytes")
    assert len(csv) == 5


def one_link():
    """A link takes as many bytes as the name that it holds."""
    return len(f"../../blobs/{hashlib.sha256(b'hub').hexdigest()}")


def test_ls_writes_nothing(run, cache, tree):
    before = tree(cache)
    run("ls")
    assert tree(cache) == before


def test_rm_takes_the_weights_and_what_was_made_from_them(run, cache):
    code, out, err = run("rm", "torchy", "--dry-run")
    assert (code, len(out.splitlines())) == (0, 2)
    assert "would free 11 bytes" in err
    assert (cache / "weights" / f"{SHA256}.pth").is_file()
    code, out, _ = run("rm", "torchy", "--json")
    assert (code, json.loads(out)["freed_bytes"]) == (0, 11)
    assert not any((cache / "weights").iterdir())
    assert not any((cache / "converted").iterdir())
    assert (cache / "prepared" / ("a" * 32)).is_dir()


def test_rm_keeps_the_file_of_a_model_that_was_not_named(run, cache, zoo):
    text = zoo.read_text("utf-8")
    start = text.index("  torchy:")
    zoo.write_text(text + text[start : text.index("  hubby:")].replace("torchy:", "twin:"))
    code, out, err = run("rm", "torchy")
    assert (code, out) == (0, "")
    assert "stays, since it is the file of twin too: name that as well" in err
    assert (cache / "weights" / f"{SHA256}.pth").is_file()
    run("rm", "torchy", "twin")
    assert not any((cache / "weights").iterdir())


def test_rm_says_what_is_not_here(run, own_home):
    code, _, err = run("rm", "hubby")
    assert code == 0
    assert "hubby: it is not here" in err


def test_rm_leaves_the_shared_cache_alone_unless_asked(run, blob):
    code, out, err = run("rm", "hubby")
    assert (code, out) == (0, "")
    assert "--shared removes it" in err
    assert blob.is_file()
    assert run("rm", "hubby", "--shared")[0] == 0
    assert not blob.exists()
    assert not any(blob.parent.parent.glob("snapshots/*"))
    assert run("ls", "--json")[1].count('"kind": "shared"') == 0


def test_rm_shared_keeps_bytes_that_another_revision_links_to(run, blob):
    other = blob.parent.parent / "snapshots" / ("f" * 40)
    other.mkdir()
    (other / "m.safetensors").symlink_to(f"../../blobs/{blob.name}")
    assert json.loads(run("rm", "hubby", "--shared", "--json")[1])["freed_bytes"] == 0
    assert (other / "m.safetensors").read_bytes() == b"hub"


def test_rm_prepared(run, cache):
    assert run("rm", "--prepared")[0] == 0
    assert not any((cache / "prepared").iterdir())
    assert (cache / "weights" / f"{SHA256}.pth").is_file()


def test_the_packaged_model_stays(radzoo):
    code, out, err = radzoo("cache", "rm", "radzoo-phantom-tiny", "--shared")
    assert (code, out) == (0, "")
    assert "stays" in err
    assert radzoo("pull", "radzoo-phantom-tiny")[0] == 0


def test_rm_needs_to_know_what(radzoo):
    assert radzoo("cache", "rm")[0] == 2
    assert radzoo("cache", "rm", "no-such-model")[0] == 3


def test_prune_takes_only_what_is_not_needed(run, cache):
    old = cache / "prepared" / ("b" * 32)
    old.mkdir()
    for name in ("images.npy", "index.json"):
        (old / name).write_bytes(b"old")
        os.utime(old / name, (1e9, 1e9))
    (cache / "weights" / "extra.bin").write_bytes(b"extra")
    (cache / "converted" / ("c" * 64 + ".safetensors")).write_bytes(b"half a pair")
    code, out, err = run("prune")
    assert code == 0
    assert sorted(out.splitlines()) == [
        str(cache / "converted" / ("c" * 64 + ".safetensors")),
        str(old),
    ]
    assert "freed 17 bytes" in err
    assert (cache / "weights" / "extra.bin").is_file()
    assert run("prune")[1] == ""
    assert run("prune", "--unknown")[1] == f"{cache / 'weights' / 'extra.bin'}\n"
    assert (cache / "weights" / f"{SHA256}.pth").is_file()
    assert run("prune", "--older-than", "0d")[1] == f"{cache / 'prepared' / ('a' * 32)}\n"


def test_prune_refuses_folders_that_are_no_cache(radzoo, cache, own_home):
    (cache / "thesis.tex").write_text("mine")
    code, out, err = radzoo("cache", "prune", "--unknown")
    assert (code, out) == (3, "")
    assert "thesis.tex" in err
    assert radzoo("cache", "prune", "--cache-dir", own_home)[0] == 3
    assert radzoo("cache", "prune", "--cache-dir", "/")[0] == 3


def test_days_are_read_strictly(radzoo):
    assert radzoo("cache", "prune", "--older-than", "soon")[0] == 2


@pytest.fixture
def tree():
    """Every path below a folder with what changes when somebody writes."""
    return lambda root: {
        path: (path.lstat().st_mtime_ns, path.lstat().st_size) for path in root.rglob("*")
    }
