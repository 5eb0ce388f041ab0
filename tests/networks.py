"""Networks that a check may ask, made by hand: the mean of some pixels, and no more."""

import numpy as np

from radzoo.checks.subject import Network


def asked(tell, n, **more):
    """A network whose score of an image is what `tell` makes of its pixels, `(m, h, w)` to `(m,)`.

    Args:
        tell: to one score, or `(m, k)` of several questions.
        n: cases.
        more: other fields of a network; `images` it takes from.
    """
    images = more.pop("images")

    def ask(rows, altered, batch_size, mode):
        said = np.asarray(tell(np.asarray(altered, float)))
        return said[:, None] if said.ndim == 1 else said

    return Network(
        **{"read": np.ones(n, bool), "highest": 255, "take": lambda rows: images[rows],
           "ask": ask, **more}
    )  # fmt: skip
