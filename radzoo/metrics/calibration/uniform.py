"""Random numbers that are the same on every machine and with every version of numpy."""

import numpy as np

from radzoo.core.plugins import Matrix


class Uniform:
    """Numbers between 0 and 1 from the raw stream of PCG64, which is fixed for ever."""

    def __init__(self, seed: int) -> None:
        """Start the stream."""
        self.source = np.random.PCG64(seed)

    def draw(self, n_rows: int, n_columns: int) -> Matrix:
        """Return the next numbers, none exactly 0 or 1."""
        raw = self.source.random_raw(n_rows * n_columns) >> np.uint64(11)
        return ((raw.astype(np.float64) + 0.5) * 2.0**-53).reshape(n_rows, n_columns)
