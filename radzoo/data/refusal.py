"""Why an image is refused: one table of reason codes.

A refusal carries a code, never the words of another library or a value from a header:
those may hold a patient's name.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "missing-file": "there is no such file",
        "no-permission": "the file may not be read",
        "special-file": "not a regular file",
        "empty-file": "the file is empty",
        "empty-folder": "the folder is empty",
        "no-dicom": "a folder without any DICOM file",
        "file-too-big": "the file is larger than 2 GiB",
        "unknown-format": "by its first bytes no DICOM, PNG, JPEG, TIFF, NIfTI or NPZ file",
        "no-member": "has no such frame, array or row",
        "no-image": "a DICOM object without pixels",
        "mask-not-image": "a DICOM segmentation, not an image",
        "multi-frame": "holds more than one frame; frame/1 names the first",
        "volume": "holds a volume or a stack, not one image",
        "damaged": "the file is damaged or incomplete",
        "bad-header": "the header is incomplete or contradicts itself",
        "size-mismatch": "the compressed image has another size than its header says",
        "too-many-pixels": "more pixels than the budget of 67 million",
        "too-many-elements": "the header has far more elements than an image needs",
        "inflates-too-far": "inflates beyond what any image of its size does",
        "unknown-compression": "a transfer syntax that cannot be decoded",
        "unknown-colours": "a colour space that cannot be interpreted",
        "value-range": "floating-point values outside 0 to 1",
        "not-finite": "holds values that are not finite numbers",
        "no-volume": "one image, not a volume",
        "no-geometry": "no position, orientation and spacing in the patient",
        "mixed-series": "files of more than one series",
        "mixed-sizes": "slices of different sizes",
        "mixed-orientations": "slices of different orientations",
        "mixed-spacings": "slices of different pixel spacings",
        "mixed-frames-of-reference": "slices of different frames of reference",
        "missing-slices": "slices are missing",
        "uneven-slices": "slices that are not evenly spaced",
        "duplicate-slices": "different images in one place: several phases or echoes",
        "time-series": "holds several volumes; frame/1 names the first",
        "too-many-voxels": "more voxels than the budget of 268 million",
        "unknown-values": "numbers of a kind that has no order, or of an unknown one",
        "no-mask": "holds no segmentation, or none of that name",
        "mask-off-grid": "lies more than 0.1 mm off the voxels of its image",
        "mask-size": "has another size than its image",
        "mask-of-another-image": "belongs to another image or frame of reference",
        "mask-overlaps": "segments that overlap; name one as segment/2",
        "mask-values": "its values are not whole numbers from 0 to 65535",
        "no-region": "names no region, and other cases of the data do",
        "region-axes": "its region has other dimensions than its image",
        "region-empty": "its region has no size",
        "region-outside": "its region lies outside the image",
        "empty-mask": "its mask, which says its region, is empty",
        "no-spacing": "millimetres are asked for, and it does not say how large its pixels are",
        "not-hounsfield": "a CT window was asked for, and its values are not Hounsfield units",
        "undecodable": "the pixels cannot be decoded",
        "out-of-memory": "decoding needs more memory than allowed",
        "decoder-crashed": "the decoder crashed",
        "too-slow": "decoding took longer than 10 seconds, or a volume than 60",
        "conflicting-labels": "rows of the labels disagree about it",
        "bad-target": "its target cannot be understood",
    }
)


class ImageRefused(Exception):
    """An image cannot or must not be used.

    Args:
        code: a key of `REASONS`.
        numbers: what else is to be said, for `describe_numbers`; never an identifier.
    """

    def __init__(self, code: str, *numbers: float) -> None:
        if code not in REASONS:
            raise ValueError(f"not a reason code: {code}")
        super().__init__(code)
        self.code = code
        self.numbers = numbers


def describe_reason(code: str) -> str:
    """Return the code and its text, as reports show it: `damaged: the file is ...`."""
    return f"{code}: {REASONS[code]}"


def describe_numbers(code: str, numbers: Sequence[float]) -> str:
    """Return what the numbers of a refusal say, such as where slices are missing.

    Numbers from a child are not believed to be as many as they should be: then nothing is said.
    """
    if code == "missing-slices" and len(numbers) == 5:
        missing, gaps, after, there, step = numbers
        few = "1 slice is" if missing == 1 else f"{missing:.0f} slices are"
        place = f"in {gaps:.0f} places, the first after" if gaps > 1 else "after"
        return f"{few} missing {place} slice {after:.0f} of {there:.0f}, {step:.3g} mm apart"
    if code == "no-member" and len(numbers) == 2:
        n, first = numbers
        last = f" to {first + n - 1:.0f}" if n > 1 else ""
        return f"it has {n:.0f}, numbered {first:.0f}{last}" if n > 0 else "it has none"
    return ""
