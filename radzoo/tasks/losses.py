"""What is made small: cross-entropy of yes or no, its focal form, and weights of the classes.

Every loss here is the mean of one value for each known target, so that the losses of the
parts of a batch, weighed by their numbers of known targets, add up to that of the batch.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix, Vector

if TYPE_CHECKING:
    from torch import Tensor

BETA = 0.999


def sigmoid_loss(
    logits: "Tensor",
    targets: "Tensor",
    weights: "Tensor",
    *,
    shift: "Tensor | None" = None,
    gamma: float = 0.0,
    smoothing: float = 0.0,
) -> "Tensor":
    """Weighted cross-entropy whose minimum still is at the true probabilities.

    A weight `w` on the diseased moves the best logit up by `log w`; showing them more often
    does, too. That much is added to the network's logit before the loss, so that the network
    learns the logit without it and `sigmoid(logit)` is a probability at the training set's own
    prevalence. This holds for cross-entropy without smoothing only.

    With `gamma` above 0 a case counts the less, the surer the network is of its target
    (focal loss); a target between 0 and 1 mixes the losses of both classes.

    Args:
        logits: `(n, n_labels)`.
        targets: `(n, n_labels)`, in [0, 1] or NaN; NaN counts nothing.
        weights: `(n_labels,)`, how much a diseased case counts.
        shift: `(n_labels,)`, added to the logits; None = the logarithm of `weights`.
        gamma: of the focal loss; 0 = cross-entropy.
        smoothing: share of certainty that is taken from every target: 1 becomes
            `1 - smoothing / 2`, 0 becomes `smoothing / 2`.

    Returns:
        A scalar: the mean over known targets; 0 if there are none.

    References:
        Lin et al. Focal Loss for Dense Object Detection. ICCV 2017, eq. 5.
        Müller et al. When Does Label Smoothing Help? NeurIPS 2019, section 1.1.
    """
    from torch.nn.functional import binary_cross_entropy_with_logits, logsigmoid

    moved = logits + (weights.log() if shift is None else shift)
    known = ~targets.isnan()
    wanted = targets.nan_to_num()
    if smoothing:
        wanted = wanted * (1 - smoothing) + smoothing / 2
    if gamma:
        yes, no = moved.sigmoid(), (-moved).sigmoid()
        each = -(
            weights * wanted * no**gamma * logsigmoid(moved)
            + (1 - wanted) * yes**gamma * logsigmoid(-moved)
        )
    else:
        each = binary_cross_entropy_with_logits(moved, wanted, pos_weight=weights, reduction="none")
    return (each * known).sum() / known.sum().clamp(min=1)


def odds_against(targets: Matrix, counts: Vector | None = None) -> Vector:
    """Return healthy cases per diseased case: the weight that lets both count alike.

    Args:
        targets: `(n_cases, n_labels)`, 0, 1 or NaN.
        counts: `(n_cases,)`, how often each case is shown; None = once.

    Returns:
        `(n_labels,)`.
    """
    shown = np.ones(len(targets)) if counts is None else counts
    diseased, healthy = (shown @ (targets == value) for value in (1, 0))
    weights: Vector = healthy / np.where(diseased > 0, diseased, 1)
    return weights


def class_balanced_weights(targets: Matrix) -> Vector:
    """Return how much a diseased case counts if each class counts by its effective number.

    Of `n` cases that overlap, `(1 - beta^n) / (1 - beta)` are new; a class counts by the
    inverse. Few cases count nearly as `odds_against` says; classes of many thousand cases
    count alike. `beta` is 0.999, the paper's for large sets; 1 where a class is missing.

    Args:
        targets: `(n_cases, n_labels)`, 0, 1 or NaN.

    Returns:
        `(n_labels,)`; the paper's two weights of a label, divided by that of the healthy.

    References:
        Cui et al. Class-Balanced Loss Based on Effective Number of Samples. CVPR 2019,
        section 3 and eq. 4.
    """
    diseased, healthy = (effective_number((targets == value).sum(axis=0)) for value in (1, 0))
    both = (diseased > 0) & (healthy > 0)
    weights: Vector = np.where(both, healthy / np.where(diseased > 0, diseased, 1), 1.0)
    return weights


def effective_number(n: NDArray[np.integer], beta: float = BETA) -> Vector:
    """Return `(1 - beta^n) / (1 - beta)` for every count; 0 cases have the number 0."""
    number: Vector = -np.expm1(n * np.log(beta)) / (1 - beta)
    return number
