"""Why an image is refused: one table of reason codes.

A refusal carries a code, never the words of another library or a value from a header:
those may hold a patient's name.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "missing-file": "there is no such file",
        "no-permission": "the file may not be read",
        "special-file": "not a regular file",
        "empty-file": "the file is empty",
        "file-too-big": "the file is larger than 2 GiB",
        "unknown-format": "not a DICOM, PNG, JPEG or NPZ file, judged by its first bytes",
        "no-member": "the archive has no such array or row",
        "no-image": "a DICOM object without pixels",
        "mask-not-image": "a DICOM segmentation, not an image",
        "multi-frame": "holds more than one frame",
        "volume": "holds a volume or a stack, not one image",
        "damaged": "the file is damaged or incomplete",
        "bad-header": "the header is incomplete or contradicts itself",
        "size-mismatch": "the compressed image has another size than its header says",
        "too-many-pixels": "more pixels than the budget of 67 million",
        "inflates-too-far": "inflates beyond what any image of its size does",
        "unknown-compression": "a transfer syntax that cannot be decoded",
        "unknown-colours": "a colour space that cannot be interpreted",
        "value-range": "floating-point values outside 0 to 1",
        "not-finite": "holds values that are not finite numbers",
        "not-hounsfield": "a CT window was asked for, and its values are not Hounsfield units",
        "undecodable": "the pixels cannot be decoded",
        "out-of-memory": "decoding needs more memory than allowed",
        "decoder-crashed": "the decoder crashed",
        "too-slow": "decoding took longer than 10 seconds",
        "conflicting-labels": "rows of the labels disagree about it",
        "bad-target": "its target cannot be understood",
    }
)


class ImageRefused(Exception):
    """An image cannot or must not be used; `code` is a key of `REASONS`."""

    def __init__(self, code: str) -> None:
        if code not in REASONS:
            raise ValueError(f"not a reason code: {code}")
        super().__init__(code)
        self.code = code


def describe_reason(code: str) -> str:
    """Return the code and its text, as reports show it: `damaged: the file is ...`."""
    return f"{code}: {REASONS[code]}"
