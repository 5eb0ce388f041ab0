"""Logistic regression with a quadratic penalty; multinomial for classes."""

from typing import Any

import numpy as np

from radzoo.core.plugins import Matrix
from radzoo.models.classical.estimator import Estimator, Fitted, Rows, fit_each, spread_classes

MOST_STEPS = 2000


def fit(rows: Rows, targets: Matrix, value: float, n_classes: int, seed: int) -> Fitted:
    """Fit it; `value` is scikit-learn's C, the inverse of the penalty."""
    from sklearn.linear_model import LogisticRegression

    def make() -> Any:
        return LogisticRegression(C=value, max_iter=MOST_STEPS)

    if n_classes:
        model = make().fit(rows, targets[:, 0])
        return lambda asked: spread_classes(model, asked, n_classes)
    return fit_each(
        make, rows, targets, lambda one, asked: np.array(one.predict_proba(asked)[:, 1])
    )


ESTIMATOR = Estimator(
    name="logistic",
    reads=frozenset({"labels", "class"}),
    setting="C",
    values=(1e-4, 1e-3, 1e-2, 1e-1, 1.0),
    fit=fit,
)
