"""What a classical model is: settings to choose from, and how one of them learns."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix

Rows: TypeAlias = NDArray[np.float64]
Fitted: TypeAlias = Callable[[Rows], Matrix]


@dataclass(frozen=True, slots=True)
class Estimator:
    """One kind of model.

    Attributes:
        reads: the kinds of task (`Task.reads`) that it serves.
        setting: name of what is chosen on validation.
        values: what it may be, from the most to the least regular.
        fit: `(rows, targets, value, n_classes, seed)` to a function from rows to scores. Rows
            `(n, k)` are standardised. Targets `(n, n_columns)` are as the task reads them,
            none of them NaN but among several labels. Scores `(n, n_scores)` are probabilities
            of labels or classes, numbers, or risks.
    """

    name: str
    reads: frozenset[str]
    setting: str
    values: tuple[float, ...]
    fit: Callable[[Rows, Matrix, float, int, int], Fitted]


def fit_each(
    make: Callable[[], Any], rows: Rows, targets: Matrix, said: Callable[[Any, Rows], Matrix]
) -> Fitted:
    """Fit a model of its own for every label, each on the cases that are labelled.

    Args:
        make: makes an unfitted model of scikit-learn.
        rows: `(n, k)`.
        targets: `(n, n_labels)`, NaN = not labelled.
        said: `(model, rows)` to the scores `(n,)` of one label.

    Returns:
        A function to `(n, n_labels)`; a label with one value in training has NaN throughout.
    """
    models: list[Any] = []
    for column in targets.T:
        known = ~np.isnan(column)
        if np.unique(column[known]).size < 2:
            models.append(None)
            continue
        models.append(make().fit(rows[known], column[known]))

    def score(asked: Rows) -> Matrix:
        unknown = np.full(len(asked), np.nan)
        columns = [unknown if one is None else said(one, asked) for one in models]
        return np.stack(columns, axis=1)

    return score


def spread_classes(model: Any, rows: Rows, n_classes: int) -> Matrix:
    """Return probabilities `(n, n_classes)` of a model that may not have met every class."""
    found = np.zeros((len(rows), n_classes))
    found[:, model.classes_.astype(int)] = model.predict_proba(rows)
    return found
