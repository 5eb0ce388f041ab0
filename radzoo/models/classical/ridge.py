"""Linear regression with a quadratic penalty."""

from typing import Any

import numpy as np

from radzoo.core.plugins import Matrix
from radzoo.models.classical.estimator import Estimator, Fitted, Rows, fit_each


def fit(rows: Rows, targets: Matrix, value: float, n_classes: int, seed: int) -> Fitted:
    """Fit it; `value` is scikit-learn's alpha, the penalty."""
    from sklearn.linear_model import Ridge

    def make() -> Any:
        return Ridge(alpha=value)

    return fit_each(make, rows, targets, lambda one, asked: np.array(one.predict(asked)))


ESTIMATOR = Estimator(
    name="ridge",
    reads=frozenset({"number"}),
    setting="alpha",
    values=(1e5, 1e4, 1e3, 1e2, 1e1, 1.0),
    fit=fit,
)
