"""Crops of regions equal those of a naive reference, in every format, and fail as they should."""

import numpy as np
import pytest
from dicoms import make_dicom
from PIL import Image as Pillow

from radzoo.core.case import Region
from radzoo.core.decoding import Framing
from radzoo.data.guard import Guard, Request

SHAPE = (61, 83)


@pytest.fixture(scope="module")
def guard():
    with Guard(1) as one:
        yield one


@pytest.fixture(scope="module")
def pixels():
    return np.random.default_rng(3).integers(0, 4096, SHAPE).astype(np.uint16)


def triangle(length, low, step, count):
    """Weights `(count, length)` of antialiased linear interpolation of a line padded with 0."""
    reach = max(1.0, step)
    weights = np.zeros((count, length))
    for place in range(count):
        centre = low + (place + 0.5) * step
        numbers = np.arange(int(centre - reach) - 3, int(centre + reach) + 4)
        parts = np.maximum(0, 1 - np.abs(numbers + 0.5 - centre) / reach)
        for number, part in zip(numbers, parts / parts.sum(), strict=True):
            if 0 <= number < length:
                weights[place, number] += part
    return weights


def naive(image, box, size, *, side=None):
    """Return the square around a box by sums over all pixels; `side` as rows, columns."""
    x, y, wide, high = box
    rows, columns = side or (max(wide, high),) * 2
    down = triangle(image.shape[0], y + high / 2 - rows / 2, rows / size, size)
    across = triangle(image.shape[1], x + wide / 2 - columns / 2, columns / size, size)
    return down @ image @ across.T


def seen(answer, size):
    assert answer.refused is None
    return np.frombuffer(answer.body, "<u2").reshape(size, size) / 65535


def ask(guard, path, size, numbers, kind="box", **options):
    framing = Framing(**options.pop("framing", {}))
    region = Region(kind, numbers)
    return guard.ask(Request("pixels", path, size=size, region=region, framing=framing, **options))


BOXES = [
    pytest.param((10, 20, 16, 16), id="pixel for pixel"),
    pytest.param((10, 20, 31, 12), id="wide, reduced"),
    pytest.param((40, 3, 5, 7), id="enlarged"),
    pytest.param((-6.5, -4, 20.25, 30), id="beyond the upper left"),
    pytest.param((70, 50, 30, 30), id="beyond the lower right"),
    pytest.param((-50, -50, 200, 200), id="larger than the image"),
]


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("form", ["png", "npz", "dicom"])
def test_a_crop_is_the_naive_one(guard, pixels, tmp_path, box, form):
    member = ""
    if form == "dicom":
        path = make_dicom(
            tmp_path / "a.dcm", pixels, BitsStored=12, HighBit=11, WindowCenter=2048,
            WindowWidth=4096, PixelSpacing=[0.5, 0.5],
        )  # fmt: skip
        shown = np.clip((pixels - 2047.5) / 4095 + 0.5, 0, 1)
    elif form == "png":
        path = tmp_path / "a.png"
        Pillow.fromarray(pixels * 16).save(path)
        shown = pixels * 16 / 65535
    else:
        path, member = tmp_path / "a.npz", "images/1"
        np.savez(path, images=np.stack([pixels * 0, pixels * 16]))
        shown = pixels * 16 / 65535
    answer = ask(guard, path, 16, box, member=member)
    expected = naive(shown, box, 16)
    assert np.abs(seen(answer, 16) - expected).max() < 2 / 65535


@pytest.mark.parametrize("keyword", ["PixelSpacing", "ImagerPixelSpacing"])
def test_margins_and_scales_are_millimetres_along_each_axis(guard, pixels, tmp_path, keyword):
    path = make_dicom(
        tmp_path / "a.dcm", pixels, BitsStored=12, HighBit=11, WindowCenter=2048,
        WindowWidth=4096, **{keyword: [0.5, 0.25]},
    )  # fmt: skip
    shown, box = np.clip((pixels - 2047.5) / 4095 + 0.5, 0, 1), (30, 20, 16, 10)
    # 4 x 5 mm and 3 mm around: 10 x 11 mm, of which the longer fills the square.
    margin = ask(guard, path, 20, box, framing={"margin_mm": 3.0})
    assert np.abs(seen(margin, 20) - naive(shown, box, 20, side=(22, 44))).max() < 2 / 65535
    scaled = ask(guard, path, 20, box, framing={"mm_per_pixel": 0.4})
    assert np.abs(seen(scaled, 20) - naive(shown, box, 20, side=(16, 32))).max() < 2 / 65535
    point = ask(guard, path, 20, (38, 25), "point", framing={"size_mm": 4.0, "margin_mm": 1.0})
    around = naive(shown, (38, 25, 1, 1), 20, side=(12, 24))
    assert np.abs(seen(point, 20) - around).max() < 2 / 65535


