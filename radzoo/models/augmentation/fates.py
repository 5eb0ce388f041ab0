"""What becomes of each case in each epoch."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from radzoo.models.samples import AUGMENTATION, generator

ANGLE, RIGHT, DOWN, MAGNIFY, LIGHT, CONTRAST, GAMMA, NOISE, KEY, MIRROR, UPSIDE_DOWN = range(11)
FIRST = 9


@lru_cache(maxsize=2)
def draw(n: int, *, seed: int, epoch: int) -> NDArray[np.float64]:
    """Draw the fate of every case for one epoch: `(n, 11)`, uniform in [0, 1).

    Row by row, so that the fate of a case does not depend on how many there are; mirrors have
    numbers of their own, since they came later.
    """
    most = generator(seed, epoch, AUGMENTATION).random((n, FIRST))
    fates = np.hstack([most, generator(seed, epoch, AUGMENTATION, 1).random((n, 2))])
    fates.flags.writeable = False
    return fates
