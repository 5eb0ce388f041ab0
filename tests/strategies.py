"""What hypothesis draws: manifests and the stored values of images."""

from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from radzoo.core.case import Case, Manifest

LABEL = "finding"

stored_12_bits = npst.arrays(np.uint16, (4, 5), elements=st.integers(0, 4095))
stored_8_bits = npst.arrays(np.uint8, (4, 5), elements=st.integers(0, 255))
signed_16_bits = npst.arrays(np.int16, (4, 5), elements=st.integers(-32768, 32767))
unit_images = npst.arrays(
    np.float32, (7, 9), elements=st.floats(0, 1, width=32, allow_subnormal=False)
)


@st.composite
def manifests(draw: st.DrawFn, splits: tuple[str | None, ...] = (None,)) -> Manifest:
    """Cases of a few patients, some without a patient identifier or a target."""
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["", *"abcdefghijkl"]),
                st.sampled_from([0.0, 1.0, None]),
                st.sampled_from(splits),
            ),
            min_size=1,
            max_size=40,
        )
    )
    cases = tuple(
        Case(f"{number}.png", Path(f"{number}.png"), {LABEL: target}, patient, split=split)
        for number, (patient, target, split) in enumerate(rows)
    )
    return Manifest(cases, (LABEL,))
