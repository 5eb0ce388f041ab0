"""RZ021: copies with other answers, and answers that sure cases contradict."""

from dataclasses import replace

import numpy as np
import pytest
from audited import audited

from radzoo.checks.check import Silent
from radzoo.checks.label_noise import CHECK
from radzoo.checks.wrong_labels import estimate_noise
from radzoo.workflows.audit.pictures import fingerprint

N = 600


def look(flipped=0.0, contrast=120.0, copies=False):
    """Noise, with a bright field in half of the images; a share of the answers turned round."""
    chance = np.random.default_rng(0)
    truth = (np.arange(N) % 2).astype(float)
    images = chance.normal(110, 25, (N, 8, 8)).repeat(8, 1).repeat(8, 2)
    images[:, 16:32, 16:32] += contrast * truth[:, None, None] - contrast / 2
    images = np.clip(images, 0, 255).astype(np.uint8)
    answers = np.where(chance.random(N) < flipped, 1 - truth, truth)
    if copies:
        images[1], answers[:2] = images[0], (0.0, 1.0)
    subject = audited(answers, images=images, patients=np.arange(N))
    return CHECK.examine(replace(subject, pictures=fingerprint(images, range(N))))


def test_right_answers_pass():
    (verdict,) = look()
    assert verdict.severity is None
    assert verdict.evidence.estimate < 0.02


@pytest.mark.parametrize(("flipped", "severity"), [(0.1, "warning"), (0.18, "error")])
def test_flipped_answers_are_counted_and_listed(flipped, severity):
    (verdict,) = look(flipped)
    assert verdict.severity == severity
    assert verdict.evidence.low < flipped < verdict.evidence.high
    assert len(verdict.rows) == 25


def test_a_model_that_is_too_weak_claims_nothing():
    outcome = look(contrast=3.0)
    assert isinstance(outcome, Silent)
    assert outcome.kind == "cannot judge"


def test_a_copy_with_another_answer_is_an_error():
    discordant, share = look(copies=True)
    assert (discordant.severity, discordant.rows) == ("error", (0, 1))
    assert share.severity is None


def test_the_shares_that_were_planted_are_found():
    chance = np.random.default_rng(0)
    truth = chance.random(4000) < 0.3
    scores = np.where(truth, 4.0, -4.0) + chance.normal(0, 1, 4000)
    wrong = chance.random(4000) < np.where(truth, 0.2, 0.05)
    found = estimate_noise(audited(np.zeros(4000)), scores, 1.0 * (truth ^ wrong), np.arange(4000))
    assert found.noise.positive_by_mistake == pytest.approx(0.05, abs=0.015)
    assert found.noise.negative_by_mistake == pytest.approx(0.20, abs=0.03)
    assert found.low < wrong.mean() < found.high
    suspicion = found.noise.suspicion(np.array([9.0, 9.0]), np.array([0.0, 1.0]))
    assert suspicion[0] > 0.9 > 0.1 > suspicion[1]
