import numpy as np
import pytest

from radzoo.metrics.estimate import IntervalOptions
from radzoo.workflows.evaluation.mask_volumes import SizePair, volume_agreement

QUICK = IntervalOptions(n_boot=200)


def sizes(reference, predicted, label="liver", patients=None):
    return [
        SizePair(f"c{at:02d}", label, patients[at] if patients else "", true, said)
        for at, (true, said) in enumerate(zip(reference, predicted, strict=True))
    ]


def test_by_hand():
    true, said = [10.0, 20, 30, 40, 0], [11.0, 22, 30, 45, 0]
    (one,) = volume_agreement(sizes(true, said), QUICK)
    difference = np.array([1.0, 2, 0, 5])
    assert one.n == 4
    assert one.unit == "mL"
    assert one.note == "1 with nothing in either are not counted"
    assert one.bias.value == pytest.approx(2)
    assert one.relative_bias.value == pytest.approx(0.08)
    assert one.mean_reference == pytest.approx(25)
    spread = 1.959963984540054 * difference.std(ddof=1)
    assert one.lower_limit.value == pytest.approx(2 - spread)
    assert one.upper_limit.value == pytest.approx(2 + spread)
    assert one.differences == [1.0, 2.0, 0.0, 5.0]


def test_icc_as_of_two_readers():
    # Shrout and Fleiss by the definition of the mean squares, for two readers.
    rng = np.random.default_rng(3)
    true = rng.uniform(5, 50, 20)
    said = true * 1.05 + rng.normal(0, 2, 20)
    (one,) = volume_agreement(sizes(true, said), QUICK)
    table = np.stack([true, said], axis=1)
    rows, columns, all_of = table.mean(axis=1), table.mean(axis=0), table.mean()
    n, k = table.shape
    between = k * ((rows - all_of) ** 2).sum() / (n - 1)
    readers = n * ((columns - all_of) ** 2).sum() / (k - 1)
    rest = ((table - rows[:, None] - columns + all_of) ** 2).sum() / ((n - 1) * (k - 1))
    wanted = (between - rest) / (between + (k - 1) * rest + k * (readers - rest) / n)
    assert one.icc.value == pytest.approx(wanted)
    assert one.icc.low < wanted < one.icc.high


def test_order_is_of_no_matter_and_patients_are_drawn_whole():
    rng = np.random.default_rng(1)
    true = rng.uniform(1, 9, 24)
    said = true + np.repeat(rng.normal(0, 1, 8), 3)
    patients = [f"p{at // 3}" for at in range(24)]
    listed = sizes(true, said, patients=patients) + sizes(true, said * 1.1, "spleen", patients)
    liver, spleen = volume_agreement(listed, QUICK)
    shuffled = volume_agreement([listed[0], *listed[:0:-1]], QUICK)
    assert [liver, spleen] == shuffled
    (alone,) = volume_agreement(sizes(true, said), QUICK)
    assert alone.bias.value == pytest.approx(liver.bias.value)
    assert liver.bias.high - liver.bias.low > 1.2 * (alone.bias.high - alone.bias.low)


def test_nothing_to_compare():
    (one,) = volume_agreement(sizes([0.0], [0.0]), QUICK)
    assert (one.n, one.bias.value, one.icc.value, one.relative_bias.value) == (0, None, None, None)
