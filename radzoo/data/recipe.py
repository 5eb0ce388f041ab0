"""How the pixels of a file become an `Image`: the recipe, whose version every run stores.

Every image becomes float32 in [0, 1], 0 = black (air), 1 = bright (dense).

1. Stored values are decoded; bits above `HighBit` and below the `BitsStored` under it are
   ignored, signs are kept.
2. Colour becomes luminance, 0.299 R + 0.587 G + 0.114 B; palettes are applied first,
   YBR becomes RGB first, transparency is ignored.
3. DICOM grey: the modality LUT, or else rescale slope and intercept; then the VOI LUT, or
   else the window. Of several the first counts; `LINEAR`, `LINEAR_EXACT` and `SIGMOID` are
   known; a window without positive width counts as none.
4. A window maps onto 0..1 by its own formula (PS3.3 C.11.2.1.2), a VOI LUT by the lowest
   and highest value of its table. A window that the user asks for (`core.window`) goes
   before both, for CT in Hounsfield units only. CT without any window gets -1000 to 1000.
   Of all else without a window, 8 or fewer stored bits keep their whole range (0..255
   becomes 0..1, so that an 8-bit DICOM equals the JPEG of the same pixels), and more bits
   use the lowest to the highest value that is not padding.
5. `MONOCHROME1` is inverted. Pixel padding (a value or a range) becomes 0.
6. PNG, JPEG and arrays keep the whole range of their type: 8 bits 0..255, 16 bits
   0..65535, floating point 0..1. The orientation in Exif is obeyed.
7. The image is resized in float32 with antialiasing (`resize.resize`) and rounded once, to
   65,535 steps. Unless exact pixels are asked for, blocks of a large DICOM image are averaged
   first (`shrink`), after step 5; JPEG 2000 may be decoded at a reduced size, before step 3
   (`readers.dicom_reduced`). docs/concepts/pixels.md says how near that is.
Volumes keep their own values (`core.volume`). Prepared ones are resampled by
`volume.axis`, then their values become grey by `volume.intensity`, rounded once.
Version 2: CT without a window no longer stretches from its lowest to its highest value;
values that stand above the bottom of their word; values outside a table of 8 bits.
Version 3: JPEG 2000 is decoded at half the reduction, with the sharpening of its filter undone.
"""

from typing import Final

RECIPE_VERSION: Final = 3
