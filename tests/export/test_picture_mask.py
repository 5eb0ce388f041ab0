import numpy as np
import pytest
from PIL import Image

from radzoo.data.mask import read_mask
from radzoo.data.mask.image import ImagePlace
from radzoo.export.picture_mask import write_picture_mask


@pytest.mark.parametrize("highest", [3, 700])
@pytest.mark.parametrize("exif", [1, 6], ids=["upright", "turned by Exif"])
def test_comes_back_on_the_picture(tmp_path, highest, exif):
    about = Image.Exif()
    about[0x0112] = exif
    pixels = np.random.default_rng(0).integers(0, 255, (6, 9)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "image.jpg", exif=about)
    shape = (6, 9) if exif == 1 else (9, 6)
    labels = np.random.default_rng(1).integers(0, highest, shape).astype(np.uint16)
    write_picture_mask(tmp_path / "mask.png", labels)
    place = ImagePlace(tmp_path / "image.jpg")
    np.testing.assert_array_equal(read_mask(tmp_path / "mask.png", "", place).labels, labels)


def test_a_volume_is_no_picture(tmp_path):
    with pytest.raises(ValueError, match="one image"):
        write_picture_mask(tmp_path / "mask.png", np.zeros((2, 3, 4), np.uint16))
