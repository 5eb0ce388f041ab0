"""How the learning rate goes over the steps of a run."""

import math


def rate_factor(step: int, steps: int, *, warmup: float, scheduler: str) -> float:
    """Return the share of the peak rate for step number `step` of `steps`, in (0, 1].

    It rises in a line over the first `warmup` share of the steps; `cosine` then lets it
    fall to nothing along half a wave, `none` keeps it.
    """
    rising = math.ceil(warmup * steps)
    if step < rising:
        return (step + 1) / (rising + 1)
    if scheduler == "none":
        return 1.0
    done = (step - rising) / max(1, steps - rising)
    return 0.5 * (1 + math.cos(math.pi * done))