def test_pixels_beyond_the_size_go_on_at_its_scale(guard, pixels, tmp_path):
    Pillow.fromarray(pixels * 16).save(tmp_path / "a.png")
    answer = ask(guard, tmp_path / "a.png", 24, (20, 20, 32, 32), beyond=4)
    assert np.abs(
        seen(answer, 24) - naive(pixels * 16 / 65535, (14, 14, 44, 44), 24, side=(48, 48))
    ).max() < 2 / 65535  # fmt: skip
    inner = ask(guard, tmp_path / "a.png", 16, (20, 20, 32, 32))
    assert np.abs(seen(answer, 24)[4:-4, 4:-4] - seen(inner, 16)).max() < 2 / 65535


def test_a_large_image_gives_a_small_region_all_its_pixels(guard, tmp_path):
    large = np.zeros((1500, 1500), np.uint8)
    large[700:716:2, 300:316:2] = 255
    Pillow.fromarray(large).save(tmp_path / "a.jpg", quality=100)
    Pillow.fromarray(large).save(tmp_path / "a.png")
    exact = seen(ask(guard, tmp_path / "a.png", 16, (300, 700, 16, 16)), 16)
    assert np.array_equal(exact, large[700:716, 300:316] / 255)
    near = seen(ask(guard, tmp_path / "a.jpg", 16, (300, 700, 16, 16)), 16)
    assert np.abs(near - exact).mean() < 0.05


def test_a_mask_gives_the_box_around_what_is_not_0_or_has_a_label(guard, pixels, tmp_path):
    labels = np.zeros(SHAPE, np.uint8)
    labels[10:18, 20:28], labels[40:48, 60:68] = 1, 3
    Pillow.fromarray(pixels * 16).save(tmp_path / "a.png")
    Pillow.fromarray(labels).save(tmp_path / "m.png")
    Pillow.fromarray(labels * 0).save(tmp_path / "empty.png")
    shown = pixels * 16 / 65535

    def masked(numbers, mask="m.png"):
        return ask(guard, tmp_path / "a.png", 16, numbers, "mask", mask=tmp_path / mask)

    assert np.abs(seen(masked((3.0,)), 16) - naive(shown, (60, 40, 8, 8), 16)).max() < 2 / 65535
    both = naive(shown, (20, 10, 48, 38), 16)
    assert np.abs(seen(masked(()), 16) - both).max() < 2 / 65535
    assert masked((2.0,)).refused == masked((), "empty.png").refused == "empty-mask"


def test_squashed_regions_fill_the_square(guard, pixels, tmp_path):
    Pillow.fromarray(pixels * 16).save(tmp_path / "a.png")
    answer = ask(guard, tmp_path / "a.png", 8, (10, 20, 32, 16), fit="squash")
    expected = naive(pixels * 16 / 65535, (10, 20, 32, 16), 8, side=(16, 32))
    assert np.abs(seen(answer, 8) - expected).max() < 2 / 65535


@pytest.mark.parametrize(
    ("numbers", "kind", "framing", "code"),
    [
        ((83, 20, 5, 5), "box", {}, "region-outside"),
        ((20, -5, 5, 5), "box", {}, "region-outside"),
        ((100, 20), "point", {"size_mm": 5.0}, "region-outside"),
        ((20, 20, 0, 5), "box", {}, "region-empty"),
        ((20, 20, 5, -5), "box", {}, "region-empty"),
        ((20, 20), "point", {}, "region-empty"),
        ((20, 20, 3, 5, 5, 5), "box", {}, "region-axes"),
        ((20, 20, 5, 5), "box", {"margin_mm": 2.0}, "no-spacing"),
        ((20, 20, 5, 5), "box", {"mm_per_pixel": 0.5}, "no-spacing"),
        ((20, 20, 1e9, 5), "box", {}, "too-many-pixels"),
        ((20, 20, 1e300, 1e300), "box", {}, "too-many-pixels"),
    ],
)
def test_what_cannot_be_a_region_is_refused(guard, pixels, tmp_path, numbers, kind, framing, code):
    Pillow.fromarray(pixels * 16).save(tmp_path / "a.png")
    assert ask(guard, tmp_path / "a.png", 16, numbers, kind, framing=framing).refused == code
