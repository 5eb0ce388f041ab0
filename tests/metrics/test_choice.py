"""Which interval AUROC gets: too few cases, too few ranked wrongly, patients who repeat."""

import numpy as np
import pytest

from radzoo.metrics import METRICS
from radzoo.metrics.choice import choose_intervals
from radzoo.metrics.sample import make_sample


def chosen(positives, negatives, wrong, *, images=1):
    """Every negative scores 0 to 1, positives above, but `wrong` of them below all."""
    targets = np.repeat([1.0, 0.0], [positives, negatives])
    scores = np.concatenate([np.full(positives, 2.0), np.linspace(0.1, 1, negatives)])
    scores[:wrong] = 0
    cases = np.arange(len(targets))
    patients = None if images == 1 else [f"p{at // images}" for at in cases]
    return choose_intervals(
        METRICS["auroc"], make_sample(targets, scores, patients=patients), "auto"
    )[0]


@pytest.mark.parametrize(
    ("positives", "negatives", "wrong", "images", "method"),
    [
        (25, 25, 2, 1, "logit-delong"),
        (24, 100, 2, 1, "newcombe"),
        (100, 24, 30, 1, "newcombe"),
        (25, 25, 1, 1, "newcombe"),
        (100, 1000, 2, 1, "logit-delong"),
        (100, 1000, 0, 1, "newcombe"),
        (40, 40, 4, 2, "obuchowski"),
        (40, 40, 1, 2, "newcombe"),
        (0, 40, 0, 1, "newcombe"),
    ],
)
def test_the_interval_of_auroc(positives, negatives, wrong, images, method):
    assert chosen(positives, negatives, wrong, images=images) == method
