"""Cases by the distinct values of a number, such as their times: sums at each and from each on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Vector


@dataclass(frozen=True, slots=True)
class Steps:
    """Distinct values in rising order, and which of them each case has.

    Attributes:
        values: `(n_steps,)`.
        at: `(n_cases,)`, the step of each case.
        order: `(n_cases,)`, cases by step; `starts` is where each step begins there.
    """

    values: Vector
    at: NDArray[np.intp]
    order: NDArray[np.intp]
    starts: NDArray[np.intp]

    def add(self, amounts: Vector) -> Vector:
        """Add up amounts `(..., n_cases)` at each step: `(..., n_steps)`."""
        return np.asarray(np.add.reduceat(amounts[..., self.order], self.starts, axis=-1))

    def add_from(self, amounts: Vector) -> Vector:
        """Add up amounts `(..., n_cases)` at each step and all higher ones: `(..., n_steps)`."""
        return add_up_from(self.add(amounts))


def make_steps(numbers: Vector) -> Steps:
    """Sort cases by a number."""
    values, at = np.unique(numbers, return_inverse=True)
    order = np.argsort(at, kind="stable")
    return Steps(values, at, order, np.searchsorted(at[order], np.arange(len(values))))


def add_up_from(amounts: Vector) -> Vector:
    """Add up the amounts `(..., n_steps)` of each step and all higher ones."""
    return np.cumsum(amounts[..., ::-1], axis=-1)[..., ::-1]
