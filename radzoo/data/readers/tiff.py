"""Reader: TIFF, 8 and 16 bits, grey or colour."""

import warnings
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from radzoo.core.case import Image
from radzoo.core.plugins import Reader
from radzoo.data.door import check_growth, check_pixels, open_regular
from radzoo.data.luminance import full_range, to_luminance
from radzoo.data.readers.magic import is_tiff
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.members import frame_number

BITS_PER_SAMPLE: Final = 258
PHOTOMETRIC: Final = 262
WHITE_IS_ZERO: Final = 0


def read_tiff(path: Path, member: str = "") -> Image:
    """Read a TIFF, or page `frame/2` (from 1) of one; its whole range becomes 0..1.

    White-is-zero is undone: bright = dense. 16-bit colour is read as 8 bits per channel;
    numbers with a sign, of 32 bits or floating point have no known range and are refused.

    Raises:
        ImageRefused: if it is damaged, too large, or has several pages and none is named.
    """
    with open_regular(path) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            picture = Pillow.open(file, formats=("TIFF",))
            _turn_to(picture, member)
            samples, word = len(picture.getbands()), 2 if picture.mode.startswith("I") else 1
            check_pixels(picture.height, picture.width, samples)
            size = path.stat().st_size
            check_growth(size, picture.height * picture.width * samples * word)
            return Image(_brightness(picture), photometric=picture.mode)
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, KeyError, EOFError):
            raise ImageRefused("damaged") from None
        except Pillow.DecompressionBombError:
            raise ImageRefused("too-many-pixels") from None


def _turn_to(picture: Pillow.Image, member: str) -> None:
    pages = int(getattr(picture, "n_frames", 1))
    if not member:
        if pages > 1:
            raise ImageRefused("multi-frame")
        return
    picture.seek(frame_number(member, pages))


def _brightness(picture: Pillow.Image) -> NDArray[np.float32]:
    tags = picture.getexif()
    inverted = tags.get(PHOTOMETRIC) == WHITE_IS_ZERO
    bits = tags.get(BITS_PER_SAMPLE, 8)
    depth = int(bits[0] if isinstance(bits, tuple) else bits)
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I;16"):  # Pillow undoes white-is-zero in 8 bits, not in 16
        grey = full_range(np.asarray(upright), 2**depth - 1)
        return 1 - grey if inverted else grey
    if upright.mode in ("I", "F"):
        raise ImageRefused("value-range")
    if upright.mode in ("L", "LA", "La", "1"):
        return full_range(np.asarray(upright.convert("L")), 255)
    if upright.mode in ("RGB", "RGBA", "P", "PA", "YCbCr"):
        return full_range(to_luminance(np.asarray(upright.convert("RGB"))), 255)
    raise ImageRefused("unknown-colours")


READER = Reader(name="tiff", recognises=is_tiff, read=read_tiff)
