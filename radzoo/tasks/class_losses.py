"""What is made small where a case has one of several classes: cross-entropy and its focal form.

As every loss of a task, each is the mean of one value for each case whose class is known.
"""

from typing import TYPE_CHECKING

import numpy as np

from radzoo.core.plugins import Matrix, Vector
from radzoo.tasks.losses import effective_number

if TYPE_CHECKING:
    from torch import Tensor


def softmax_loss(
    logits: "Tensor",
    targets: "Tensor",
    weights: "Tensor",
    *,
    shift: "Tensor | None" = None,
    gamma: float = 0.0,
    smoothing: float = 0.0,
) -> "Tensor":
    """Weighted cross-entropy whose minimum still is at the true probabilities.

    A weight on a class moves its best logit up by the logarithm of the weight; showing it more
    often does, too. That much is added to the network's logits before the loss, so that
    `softmax(logits)` are probabilities at the training set's own prevalence. This holds for
    cross-entropy without smoothing only.

    Args:
        logits: `(n, n_classes)`.
        targets: class numbers `(n, 1)`, or how much of each class `(n, n_classes)`; NaN counts
            nothing.
        weights: `(n_classes,)`, how much a case of the class counts.
        shift: `(n_classes,)`, added to the logits; None = the logarithm of `weights`.
        gamma: of the focal loss; 0 = cross-entropy.
        smoothing: share of certainty that is taken from the true class and spread over all.

    Returns:
        A scalar: the mean over cases whose class is known; 0 if there are none.

    References:
        Lin et al. Focal Loss for Dense Object Detection. ICCV 2017, eq. 5.
        Müller et al. When Does Label Smoothing Help? NeurIPS 2019, section 1.1.
    """
    n_classes = logits.shape[1]
    said = (logits + (weights.log() if shift is None else shift)).log_softmax(dim=1)
    rows = rows_of_classes(targets, n_classes)
    known = ~rows.isnan().any(dim=1)
    wanted = rows.nan_to_num()
    if smoothing:
        wanted = wanted * (1 - smoothing) + smoothing / n_classes
    each = -(weights * wanted * said)
    if gamma:
        # 1 - p, from the logarithm, without losing what is left of it near p = 1.
        each = each * (-said.expm1()) ** gamma
    return (each.sum(dim=1) * known).sum() / known.sum().clamp(min=1)


def rows_of_classes(targets: "Tensor", n_classes: int) -> "Tensor":
    """Return how much of each class every case has: of class numbers, rows with a single 1.

    Args:
        targets: `(n, 1)` class numbers, or such rows `(n, n_classes)`.
        n_classes: two or more.

    Returns:
        `(n, n_classes)`; a row of NaN where the class is not known.
    """
    import torch

    if targets.shape[1] == n_classes:
        return targets
    numbers = torch.arange(n_classes, device=targets.device, dtype=targets.dtype)
    return torch.where(targets.isnan(), targets, (targets == numbers).to(targets.dtype))


def count_cases(targets: Matrix, n_classes: int, counts: Vector | None = None) -> Vector:
    """Count the cases of each class, `(n_classes,)`.

    Args:
        targets: `(n_cases, 1)`, class numbers or NaN.
        n_classes: how many there are.
        counts: `(n_cases,)`, how often each case is shown; None = once.
    """
    shown = np.ones(len(targets)) if counts is None else counts
    found: Vector = shown @ (targets == np.arange(n_classes)).astype(np.float64)
    return found


def even_weights(counts: Vector) -> Vector:
    """Return the weights that let classes count alike; cases count 1 on average.

    Args:
        counts: `(n_classes,)`, cases of each class; one without a case gets the weight 1.
    """
    return _weigh(counts, counts)


def effective_weights(counts: Vector) -> Vector:
    """Return the weights by which each class counts by its effective number of cases.

    References:
        Cui et al. Class-Balanced Loss Based on Effective Number of Samples. CVPR 2019,
        section 3 and eq. 4; here cases count 1 on average.
    """
    return _weigh(counts, effective_number(counts.astype(np.int64)))


def _weigh(counts: Vector, divisors: Vector) -> Vector:
    there = counts > 0
    inverse = np.where(there, 1 / np.where(there, divisors, 1), 0)
    total = (counts * inverse).sum()
    weights: Vector = np.where(there, inverse * (counts.sum() / max(total, 1e-300)), 1.0)
    return weights
