import hashlib
import json
import re

import pytest
from kits import write_registry

from radzoo.core.errors import EnvironmentFailure, IntegrityError, LicenceError
from radzoo.workflows.pull import Outcome
from radzoo.zoo.registries import shipped_registry

SHA256 = hashlib.sha256(b"weights").hexdigest()


@pytest.fixture
def mine(tmp_path):
    """A registry whose vgg16 is a local file; gives the registry and the file."""
    weights = tmp_path / "vgg16.pth"
    weights.write_bytes(b"weights")

    def write(*, sha256=SHA256, licence="MIT"):
        vgg = re.search(r"\n  vgg16:\n((?:    .*\n)+)", shipped_registry().read_text())[1]
        source = vgg.index("    source:\n"), vgg.index("    input:\n")
        local = (
            "    source:\n      kind: local\n      path: vgg16.pth\n"
            f"      sha256: {json.dumps(sha256)}\n      format: torch\n"
        )
        vgg = vgg[: source[0]] + local + vgg[source[1] :]
        vgg = vgg.replace("weights: BSD-3-Clause", f"weights: {licence}")
        file = tmp_path / "mine.yaml"
        file.write_text(f"schema_version: 1\nmodels:\n  vgg16:\n{vgg}")
        return file

    write.weights = weights
    return write


@pytest.mark.parametrize("flags", [(), ("-q",)])
def test_a_pipe_gets_paths_one_a_line(radzoo, mine, flags):
    done = radzoo("pull", "vgg16", "vgg16", "--registry", mine(), *flags)
    code, out, err = done
    assert (code, out) == (0, f"{mine.weights}\n")
    assert err == "vgg16: licences: code BSD-3-Clause, weights MIT, data ImageNet terms of access\n"
    again = radzoo("pull", "vgg16", "vgg16", "--registry", mine(), *flags)
    assert again == (0, f"{mine.weights}\n", "")


def test_json(radzoo, mine):
    code, out, _ = radzoo("pull", "vgg16", "--registry", mine(), "--json")
    assert code == 0
    assert json.loads(out) == {
        "schema_version": 1,
        "pulled": [
            {
                "name": "vgg16",
                "path": str(mine.weights),
                "sha256": hashlib.sha256(b"weights").hexdigest(),
                "size_bytes": 7,
                "cached": True,
            }
        ],
    }


def test_table(radzoo, mine):
    code, out, _ = radzoo("pull", "vgg16", "--registry", mine(), "--format", "table")
    assert code == 0
    assert "vgg16" in out
    assert "yes" in out


def test_a_wrong_hash_is_exit_4(radzoo, mine):
    code, out, err = radzoo("pull", "vgg16", "--registry", mine(sha256="0" * 64))
    assert (code, out) == (4, "")
    assert "error: vgg16.pth has sha256 " in err


def test_an_unknown_hash_is_said(radzoo, mine):
    code, _, err = radzoo("pull", "vgg16", "--registry", mine(sha256=None))
    assert code == 0
    assert "the registry knows no hash; this file has sha256" in err


def test_a_restrictive_licence_needs_to_be_accepted(radzoo, mine):
    file = mine(licence="CC-BY-NC-4.0")
    code, out, err = radzoo("pull", "resnet18", "vgg16", "--registry", file, "--dry-run")
    assert (code, out) == (6, "")
    assert "CC-BY-NC-4.0" in err
    assert "--accept-license" in err
    code, out, _ = radzoo("pull", "vgg16", "--registry", file, "--accept-license")
    assert (code, out) == (0, f"{mine.weights}\n")
    assert radzoo("pull", "vgg16", "--registry", file)[0] == 0
    assert radzoo("pull", "vgg16", "--registry", mine(licence="CC-BY-NC-SA-4.0"))[0] == 6


def test_a_licence_that_nobody_stated_has_to_be_accepted(radzoo, tmp_path):
    source = {"kind": "https", "url": "https://example.org/w.pth", "format": "torch"}
    unstated = {"code": "MIT", "weights": None, "data": None}
    file = write_registry(tmp_path / "mine.yaml", {"one": {"source": source, "license": unstated}})
    code, _, err = radzoo("pull", "one", "--registry", file)
    assert code == 6
    assert "without a licence" in err
    assert "ask its authors" in err


