"""`radzoo audit RUN`: its network is asked, taught anew, destroyed; and a run that leaks."""

import json

import pytest

from radzoo.checks import CHECKS

pytestmark = pytest.mark.slow


@pytest.fixture
def run(tmp_path, registry, write_npz, radzoo):
    """A small network that was taught squares in a corner."""

    def teach(spoil=None):
        write_npz(n_train=60, n_val=40, n_test=60, spoil=spoil)
        code, _, err = radzoo(
            "finetune", "small", "--data", tmp_path / "data.npz", "--out", tmp_path / "run",
            "--registry", registry, "--device", "cpu", "--from-scratch", "--epochs", 6,
            "--batch-size", 8,
        )  # fmt: skip
        assert code == 0, err
        return tmp_path / "run"

    return teach


def audit(radzoo, run, *arguments):
    code, out, err = radzoo("audit", run, "--json", *arguments)
    assert code == 0, err
    report = json.loads(out)
    said = {}
    for part in ("findings", "passed", "not_applicable"):
        for one in report[part]:
            said.setdefault(one["code"], []).append((part, one))
    return said, report


def test_every_check_says_something_of_a_run(radzoo, run):
    said, report = audit(radzoo, run())
    assert set(said) == set(CHECKS)
    assert report["run"].endswith("run")
    # The squares in a corner are the finding, and an honest network learns nothing else.
    bad = {code for code, all_of in said.items()
           for part, one in all_of if part == "findings" and one["severity"] != "info"}  # fmt: skip
    assert bad == {"RZ012", "RZ031"}
    asked = {code: said[code][0] for code in ("RZ043", "RZ051", "RZ053", "RZ060", "RZ061")}
    assert {part for part, _ in asked.values()} == {"passed"}
    evidence = {code: one["evidence"] for code, (_, one) in asked.items()}
    assert evidence["RZ043"]["facts"]["seeds"] == len(evidence["RZ043"]["rows"]) == 3
    assert evidence["RZ051"]["facts"]["inverted"] > 0.9
    assert evidence["RZ053"]["estimate"] == 0
    destroyed = [row["layers_destroyed"] for row in evidence["RZ060"]["rows"]]
    assert destroyed == sorted(destroyed)
    assert evidence["RZ060"]["estimate"] < 0.4
    assert evidence["RZ061"]["facts"]["while_learning"] > evidence["RZ061"]["estimate"]
    assert said["RZ032"][0][1]["why"] == "no patient is known, and no image is a copy of another"


def test_random_answers_come_back_from_copies(radzoo, run):
    def copy_over(parts):
        parts["test_images"][:30] = parts["train_images"][:30]
        parts["test_labels"][:30] = parts["train_labels"][:30]

    made = run(copy_over)
    said, _ = audit(radzoo, made, "--only", "RZ002,RZ032")
    assert {code: said[code][0][1].get("severity") for code in said if said[code][0][0] ==
            "findings"} == {"RZ002": "error", "RZ032": "error"}  # fmt: skip
    by_claim = {one["claim"]: one for _, one in said["RZ032"]}
    assert by_claim["data"]["evidence"]["facts"]["likest_image_is_its_own"] == 30
    assert by_claim["data"]["evidence"]["estimate"] == pytest.approx(0.5, abs=0.05)
    assert set(by_claim) == {"data", "model"}
    code, out, _ = radzoo("audit", made, "--quick", "--json")
    assert code == 0
    left_out = {one["code"] for one in json.loads(out)["not_applicable"] if one["kind"] ==
                "left out"}  # fmt: skip
    assert left_out == {code for code, check in CHECKS.items() if check.slow}
