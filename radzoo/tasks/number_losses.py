"""What is made small where a number is predicted, in standard deviations of the training cases.

As every loss of a task, each is the mean of one value for each target that is known.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

SUREST = 12.0
"""The logarithm of a variance stays between minus this and this."""


def squared_loss(said: "Tensor", wanted: "Tensor") -> "Tensor":
    """Mean squared error: least at the mean of what can be expected.

    Args:
        said: `(n, n_labels)`.
        wanted: the same; NaN counts nothing.
    """
    return mean_of_known((said - wanted.nan_to_num()) ** 2, wanted)


def huber_loss(said: "Tensor", wanted: "Tensor", delta: float) -> "Tensor":
    """Half the squared error up to `delta`, and beyond it a straight line.

    So a wrong age in the table pulls no more than a case that is `delta` off.

    Args:
        said: `(n, n_labels)`.
        wanted: the same; NaN counts nothing.
        delta: in the unit of both.

    References:
        Huber PJ. Robust estimation of a location parameter. Ann Math Stat 1964;35:73-101.
    """
    error = (said - wanted.nan_to_num()).abs()
    near = error.clamp(max=delta)
    return mean_of_known(near * (error - near / 2), wanted)


def gaussian_loss(said: "Tensor", wanted: "Tensor") -> "Tensor":
    """Minus the logarithm of a normal density whose width the network says as well.

    Args:
        said: `(n, 2 * n_labels)`: all means, then the logarithms of all variances.
        wanted: `(n, n_labels)`; NaN counts nothing.

    References:
        Nix DA, Weigend AS. Estimating the mean and variance of the target probability
        distribution. ICNN 1994, eq. 3; without the constant.
    """
    n = wanted.shape[1]
    spread = said[:, n:].clamp(-SUREST, SUREST)
    error = (said[:, :n] - wanted.nan_to_num()) ** 2
    return mean_of_known((spread + error * (-spread).exp()) / 2, wanted)


def mean_of_known(each: "Tensor", wanted: "Tensor") -> "Tensor":
    """Return the mean over known targets; 0 if there are none."""
    known = ~wanted.isnan()
    return (each * known).sum() / known.sum().clamp(min=1)
