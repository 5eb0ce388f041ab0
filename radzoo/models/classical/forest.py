"""Random forest, of probabilities or of numbers."""

from typing import Any

import numpy as np

from radzoo.core.plugins import Matrix
from radzoo.models.classical.estimator import Estimator, Fitted, Rows, fit_each, spread_classes

N_TREES = 300


def fit(rows: Rows, targets: Matrix, value: float, n_classes: int, seed: int) -> Fitted:
    """Fit it; `value` is the fewest cases of a leaf."""
    from sklearn.ensemble import RandomForestClassifier

    def make() -> Any:
        return RandomForestClassifier(N_TREES, min_samples_leaf=int(value), random_state=seed)

    if n_classes:
        model = make().fit(rows, targets[:, 0])
        return lambda asked: spread_classes(model, asked, n_classes)
    return fit_each(
        make, rows, targets, lambda one, asked: np.array(one.predict_proba(asked)[:, 1])
    )


def fit_numbers(rows: Rows, targets: Matrix, value: float, n_classes: int, seed: int) -> Fitted:
    """Fit it to numbers; `value` is the fewest cases of a leaf."""
    from sklearn.ensemble import RandomForestRegressor

    def make() -> Any:
        return RandomForestRegressor(
            N_TREES, min_samples_leaf=int(value), max_features=1 / 3, random_state=seed
        )

    return fit_each(make, rows, targets, lambda one, asked: np.array(one.predict(asked)))


ESTIMATOR = Estimator(
    name="forest",
    reads=frozenset({"labels", "class"}),
    setting="min_samples_leaf",
    values=(20, 5, 1),
    fit=fit,
)
NUMBERS = Estimator(
    name="forest",
    reads=frozenset({"number"}),
    setting="min_samples_leaf",
    values=(20, 5, 1),
    fit=fit_numbers,
)
