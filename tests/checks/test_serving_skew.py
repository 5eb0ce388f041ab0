"""RZ053: what is fed while learning and while serving, number by number."""

from dataclasses import replace

import numpy as np
import pytest
from audited import audited
from networks import asked

from radzoo.checks import CHECKS
from radzoo.checks.subject import Trained

look = CHECKS["RZ053"].examine
N = 20


def fed(serve, *, splits="test"):
    """Images that training is fed, and what `serve` makes of them."""
    images = np.random.default_rng(0).normal(size=(N, 3, 4, 4)).astype(np.float32)

    def feed(rows, mode):
        return images[rows] if mode == "training" else serve(images[rows].copy())

    subject = audited(np.zeros(N), splits=[splits] * N)
    network = asked(lambda pixels: pixels, N, images=images, fed=feed if serve else None)
    return replace(subject, model=Trained("run", np.zeros((N, 1)), network=network))


def spoil(value, count=2):
    def serve(images):
        images[:count, 1, 2, 3] += np.float32(value)
        return images

    return serve


@pytest.mark.parametrize(
    ("value", "severity"),
    [(0.0, None), (5e-5, None), (0.01, "error"), (-0.01, "error"), (np.nan, "error")],
)
def test_one_number_of_two_images(value, severity):
    (verdict,) = look(fed(spoil(value)))
    assert verdict.severity == severity
    assert len(verdict.rows) == (2 if severity else 0)
    assert verdict.evidence.n == 8
    assert [row["case"] for row in verdict.evidence.rows] == list(range(1, 9))
    if severity:
        assert verdict.message.startswith("2 of 8 images are fed differently")


def test_another_size_and_images_that_are_gone():
    (verdict,) = look(fed(lambda images: images[:, :, :3, :3]))
    assert verdict.severity == "error"
    assert "of 4 x 4 and serving of 3 x 3 pixels" in verdict.message
    (verdict,) = look(fed(lambda images: images[1:]))
    assert verdict.severity == "error"
    assert verdict.message.startswith("1 of 8 images were read for training")


def test_nothing_to_compare():
    assert look(fed(None)).kind == "cannot judge"
    assert look(fed(spoil(0), splits="")).kind == "cannot judge"