def test_a_policy_refuses_whatever_was_accepted(radzoo, mine, monkeypatch):
    file = mine(licence="CC-BY-NC-4.0")
    assert radzoo("pull", "vgg16", "--registry", file, "--accept-license")[0] == 0
    monkeypatch.setenv("RADZOO_LICENSE_POLICY", "permissive")
    code, out, err = radzoo("pull", "vgg16", "--registry", file, "--accept-license")
    assert (code, out) == (6, "")
    assert "RADZOO_LICENSE_POLICY" in err
    monkeypatch.setenv("RADZOO_LICENSE_POLICY", "lax")
    assert radzoo("pull", "vgg16", "--registry", file)[0] == 2


def test_a_dry_run_fetches_nothing(radzoo):
    code, out, err = radzoo("pull", "alexnet", "resnet18", "--dry-run", "--json")
    assert code == 0
    assert "would be" not in err
    alexnet, resnet = json.loads(out)["pulled"]
    assert alexnet["path"] is None
    assert alexnet["size_bytes"] == 244408911
    assert not alexnet["cached"]
    assert resnet["name"] == "resnet18"
    assert resnet["from"].startswith("hub:")


def test_a_piped_dry_run_says_what_it_would_do(radzoo, mine):
    code, out, err = radzoo("pull", "alexnet", "vgg16", "--registry", mine(), "--dry-run")
    assert (code, out) == (0, f"{mine.weights}\n")
    assert "alexnet: would be fetched from https://" in err
    assert "(244,408,911 bytes)" in err
    assert "vgg16: is here, would be verified" in err


def test_a_failure_does_not_lose_the_others(radzoo, mine):
    file = mine(sha256="0" * 64)
    code, out, err = radzoo("pull", "vgg16", "radzoo-phantom-tiny", "--registry", file)
    assert code == 4
    assert out.endswith("phantom-tiny.safetensors\n")
    assert "failed: vgg16" in err
    code, out, err = radzoo("pull", "vgg16", "radzoo-phantom-tiny", "--registry", file, "--json")
    document = json.loads(out)
    assert [one["name"] for one in document["pulled"]] == ["radzoo-phantom-tiny"]
    assert document["failed"][0]["id"] == "wrong-hash"
    assert json.loads(err.splitlines()[-1])["error"]["id"] == "wrong-hash"


@pytest.mark.parametrize(
    "order", [("gone", "wrong", "terms"), ("wrong", "terms", "gone"), ("terms", "gone", "wrong")]
)
def test_a_refused_file_decides_the_exit_code_wherever_it_stands(radzoo, monkeypatch, mine, order):
    errors = {
        "gone": EnvironmentFailure("a 404", id="download-failed", hint=""),
        "wrong": IntegrityError("a hash", id="wrong-hash", hint=""),
        "terms": LicenceError("a gate", id="gated-model", hint=""),
    }

    def pull(entries, config, **_):
        return Outcome([], [(name, errors[name]) for name in order if name in errors])

    monkeypatch.setattr("radzoo.workflows.pull.pull", pull)
    code, out, err = radzoo("pull", "vgg16", "--registry", mine(), "--json")
    assert (code, out) == (4, "")
    lines = [json.loads(line)["error"] for line in err.splitlines()]
    assert [line["code"] for line in lines] == [5, 6, 4]
    del errors["wrong"]
    code, _, err = radzoo("pull", "vgg16", "--registry", mine())
    assert code == 6
    assert "failed: " in err


@pytest.mark.parametrize("name", ["alexnet", "resnet18"])
@pytest.mark.parametrize("by_option", [True, False])
def test_offline_without_the_file_is_exit_5(radzoo, monkeypatch, name, by_option):
    if not by_option:
        monkeypatch.setenv("RADZOO_OFFLINE", "1")
    code, out, err = radzoo("pull", name, *(["--offline"] if by_option else []))
    assert (code, out) == (5, "")
    assert f"radzoo pull {name}" in err


def test_an_unknown_model_stops_before_anything_is_fetched(radzoo, mine):
    code, out, err = radzoo("pull", "vgg16", "vgg61", "--registry", mine())
    assert (code, out) == (3, "")
    assert "vgg16" in err.splitlines()[1]


def test_a_name_is_needed(radzoo):
    assert radzoo("pull")[0] == 2
