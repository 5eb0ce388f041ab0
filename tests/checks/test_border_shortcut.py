"""RZ012."""

import numpy as np
import pytest
from audited import audited

from radzoo.checks.border_shortcut import SHADES, examine, weigh
from radzoo.checks.picture_parts import SIDE
from radzoo.core.finding import Evidence

N = 200


def study(*, border=0.0, corner=0.0, middle=0.0, all_over=0.0, n=N, patients=None):
    """Noise, brighter somewhere in positives."""
    chance = np.random.default_rng(0)
    answers = np.arange(n) % 2 == 0
    if patients is not None:
        answers = patients % 2 == 0
    images = chance.normal(120, 20, (n, SIDE, SIDE))
    images[answers] += all_over
    images[answers, 24:40, 20:30] += middle  # as bright as in the others, but elsewhere
    images[~answers, 24:40, 34:44] += middle
    images[np.flatnonzero(answers)[: int(corner * n / 2)], 1:4, 59:63] = 250
    images[answers, 0] += border
    return audited(answers, images=images.clip(0, 255).astype(np.uint8), patients=patients)


def test_noise_and_disease_in_the_middle_pass():
    for subject in (study(), study(middle=15)):
        (verdict,) = examine(subject)
        assert verdict.severity is None
        assert verdict.evidence.picture == []
        assert len(verdict.evidence.rows) == 6
    assert verdict.evidence.facts["part"] in ("border", "corners")
    rows = {row["part"]: row["estimate"] for row in verdict.evidence.rows}
    assert rows["whole"] > 0.95


@pytest.mark.parametrize(
    ("planted", "part", "place"),
    [
        pytest.param({"border": 15.0}, "border", (0, 30), id="brighter border"),
        pytest.param({"corner": 0.7}, "corners", (2, 60), id="marker in 70 % of positives"),
    ],
)
def test_what_is_planted_is_found_and_shown(planted, part, place):
    (verdict,) = examine(study(**planted))
    assert verdict.severity == "error"  # the whole image tells no more
    assert verdict.evidence.facts["part"] == part
    assert f"a look at the {part} alone" in verdict.message
    picture = np.array(verdict.evidence.picture)
    assert picture.shape == (SIDE, SIDE)
    assert picture[place] > 0.3 > picture[32, 10]


def test_brightness_everywhere_is_told_without_a_place():
    (verdict,) = examine(study(all_over=2.0, middle=2.0))
    assert verdict.severity is not None
    shades = {row["part"]: row["low"] for row in verdict.evidence.rows}
    assert shades["statistics"] > SHADES


@pytest.mark.parametrize(
    ("low", "estimate", "whole", "severity"),
    [
        (0.65, 0.70, 0.70, None), (0.66, 0.70, 0.76, "warning"), (0.66, 0.70, 0.74, "error"),
        (0.86, 0.88, 0.99, "error"), (0.85, 0.88, 0.99, "warning"),
    ],
)  # fmt: skip
def test_severities(low, estimate, whole, severity):
    known = {"border": Evidence(n=9, low=low, estimate=estimate),
             "whole": Evidence(n=9, estimate=whole)}  # fmt: skip
    assert weigh(known, "border", low) == severity


def test_a_border_known_by_patient_is_no_border_known_by_answer():
    # Each of 40 patients has a border of its own; told by patient it helps nobody else.
    patients = np.repeat(np.arange(40), 5)
    subject = study(patients=patients)
    subject.pictures.images[:, 0] = (patients * 6)[:, None]
    (verdict,) = examine(subject)
    assert verdict.severity is None


def test_few_cases_cannot_be_judged():
    assert examine(study(n=18)).kind == "cannot judge"
