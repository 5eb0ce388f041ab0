"""`--window` and `--exact`: asked for once, written down, kept for ever after."""

import json

import numpy as np
import pytest
from dicoms import CT, make_dicom
from PIL import Image as Pillow

from radzoo.core.predictions_file import read_predictions

SCAN = {"Modality": "CT", "SOPClassUID": CT, "RescaleIntercept": 0, "RescaleSlope": 1}
LUNG = {"center": -600.0, "width": 1500.0}


@pytest.fixture
def scans(tmp_path):
    """32 slices of 32 x 32, 8 bins of HU; x is 1 where the lower half is denser."""
    lines = ["path,case_id,patient_id,split,target:x"]
    for number in range(32):
        hu = np.random.default_rng(number).integers(-1500, 1500, (32, 32)).astype(np.int16)
        hu[16:] += np.int16(400 * (number % 2))
        make_dicom(tmp_path / f"{number}.dcm", hu, **SCAN)
        split = ("train", "train", "val", "test")[number // 2 % 4]
        lines.append(f"{number}.dcm,c{number},p{number},{split},{number % 2}")
    (tmp_path / "scans.csv").write_text("\n".join(lines))
    return tmp_path / "scans.csv"


@pytest.fixture
def pictures(tmp_path):
    lines = ["path,case_id,target:x"]
    for number in range(4):
        Pillow.fromarray(np.zeros((4, 4), np.uint8)).save(tmp_path / f"{number}.png")
        lines.append(f"{number}.png,c{number},{number % 2}")
    (tmp_path / "pictures.csv").write_text("\n".join(lines))
    return tmp_path / "pictures.csv"


@pytest.fixture
def teach(radzoo, registry, tmp_path):
    def run(data, name, *more):
        return radzoo(
            "finetune", "small", "--data", data, "--out", tmp_path / name, "--registry", registry,
            "--from-scratch", "--epochs", 1, "--batch-size", 8, "--device", "cpu", "-q", *more,
        )  # fmt: skip

    return run


@pytest.fixture
def run(teach, scans, tmp_path):
    """A run that learnt from the lung window, exactly decoded."""
    code, _, err = teach(scans, "run", "--window", "lung", "--exact")
    assert code == 0, err
    return tmp_path / "run"


@pytest.fixture
def predict(radzoo, run, scans, tmp_path):
    def ask(*more, data=scans, out="p.csv"):
        code, _, err = radzoo(
            "predict", run, "--data", data, "--out", tmp_path / out, "--split", "test",
            "--device", "cpu", *more,
        )  # fmt: skip
        return code, err

    return ask


def error_of(err):
    return json.loads(err.splitlines()[-1])["error"]


def test_prepared_images_go_through_the_window(scans, tmp_path, radzoo):
    arguments = ("data", "prepare", scans, "-o", tmp_path / "p", "--size", 32, "--json")
    code, out, err = radzoo(*arguments, "--window", "-600/1500")
    assert code == 0, err
    assert (json.loads(out)["window"], json.loads(out)["exact"]) == (LUNG, False)
    assert json.loads((tmp_path / "p" / "index.json").read_text())["working"]["window"] == LUNG
    hu = np.random.default_rng(0).integers(-1500, 1500, (32, 32))
    want = np.clip((hu + 1350) / 1500, 0, 1) * 65535
    np.testing.assert_allclose(np.load(tmp_path / "p" / "images.npy")[0], want, atol=1)
    assert json.loads(radzoo(*arguments, "--window", "lung")[1])["reused"]
    for other in ((), ("--window", "bone")):
        code, _, err = radzoo(*arguments, *other)
        assert (code, error_of(err)["id"]) == (2, "exists")
    assert radzoo(*arguments, "--window", "bone", "--overwrite")[0] == 0


def test_a_prepared_folder_of_another_window_is_refused(scans, tmp_path, radzoo, teach):
    folder = tmp_path / "p"
    radzoo("data", "prepare", scans, "-o", folder, "--size", 32, "--window", "lung", "-q")
    for asked, needed in (((), "own windows"), (("--window", "bone"), "400/1800")):
        code, _, err = teach(folder, "run", "--json", *asked)
        error = error_of(err)
        assert (code, error["id"]) == (3, "prepared-otherwise")
        assert "window -600/1500" in error["message"]
        assert needed in error["message"]
        assert "--window -600/1500" in error["hint"]
    assert teach(folder, "run", "--window", "lung")[0] == 0


def test_exact_images_serve_everyone_and_quick_ones_not_who_wants_exact(
    scans, tmp_path, radzoo, teach
):
    for name, more in (("quick", ()), ("exact", ("--exact",))):
        radzoo("data", "prepare", scans, "-o", tmp_path / name, "--size", 32, "-q", *more)
    assert teach(tmp_path / "exact", "run 1")[0] == 0
    code, _, err = teach(tmp_path / "quick", "run 2", "--exact", "--json")
    assert (code, error_of(err)["id"]) == (3, "prepared-otherwise")
    assert "exact" in error_of(err)["message"]


def test_the_run_knows_its_window_and_predicts_through_it(run, predict, tmp_path):
    config = json.loads((run / "config.json").read_text())
    assert config["decoding"] == {
        "window": LUNG, "exact": True, "regions": False,
        "framing": {"margin_mm": 0.0, "size_mm": 0.0, "mm_per_pixel": None},
    }  # fmt: skip
    for number, more in enumerate([(), ("--window", "lung"), ("--exact",)]):
        code, err = predict(*more, out=f"{number}.csv")
        assert code == 0, err
        ours, theirs = (
            read_predictions(path)
            for path in (tmp_path / f"{number}.csv", run / "predictions-test.csv")
        )
        assert ours.scores.tolist() == theirs.scores.tolist()


def test_another_window_than_the_run_learnt_from_is_refused(
    run, predict, radzoo, scans, teach, tmp_path
):
    code, err = predict("--window", "bone", "--json")
    error = error_of(err)
    assert (code, error["id"]) == (2, "other-window")
    assert "400/1800" in error["message"]
    assert "-600/1500" in error["message"]
    code, _, err = radzoo("evaluate", run, "--data", scans, "--window", "bone", "--json")
    assert (code, error_of(err)["id"]) == (2, "other-window")
    assert teach(scans, "plain")[0] == 0
    code, _, err = radzoo("evaluate", tmp_path / "plain", "--data", scans, "--window", "lung")
    assert (code, "the files' own windows" in err) == (2, True)


def test_evaluate_decodes_as_the_run_did(run, radzoo, scans):
    code, out, err = radzoo("evaluate", run, "--data", scans, "--device", "cpu", "--json")
    assert code == 0, err
    theirs = json.loads((run / "report.json").read_text())["metrics"]
    ours = json.loads(out)["metrics"]
    assert [m["value"] for m in ours] == [m["value"] for m in theirs]


def test_a_configuration_repeats_the_window_unless_another_is_given(run, radzoo, tmp_path):
    again = ("finetune", "--config", run / "config.json", "--device", "cpu", "-q")
    assert radzoo(*again, "--out", tmp_path / "same")[0] == 0
    assert radzoo(*again, "--out", tmp_path / "other", "--window", "bone")[0] == 0
    same, other = (
        json.loads((tmp_path / name / "config.json").read_text())["decoding"]
        for name in ("same", "other")
    )
    assert (same["window"], same["exact"]) == (LUNG, True)
    assert (other["window"], other["exact"]) == ({"center": 400.0, "width": 1800.0}, True)


def test_a_model_that_states_a_window_is_taught_through_it(scans, radzoo, registry, tmp_path):
    text = registry.read_text().replace("fit: pad,", "fit: pad, hu_window: [-1350, 150],")
    registry.write_text(text.replace("modality: any", "modality: CT"))
    arguments = ("--registry", registry, "--from-scratch", "--epochs", 1, "--device", "cpu", "-q")
    for name, more in (("own", ()), ("asked", ("--window", "bone"))):
        code, _, err = radzoo(
            "finetune", "small", "--data", scans, "--out", tmp_path / name, *arguments, *more
        )
        assert code == 0, err
    own, asked = (
        json.loads((tmp_path / name / "config.json").read_text())["decoding"]["window"]
        for name in ("own", "asked")
    )
    assert (own, asked["center"]) == (LUNG, 400)
    prepare = ("data", "prepare", scans, "-o", tmp_path / "p", "--model", "small", "--json")
    assert json.loads(radzoo(*prepare, "--registry", registry)[1])["window"] == LUNG


def test_pictures_have_no_window(pictures, radzoo, tmp_path):
    """As `radzoo show` refuses them."""
    code, _, err = radzoo(
        "data", "prepare", pictures, "-o", tmp_path / "p", "--window", "lung", "--json"
    )
    error = error_of(err)
    assert (code, error["id"]) == (3, "too-many-refused")
    assert "not-hounsfield" in error["message"]
    assert "--window" in error["hint"]


@pytest.mark.parametrize("command", ["predict", "evaluate", "finetune", "data prepare"])
def test_what_is_no_window_ends_every_command(command, scans, radzoo, registry, tmp_path):
    more = {
        "predict": (tmp_path, "--data", scans, "--out", tmp_path / "p.csv"),
        "evaluate": (tmp_path, "--data", scans),
        "finetune": ("small", "--registry", registry, "--data", scans, "--out", tmp_path / "r"),
        "data prepare": (scans, "-o", tmp_path / "p"),
    }[command]
    code, _, err = radzoo(*command.split(), *more, "--window", "lungs", "--json")
    assert (code, error_of(err)["id"]) == (2, "window")


def test_a_window_without_images_is_refused(run, radzoo):
    for more in (("--window", "lung"), ("--exact",), ("--split", "val")):
        code, _, err = radzoo("evaluate", run, *more, "--json")
        assert (code, error_of(err)["id"]) == (2, "no-data")
