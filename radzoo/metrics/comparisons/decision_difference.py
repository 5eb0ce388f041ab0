"""Difference of two proportions on the same cases: sensitivity, specificity, accuracy."""

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Metric, Vector
from radzoo.metrics.comparisons.confidence import tail_of
from radzoo.metrics.comparisons.mcnemar import Discordant, exact_p, mid_p
from radzoo.metrics.comparisons.pair import Difference, Pair
from radzoo.metrics.comparisons.sign_flips import flip_signs
from radzoo.metrics.comparisons.tango import tango

# Fractions of the same cases for both models; of PPV and NPV the cases differ.
OF_THE_SAME_CASES = frozenset({"sensitivity", "specificity", "accuracy"})


def compare_decisions(metric: Metric, pair: Pair, *, level: float, seed: int) -> Difference:
    """Compare how often two models decide rightly.

    p is McNemar's mid-p and the interval Tango's. Where patients repeat, p is that of
    exchanging the decisions of whole patients, and Tango's interval is for as many
    independent cases as these are worth (Rao and Scott).

    Args:
        metric: one of `OF_THE_SAME_CASES`.
        pair: the cases, with decisions.
        level: wanted coverage of the interval.
        seed: where exchanging starts.

    Raises:
        UndefinedMetricError: if there is no case to take a fraction of.
    """
    first, second = pair.read(metric)
    if metric.base is None:
        raise ValueError(f"{metric.name} is no proportion")
    values = metric.compute(pair.targets, first), metric.compute(pair.targets, second)
    base = metric.base(pair.targets, first)
    right = [(calls == pair.targets)[base] for calls in (first, second)]
    pairs = Discordant(
        int(np.sum(right[0] & ~right[1])), int(np.sum(right[1] & ~right[0])), int(base.sum())
    )
    worth, p, method, note = 1.0, mid_p(pairs), "mcnemar", f"mid-p; exact p {exact_p(pairs):.4g}"
    if pair.patients is not None:
        of_patient = pair.patients[base], pair.n_units
        apart = add_up(right[0] * 1.0 - right[1], *of_patient)
        sizes = add_up(np.ones(pairs.n), *of_patient)
        worth = 1 / design_effect(apart, sizes, pairs)
        test = flip_signs(apart, seed=seed)
        p, method = test.p, "mcnemar-clustered"
        how = "all" if test.n_draws is None else f"{test.n_draws:,}"
        note = f"p from {how} exchanges of decisions of whole patients"

    def bounds(at: float) -> Bounds:
        return tango(pairs.first_only * worth, pairs.second_only * worth, pairs.n * worth, at)

    ends = bounds(level)
    name = "tango" if pair.patients is None else "tango-rao-scott"
    tail = tail_of(bounds, values[0] - values[1])
    return Difference(*values, ends.low, ends.high, p, method, name, note, tail)


def add_up(values: Vector, patients: NDArray[np.intp], n_patients: int) -> Vector:
    """Return the sum of the values of each patient."""
    return np.bincount(patients, values, n_patients).astype(np.float64)


def design_effect(apart: Vector, sizes: Vector, pairs: Discordant) -> float:
    """Return how much more the difference varies between patients than between cases.

    Args:
        apart: `(n_patients,)`, cases that only the first has right minus the other way round.
        sizes: `(n_patients,)`, cases that the proportion is a fraction of.
        pairs: the cases on which the models disagree.

    Raises:
        UndefinedMetricError: if fewer than two patients have such a case.

    References:
        Rao JNK, Scott AJ. A simple method for the analysis of clustered binary data.
        Biometrics 1992;48:577-585. Section 2.
    """
    n_patients = int(np.count_nonzero(sizes))
    if n_patients < 2:
        raise UndefinedMetricError("needs two patients")
    disagreeing = pairs.first_only + pairs.second_only
    if not disagreeing:
        # Nothing is known of how alike the cases of a patient are: patients are counted.
        return pairs.n / n_patients
    difference = (pairs.first_only - pairs.second_only) / pairs.n
    residuals = apart - difference * sizes
    between = n_patients / (n_patients - 1) * float(residuals @ residuals) / pairs.n**2
    alone = (disagreeing / pairs.n - difference**2) / pairs.n
    return max(1.0, between / alone) if alone > 0 else pairs.n / n_patients
