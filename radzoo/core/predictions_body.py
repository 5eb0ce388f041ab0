"""What the columns of one form say, before it is known who the cases are."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from radzoo.core.predictions import Form


@dataclass(frozen=True, slots=True)
class Body:
    """Targets and scores of all rows of a file; see `Predictions` for what they are.

    Attributes:
        columns: names of the columns they were read from, which are no groups.
    """

    labels: tuple[str, ...]
    targets: NDArray[np.float64]
    scores: NDArray[np.float64]
    columns: frozenset[str]
    form: Form = "labels"
    events: NDArray[np.float64] | None = None
    survival: Mapping[float, NDArray[np.float64]] = field(default_factory=dict)
    sd: NDArray[np.float64] | None = None
