"""RZ043 on networks made by hand: another seed moves so many test cases over the threshold."""

from dataclasses import replace

import numpy as np
import pytest
from audited import audited

from radzoo.checks.check import Silent
from radzoo.checks.seeds import best_threshold, examine, mean_kappa
from radzoo.checks.subject import Network, Trained

N = 400
SPLITS = ["train"] * N + ["val"] * N + ["test"] * N


def seeded(share, n_positive=N // 2):
    """A network whose every second seed turns the call of a share of the test cases."""
    positive = np.tile(np.arange(N) < n_positive, 3).astype(float)
    subject = audited(positive.tolist(), splits=SPLITS)

    def relearn(answers, train, val, seed):
        scores = 0.1 + 0.8 * positive
        turned = np.flatnonzero(subject.splits == "test")[:: max(1, round(1 / share))]
        if share and seed % 2:
            scores[turned] = 1 - scores[turned]
        return scores[:, None]

    network = Network(
        np.ones(subject.n, bool), 255, lambda rows: np.zeros((len(rows), 2, 2)),
        lambda rows, images, batch, mode: np.zeros((len(rows), 1)), relearn=relearn,
    )  # fmt: skip
    trained = Trained("run", positive[:, None], settings={}, network=network)
    return replace(subject, model=trained)


@pytest.mark.parametrize(
    ("share", "severity"),
    # 45 of 400 are 11 %, but by chance: the interval reaches below 10 %.
    [(1e-9, None), (1 / 9, None), (1 / 5, "warning"), (1 / 3, "error")],
)
def test_calls_that_change(share, severity):
    (verdict,) = examine(seeded(share))
    assert verdict.severity == severity
    seen = verdict.evidence
    assert seen.estimate == pytest.approx(len(range(0, N, round(1 / share))) / N)
    assert seen.low <= seen.estimate <= seen.high


def test_too_few_positives():
    assert examine(seeded(1 / 5, n_positive=9)).kind == "cannot judge"
    assert isinstance(examine(seeded(1 / 5, n_positive=9)), Silent)


def test_kappa_by_hand():
    # 6 of 10 agree, each calls half: (0.6 - 0.5) / 0.5.
    one = np.array([1] * 5 + [0] * 5, dtype=bool)
    other = np.array([1] * 3 + [0] * 2 + [1] * 2 + [0] * 3, dtype=bool)
    assert mean_kappa(np.stack([one, other])) == pytest.approx(0.2)
    assert mean_kappa(np.stack([one, one, other])) == pytest.approx((1 + 0.2 + 0.2) / 3)
    assert mean_kappa(np.ones((2, 4), bool)) == 1


def test_threshold_with_the_best_sum():
    assert best_threshold(np.array([0, 0, 1, 1.0]), np.array([0.1, 0.4, 0.4, 0.9])) in (0.4, 0.9)
    assert best_threshold(np.array([]), np.array([])) == 0.5
