"""RZ052."""

import numpy as np
import pytest
from audited import audited

from radzoo.checks.geometry import examine

N = 300
ILL = np.arange(N) % 2
SIZE = {"rows": "2000", "columns": "2000", "pixel_spacing": "0.14 0.14"}
SQUASH = {"entry": {"input": {"fit": "squash"}}, "recipe": {"augmentation": "radiograph"}}


def said(subject, words):
    (found,) = [verdict for verdict in examine(subject) if words in verdict.message]
    return found


def test_one_geometry_passes():
    (verdict,) = examine(audited(ILL, columns=SIZE))
    assert verdict.severity is None
    assert verdict.message == "all 300 images are of one geometry"


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({"pixel_spacing": np.where(ILL, "0.14 0.14", "0.17 0.17")}, id="spacing"),
        pytest.param({"columns": np.where(ILL, "1500", "2500")}, id="aspect"),
    ],
)
def test_geometry_that_tells_the_answer_is_an_error(columns):
    found = said(audited(ILL, columns=SIZE | columns), "alone tell 'disease'")
    assert found.severity == "error"
    assert found.evidence.low > 0.9


def test_geometry_that_varies_by_itself_passes():
    wide = np.random.default_rng(0).integers(1500, 2500, N)
    found = said(audited(ILL, columns=SIZE | {"columns": wide}), "do not tell")
    assert found.severity is None


def test_the_original_size_of_the_table_is_believed():
    wide = np.where(ILL, "3000", "2000")
    columns = {"rows": "64", "columns": "64", "original_rows": "2000", "original_columns": wide}
    assert said(audited(ILL, columns=columns), "aspect").severity == "error"


def test_squashing_is_counted_where_a_run_does_it():
    columns = SIZE | {"columns": ["2000"] * 200 + ["2090"] * 50 + ["2500"] * 50}
    found = said(audited(ILL, columns=columns, settings=SQUASH), "squashes")
    assert found.rows == tuple(range(250, 300))
    assert found.message.endswith(
        "50 of 300 change their shape by more than 5%, at most 1.25 times"
    )
    padded = SQUASH | {"fit": "pad"}
    assert not any("squash" in one.message
                   for one in examine(audited(ILL, columns=columns, settings=padded)))  # fmt: skip


def test_pixels_that_are_not_square():
    spacing = ["0.14 0.14"] * 290 + ["0.14 0.2"] * 10
    found = said(audited(ILL, columns=SIZE | {"pixel_spacing": spacing}), "not square")
    assert found.severity == "warning"
    assert found.rows == tuple(range(290, 300))


def test_lengths_at_the_patient_and_at_the_detector():
    columns = {"pixel_spacing": ["0.12 0.12"] * 100 + [""] * 200,
               "imager_pixel_spacing": "0.14 0.14"}  # fmt: skip
    found = said(audited(ILL, columns=columns), "at the detector")
    assert found.severity == "info"
    assert found.message.startswith("100 images are measured at the patient")
    assert "200 at the detector" in found.message


def test_mirrors_and_a_question_of_sides():
    mirrored = {"recipe": {"augmentation": "mammography"}}
    left = audited({"left effusion": ILL}, columns=SIZE, settings=mirrored)
    assert said(left, "mirrored").severity == "error"
    for name, settings in (("leftover", mirrored), ("left effusion", SQUASH)):
        subject = audited({name: ILL}, columns=SIZE, settings=settings)
        assert not any("mirrored" in one.message for one in examine(subject))


def test_several_planes_are_told():
    planes = ["1 0 0 0 1 0"] * 250 + ["0 1 0 0 0 -1"] * 50
    found = said(audited(ILL, columns=SIZE | {"image_orientation": planes}), "2 planes")
    assert len(found.rows) == 50


def test_squares_of_no_pixel_size_were_resized_before():
    columns = {"rows": "224", "columns": "224"}
    assert said(audited(ILL, columns=columns), "224 x 224").severity == "info"


def test_without_size_and_spacing_nothing_can_be_judged():
    assert examine(audited(ILL, columns={"site": "A"})).kind == "cannot judge"
