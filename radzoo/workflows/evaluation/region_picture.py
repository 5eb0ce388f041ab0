"""How a network sees the region of a case, for pages."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from radzoo.core.case import Case
from radzoo.core.config import RunConfig
from radzoo.core.decoding import Decoding
from radzoo.data.guard import Answer, Guard
from radzoo.data.prepared import Working
from radzoo.data.prepared.form import Form

SIZE = 256
"""Rows and columns of the picture where nobody knows what the network was fed."""


def form_of(config: Mapping[str, object] | None, asked: Decoding) -> Form:
    """Return the form of the images that a run fed its network.

    Args:
        config: its `config.json`; None if there is no run, or another program's.
        asked: how regions are seen where no run says it.
    """
    try:
        made = RunConfig.model_validate(config)
    except ValidationError:
        return _flat(asked)
    framing = made.decoding.framing
    if made.volume is not None:
        from radzoo.workflows.volume_inference import working_of

        return working_of(made.volume, framing)
    if made.image_size is None:
        return _flat(made.decoding)
    plane, size = made.plane, made.image_size
    return Working(
        size, plane.fit, plane.interpolation, plane.edge_at(size), exact=made.decoding.exact,
        window=made.decoding.window, framing=framing,
    )  # fmt: skip


def picture_region(guard: Guard, case: Case, form: Form) -> NDArray[np.uint8] | Answer:
    """Return the crop, of a volume its middle slice; or the answer that has none."""
    answer = guard.ask(form.request(case))
    kept = None if answer.refused else form.keep(answer)
    if kept is None:
        return answer
    rows, columns = form.arrays[0].shape[-2:]
    values = np.frombuffer(kept.parts[0], form.arrays[0].dtype).reshape(-1, rows, columns)
    middle = values[len(values) // 2]
    grey: NDArray[np.uint8] = (middle >> 8 * (middle.itemsize - 1)).astype(np.uint8)
    return grey


def _flat(decoding: Decoding) -> Working:
    return Working(SIZE, exact=decoding.exact, window=decoding.window, framing=decoding.framing)
