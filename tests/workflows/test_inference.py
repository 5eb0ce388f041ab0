"""What a network is fed of prepared images: with margins the same as without."""

import numpy as np
import pytest
from PIL import Image as Pillow

from radzoo.core.case import Case
from radzoo.data.engines.local import decode_locally
from radzoo.data.prepared import Working, prepare_folder
from radzoo.data.prepared.building import Job
from radzoo.data.prepared.key import key_of
from radzoo.tasks import TASKS
from radzoo.workflows.inference import samples_of


@pytest.fixture
def prepared_as(tmp_path):
    cases = []
    for number in range(3):
        path = tmp_path / f"{number}.png"
        pixels = np.random.default_rng(number).integers(50, 256, (40, 50)).astype(np.uint8)
        Pillow.fromarray(pixels).save(path)
        cases.append(Case(f"c{number}", path, {"x": 1.0}))

    def make(working):
        key = key_of(cases, working)
        job = Job(key, cases, working, lambda requests: decode_locally(requests, 1))
        return prepare_folder(tmp_path / key, job, log=print)

    return make


@pytest.mark.parametrize(
    ("fit", "edge", "margin", "seen"),
    [("pad", None, 4, 0), ("crop", 30, 4, 4), ("crop", 30, 7, 5), ("crop", None, 4, 0)],
)
def test_a_margin_reaches_the_network_as_far_as_it_is_part_of_the_image(
    prepared_as, fit, edge, margin, seen
):
    plain, wide = (
        samples_of(
            prepared_as(Working(20, fit, "bilinear", edge, margin=size)),
            TASKS["binary"],
            ("x",),
            [2, 0],
        )
        for size in (0, margin)
    )
    assert (plain.margin, wide.margin, wide.size) == (0, seen, 20)
    assert wide.images.shape == (3, 20 + 2 * seen, 20 + 2 * seen)
    np.testing.assert_array_equal(wide.middle, plain.images)
    np.testing.assert_array_equal(wide.rows, plain.rows)
    if seen:
        assert wide.images.min() > 0  # no black that is not in the image
