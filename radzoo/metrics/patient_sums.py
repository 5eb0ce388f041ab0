"""Sums over the cases of each patient, for variances between patients."""

import numpy as np
from numpy.typing import NDArray


def sum_by_patient(values: NDArray[np.float64], patients: NDArray[np.intp]) -> NDArray[np.float64]:
    """Add up what the cases of each patient contribute, and correct for few patients.

    Args:
        values: `(n_cases,)` or `(n_cases, n_sums)`, whose sum over all cases is about 0.
        patients: `(n_cases,)`, patient numbers 0, 1, ...

    Returns:
        `(n_patients,)` or `(n_patients, n_sums)`, times the root of m / (m - 1) for m
        patients, so that the sum of squares is a variance between them.
    """
    n_patients = int(patients.max()) + 1
    shape = (n_patients, *values.shape[1:])
    sums = np.zeros(shape)
    np.add.at(sums, patients, values)
    return np.asarray(sums * np.sqrt(n_patients / max(n_patients - 1, 1)))
