"""RZ061: scores that hang on the batch, or are not those that were stored."""

from dataclasses import replace

import numpy as np
import pytest
from audited import audited

from radzoo.checks import CHECKS
from radzoo.checks.batch_effects import farthest
from radzoo.checks.subject import Network, Trained

look = CHECKS["RZ061"].examine
N = 80
TRUE = np.linspace(0.1, 0.9, N)


def network(batch=0.0, place=0.0, learning=0.3):
    """Scores of one pixel, and so much of the batch's mean, or of the place within it."""

    def ask(rows, images, size, mode):
        parts = []
        for at in range(0, len(rows), size):
            some = images[at : at + size, 0, 0]
            if mode == "training":
                parts.append(some + learning)
                continue
            parts.append(some + batch * some.mean() + place * np.arange(len(some)))
        return np.concatenate(parts)[:, None]

    return Network(np.ones(N, bool), 255, lambda rows: TRUE[rows][:, None, None], ask)


def run(of_network, stored=TRUE, splits="test"):
    subject = audited(np.arange(N) % 2, splits=[splits] * N)
    return replace(subject, model=Trained("run", stored[:, None], network=of_network))


@pytest.mark.parametrize(
    ("given", "severity"),
    [({}, None), ({"learning": 0.0}, None), ({"batch": 0.1}, "error"), ({"place": 1e-3}, "error"),
     ({"batch": 1e-5}, None)],
)  # fmt: skip
def test_the_company_of_a_case(given, severity):
    (verdict,) = look(run(network(**given)))
    assert verdict.severity == severity
    assert verdict.evidence.n == 64
    assert ("statistics of the batch" in verdict.message) == (severity is not None)


def test_how_far_they_are_by_hand():
    (verdict,) = look(run(network(place=1e-3)))
    told = {row["asked"]: row["largest_difference"] for row in verdict.evidence.rows}
    assert told["in batches of 8"] == pytest.approx(7e-3)
    assert told["in one batch"] == pytest.approx(63e-3)
    assert told["as while learning"] == pytest.approx(0.3)
    assert told["as stored in the run"] == pytest.approx(0)


@pytest.mark.parametrize(("off", "severity"), [(5e-4, None), (5e-3, "error")])
def test_stored_scores_that_the_network_does_not_give(off, severity):
    (verdict,) = look(run(network(), TRUE + off))
    assert verdict.severity == severity
    assert verdict.evidence.estimate == pytest.approx(off)


def test_scores_that_nobody_stored_are_not_compared():
    (verdict,) = look(run(network(), np.full(N, np.nan)))
    assert verdict.severity is None
    assert farthest(np.array([[1.0, np.nan]]), np.array([[1.5, 9]])) == 0.5


def test_one_image_has_no_company():
    subject = run(network())
    splits = np.array(["test"] + ["train"] * (N - 1))
    assert look(replace(subject, splits=splits)).kind == "cannot judge"
