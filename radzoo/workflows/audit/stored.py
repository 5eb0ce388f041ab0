"""Numbers of the pixels of all cases as they are stored, read in children of the guard."""

from collections.abc import Sequence

import numpy as np

from radzoo.core.case import Case
from radzoo.core.plugins import Vector
from radzoo.data.guard import Guard, Request

NAMES = ("lowest", "highest", "bits", "saturated", "air_hu")


def stored_of(cases: Sequence[Case], workers: int) -> dict[str, Vector]:
    """Return name to `(n_cases,)` numbers, NaN where one does not apply or nothing can be read."""
    with Guard(workers) as guard:
        asked = (Request("stored", case.files[0], case.member) for case in cases)
        said = [answer.fields.get("stored", {}) for answer in guard.map(asked)]
    return {
        name: np.array([facts.get(name, np.nan) for facts in said], dtype=np.float64)
        for name in NAMES
    }
