"""Masks kept beside images: each pixel of the square has the label of the same place."""

import numpy as np
import pytest
from PIL import Image as Pillow

from radzoo.core.case import Case
from radzoo.data.mask.square import nearest
from radzoo.data.prepared import Working, prepare
from radzoo.data.refusal import REASONS
from radzoo.data.resize import Target
from radzoo.workflows.run.inputs import hash_pixels

SIZE = 32


def write(folder, name, pixels):
    Pillow.fromarray(pixels).save(folder / name)
    return folder / name


def pair(folder, number, shape):
    """Return an image with a bright block off the middle, and the block as its mask."""
    pixels = np.zeros(shape, np.uint8)
    pixels[shape[0] // 4 : shape[0] // 2, shape[1] // 8 : shape[1] // 2] = 255
    image = write(folder, f"{number}.png", pixels)
    return Case(f"{number}", image, {}, mask=write(folder, f"m{number}.png", pixels // 255 * 7))


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    folder = tmp_path_factory.mktemp("masked")
    shapes = [(64, 96), (96, 64), (33, 57), (20, 20), (200, 90)]
    made = [pair(folder, number, shape) for number, shape in enumerate(shapes)]
    blank = write(folder, "small.png", np.zeros((9, 9), np.uint8))
    return [*made, Case("other", made[0].path, {}, mask=blank), Case("none", made[0].path, {})]


@pytest.mark.parametrize(("fit", "edge"), [("pad", None), ("crop", 40), ("squash", None)])
def test_labels_lie_where_the_image_shows_them(cases, tmp_path, fit, edge):
    """Half-way grey is the border: there alone may image and mask differ, by half a pixel."""
    got = prepare(
        cases, size=SIZE, fit=fit, interpolation="bilinear", edge=edge, masked=True,
        cache=tmp_path,
    )  # fmt: skip
    assert (got.masks.shape, got.masks.dtype) == (got.images.shape, np.uint16)
    for row in range(5):
        bright, labels = got.images[row] / 65535, got.masks[row]
        assert labels.any()
        assert (labels[bright > 0.85] == 7).all()
        assert (labels[bright < 0.15] == 0).all()
    assert not got.masks[5].any()  # a case without a mask is background
    assert [(one.case_id, one.reason) for one in got.refused] == [
        ("other", f"mask-size: {REASONS['mask-size']}")
    ]


@pytest.mark.parametrize(("rows", "columns"), [(7, 5), (61, 97), (33, 57)])
@pytest.mark.parametrize("fit", ["pad", "crop", "squash"])
def test_nearest_is_that_of_pillow(rows, columns, fit):
    """Pixels are squares: an oracle that resamples by their centres finds the same ones."""
    target = Target(SIZE, fit)
    labels = np.random.default_rng(1).integers(0, 255, (rows, columns)).astype(np.uint8)
    high, wide = target.scaled(rows, columns)
    ours = target.place(labels[np.ix_(nearest(rows, high), nearest(columns, wide))])
    oracle = Pillow.fromarray(labels).resize((wide, high), Pillow.Resampling.NEAREST)
    np.testing.assert_array_equal(ours, target.place(np.asarray(oracle)))


def test_numbers_stay_as_the_files_have_them(cases, tmp_path):
    """The image of 20 pixels is not resampled: every label comes back."""
    wanted = {"size": 20, "fit": "pad", "interpolation": "bilinear", "cache": tmp_path}
    got = prepare([cases[3]], masked=True, **wanted)
    np.testing.assert_array_equal(got.masks[0], np.asarray(Pillow.open(cases[3].mask)))
    assert got.masks.dtype == np.uint16
    assert prepare([cases[3]], **wanted).masks is None
    assert prepare([cases[3]], masked=True, **wanted).reused


def test_margins_go_around_both(cases, tmp_path):
    """A margin of 8 beyond a crop is what the image has there, of 4 what fits, and black."""
    form = Working(SIZE, "crop", edge=40, margin=8, masked=True)
    answered = prepare([cases[0]], size=48, fit="crop", interpolation="bilinear", edge=40,
                       masked=True, cache=tmp_path)  # fmt: skip
    assert form.beyond == 4
    assert form.arrays[1].shape == (48, 48) == answered.masks[0].shape


def test_the_hash_of_the_pixels_knows_the_masks(cases, tmp_path):
    wanted = {"size": 20, "fit": "pad", "interpolation": "bilinear", "cache": tmp_path}
    hashes = {hash_pixels(prepare([cases[3]], masked=masked, **wanted)) for masked in (False, True)}
    assert len(hashes) == 2


def test_a_form_serves_one_with_the_same_masks():
    masked = Working(SIZE, masked=True)
    assert masked.serves(Working(SIZE))
    assert masked.serves(masked)
    assert not Working(SIZE).serves(masked)
    assert "masked" not in Working(SIZE).text
