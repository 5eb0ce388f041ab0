import io
from dataclasses import replace

import numpy as np
import pytest
from dicoms import make_dicom
from PIL import Image

from radzoo.core.case import Case, Region
from radzoo.core.predictions import Predictions
from radzoo.data.prepared import Working
from radzoo.workflows.evaluation.evaluate import EvaluateOptions, evaluate_predictions
from radzoo.workflows.evaluation.gallery import BURNED_IN, IN_SIGHT, UNKNOWN, Pictures, make_gallery

#        case id, target, score; the order of the rows is not that of the names
CASES = [
    ("d", 0, 0.9), ("a", 0, 0.6), ("c", 1, 0.2), ("b", 1, 0.8), ("e", 0, 0.9), ("f", 1, 0.4),
    ("g", 0, 0.1), ("h", np.nan, 0.99), ("i", 0, np.nan), ("j", 0, 0.5),
]  # fmt: skip


@pytest.fixture(scope="module")
def predictions():
    names, targets, scores = zip(*CASES, strict=True)
    return Predictions(
        ("Edema",), names, tuple(f"patient-{name}" for name in names),
        np.array(targets, dtype=float)[:, None], np.array(scores)[:, None],
    )  # fmt: skip


@pytest.fixture(scope="module")
def report(predictions):
    return evaluate_predictions(predictions, EvaluateOptions(n_boot=0, threshold="0.5"))


def test_the_worst_come_first_and_are_not_named(predictions, report):
    items = make_gallery(predictions, report)
    assert [(item.kind, item.name, item.score) for item in items] == [
        ("false positive", "case 4", 0.9),
        ("false positive", "case 5", 0.9),
        ("false positive", "case 1", 0.6),
        ("false positive", "case 10", 0.5),
        ("false negative", "case 3", 0.2),
        ("false negative", "case 6", 0.4),
    ]
    assert all(item.png is None for item in items)
    assert "patient" not in repr(items)


def test_cases_are_named_where_that_was_asked_for(predictions, report):
    items = make_gallery(predictions, report, with_ids=True, most=1)
    assert [item.name for item in items] == ["d", "c"]


def test_another_task_has_no_gallery(predictions, report):
    assert make_gallery(predictions, report.model_copy(update={"operating_points": []})) == []


def test_pictures_are_shown_only_where_nothing_is_burned_in(tmp_path, predictions, report):
    pixels = np.arange(40 * 30, dtype=np.uint16).reshape(40, 30)
    Image.fromarray((pixels // 8).astype(np.uint8)).save(tmp_path / "a.png")
    for name, said in (("d", {"BurnedInAnnotation": "YES"}), ("e", {"BurnedInAnnotation": "NO"}),
                       ("j", {})):  # fmt: skip
        make_dicom(tmp_path / f"{name}.dcm", pixels, PatientID="canary", **said)
    (tmp_path / "c.dcm").write_bytes(b"nothing")
    cases = {
        path.stem: Case(path.stem, path, {}) for path in tmp_path.iterdir() if path.stem != "f"
    }
    items = {
        item.name: item
        for item in make_gallery(predictions, report, pictures=Pictures(cases), with_ids=True)
    }
    assert {name: item.note for name, item in items.items() if name in "dejaf"} == {
        "d": BURNED_IN,
        "e": None,
        "j": UNKNOWN,
        "a": UNKNOWN,
        "f": "no picture: the data do not hold this case",
    }
    assert items["c"].png is None
    assert items["c"].note.startswith("no picture: unknown-format")
    assert items["d"].png is None
    for name in "eja":
        with Image.open(io.BytesIO(items[name].png)) as picture:
            assert picture.size == (30, 40)
            assert picture.mode == "L"
            assert picture.info == {}
        assert b"canary" not in items[name].png
    wanted = Pictures({"d": cases["d"]}, burned_in=True)
    shown = make_gallery(predictions, report, pictures=wanted, with_ids=True, most=1)[0]
    assert shown.png is not None
    assert shown.note == IN_SIGHT


def test_a_region_is_shown_as_the_network_saw_it(tmp_path, predictions, report):
    pixels = np.zeros((40, 30), np.uint8)
    pixels[10:20, 5:15] = 200
    Image.fromarray(pixels).save(tmp_path / "a.png")
    case = Case("a", tmp_path / "a.png", {}, region=Region("box", (5, 10, 10, 10)))
    seen = {}
    for name, form in (("crop", Working(20)), ("whole", None)):
        pictures = Pictures({"a": case}, form=form)
        (item,) = [
            one
            for one in make_gallery(predictions, report, pictures=pictures, with_ids=True)
            if one.name == "a"
        ]
        seen[name] = np.asarray(Image.open(io.BytesIO(item.png)))
    assert np.array_equal(seen["whole"], pixels)
    assert seen["crop"].shape == (20, 20)
    assert (seen["crop"][2:-2, 2:-2] == 200).all()
    outside = replace(case, region=Region("box", (50, 10, 10, 10)))
    items = make_gallery(
        predictions, report, pictures=Pictures({"a": outside}, form=Working(20)), with_ids=True
    )
    notes = {item.name: item.note for item in items}
    assert notes["a"] == "no picture: region-outside: its region lies outside the image"
