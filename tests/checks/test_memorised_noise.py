"""RZ032: random answers that come back, by looking images up and by a network."""

from dataclasses import replace

import numpy as np
import pytest
from audited import audited

from radzoo.checks import CHECKS
from radzoo.checks.check import Silent
from radzoo.checks.memorised_noise import agreement, clusters_of, deal, leaked_fraction, nearest
from radzoo.checks.subject import Network, Trained

look = CHECKS["RZ032"].examine
HALF = 100


def pictured(copied, *, patients=True, network=None):
    """A hundred cases of training, as many of test; so many of those are the training images."""
    chance = np.random.default_rng(0)
    fields = chance.integers(0, 255, (2 * HALF, 32, 32)).astype(np.uint8)
    images = fields.repeat(2, 1).repeat(2, 2)
    images[HALF : HALF + copied] = images[:copied]
    owners = np.arange(2 * HALF)
    owners[HALF : HALF + copied] = owners[:copied]
    subject = audited(
        (np.arange(2 * HALF) // 2) % 2, splits=["train"] * (HALF - 20) + ["val"] * 20
        + ["test"] * HALF, images=images, patients=owners if patients else None,
    )  # fmt: skip
    digests = np.array([str(one) for one in owners], dtype="S16")
    subject = replace(subject, pictures=replace(subject.pictures, digests=digests))
    model = Trained("run", np.zeros((2 * HALF, 1)), network=network) if network else None
    return replace(subject, model=model, draws=200)


def taught(told):
    """A network that says of each case what `told` makes of the answers it was taught."""
    return Network(
        read=np.ones(2 * HALF, bool), highest=255, take=lambda rows: rows,
        ask=lambda rows, images, size, mode: np.zeros((len(rows), 1)),
        relearn=lambda answers, train, val, seed: told(answers, train),
    )  # fmt: skip


@pytest.mark.parametrize("patients", [True, False])
def test_copies_are_told_by_heart(patients):
    (verdict,) = look(pictured(20, patients=patients))
    assert verdict.severity == "error"
    assert verdict.evidence.facts["likest_image_is_its_own"] == 20
    # 20 of 100 are told for certain, the others by chance.
    assert verdict.evidence.estimate == pytest.approx(0.2, abs=0.03)
    assert verdict.evidence.low > 0.1
    assert verdict.rows == tuple(range(HALF, HALF + 20))
    assert verdict.evidence.facts["auroc_on_noise"] == pytest.approx(
        1 - (1 - verdict.evidence.estimate) ** 2 / 2
    )


def test_patients_of_one_split_each_leak_nothing():
    (verdict,) = look(pictured(0))
    assert verdict.severity is None
    assert verdict.evidence.estimate == pytest.approx(0, abs=0.03)


def test_what_cannot_be_judged():
    assert look(pictured(0, patients=False)).kind == "cannot judge"
    assert look(audited([0, 1] * 10, splits=["train"] * 10 + ["test"] * 10)).kind == "cannot judge"
    many = audited([0, 1] * 30, splits=["train"] * 30 + ["test"] * 30, patients=np.arange(60))
    assert isinstance(look(many), Silent)


def test_the_fraction_of_an_auroc_by_hand():
    # The catalogue's pairs: a tenth leaks 0.595, three tenths 0.755.
    assert leaked_fraction(1 - 0.9**2 / 2) == pytest.approx(0.1)
    assert leaked_fraction(1 - 0.7**2 / 2) == pytest.approx(0.3)
    assert leaked_fraction(0.4) == 0


def test_equal_clusters_agree_always_and_others_by_chance():
    own = np.arange(1000)
    agreed = agreement(np.where(own < 250, own, own[::-1] + 1000), own, 0)
    assert (agreed[:250] == 1).all()
    assert agreed[250:].mean() == pytest.approx(0, abs=0.01)


def test_the_correction_for_chance_by_hand():
    # Of three clusters one or two have each answer: two of them agree in a third of all deals.
    agreed = agreement(np.array([0, 0]), np.array([1, 2]), 0)
    assert agreed.mean() == pytest.approx(0, abs=0.1)
    # Of two clusters the answers always differ, whatever is dealt.
    assert agreement(np.array([0]), np.array([1]), 0).tolist() == [0]


def test_the_likest_image_is_that_of_all_pairs():
    chance = np.random.default_rng(0)
    one, other = chance.normal(size=(40, 8)), chance.normal(size=(1100, 8))
    assert (nearest(one, other) == (other @ one.T).argmax(axis=1)).all()


def test_a_cluster_gets_the_answers_of_one_other():
    subject = audited([1, 0, np.nan, 1, 0, 0], patients=np.array([0, 0, 0, 1, 2, 2]))
    clusters = clusters_of(subject)
    assert clusters.tolist() == [0, 0, 0, 1, 2, 2]
    dealt = deal(subject, clusters)[:, 0]
    assert np.isnan(dealt[2])
    assert dealt[0] == dealt[1]
    assert dealt[4] == dealt[5]
    assert sorted([dealt[0], dealt[3], dealt[4]]) == [0, 1, 1]


def test_a_network_that_learns_by_heart():
    def heart(answers, train):
        scores = np.full_like(answers, 0.5)
        scores[train] = answers[train]
        return scores

    found = look(pictured(0, network=taught(heart)))
    assert [(one.claim, one.severity) for one in found] == [("data", None), ("model", "info")]
    assert found[1].evidence.estimate == 0.5


def test_a_network_that_tells_what_it_cannot_know():
    found = look(pictured(0, network=taught(lambda answers, train: answers)))
    assert found[1].severity == "error"
    assert found[1].evidence.facts["leaked_fraction"] == 1


def test_without_validation_or_scores_the_network_says_nothing():
    subject = pictured(0, network=taught(lambda answers, train: answers))
    no_val = np.where(subject.splits == "val", "train", subject.splits)
    assert [one.claim for one in look(replace(subject, splits=no_val))] == ["data"]
    silent = pictured(0, network=taught(lambda answers, train: np.full_like(answers, np.nan)))
    assert [one.claim for one in look(silent)] == ["data"]
    asked_again = []
    model = replace(silent.model, network=replace(
        silent.model.network,
        relearn=lambda answers, train, val, seed: asked_again.append(seed) or answers,
    ))  # fmt: skip
    look(replace(silent, model=model))
    assert asked_again == [1]
    bare = replace(silent, questions=())
    assert [one.claim for one in look(bare)] == ["data"]


def test_a_network_that_learns_nothing():
    chance = np.random.default_rng(1).random((2 * HALF, 1))
    found = look(pictured(0, network=taught(lambda answers, train: chance)))
    assert [one.severity for one in found] == [None, None]
