"""How many threads linear algebra takes: one, where more would only wait for each other."""

import os


def use_one_blas_thread() -> None:
    """Let numpy multiply in one thread; it must be called before numpy is loaded.

    The products of an evaluation are small: further threads cost time, and may change the
    last bit of a sum. What the user has set stays.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
