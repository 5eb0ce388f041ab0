"""One frame of a DICOM object of many, as if it stood alone."""

from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, get_frame
from pydicom.pixels.utils import get_expected_length
from pydicom.sequence import Sequence

from radzoo.data.readers.dicom_file import PIXELS
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.members import frame_number

OFFSETS = ("ExtendedOffsetTable", "ExtendedOffsetTableLengths")


def take_frame(dataset: Dataset, member: str) -> None:
    """Reduce a data set to the frame that `member` names (`frame/17`, from 1), in place.

    Its own functional groups stay, so that its own rescaling and window apply.

    Raises:
        ImageRefused: `no-member` if there is no such frame, or its pixels are missing.
    """
    number = int(dataset.get("NumberOfFrames") or 1)
    frame = frame_number(member, number)
    keyword = next((keyword for keyword in PIXELS if keyword in dataset), None)
    if keyword is None:
        raise ImageRefused("no-image")
    groups = dataset.get("PerFrameFunctionalGroupsSequence")
    if groups:
        if len(groups) != number:
            raise ImageRefused("bad-header")
        dataset.PerFrameFunctionalGroupsSequence = Sequence([groups[frame]])
    dataset.NumberOfFrames = 1
    dataset[keyword].value = _pixels(dataset, keyword, frame, number)
    for table in OFFSETS:
        if table in dataset:
            delattr(dataset, table)


def _pixels(dataset: Dataset, keyword: str, frame: int, number: int) -> bytes:
    buffer: bytes = dataset[keyword].value
    if dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        offsets = None
        if all(dataset.get(table) for table in OFFSETS):
            offsets = (dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths)
        found = get_frame(buffer, frame, number_of_frames=number, extended_offsets=offsets)
        return encapsulate([found])
    if int(dataset.BitsAllocated) < 8:  # frames do not begin at whole bytes
        raise ImageRefused("multi-frame")
    size = get_expected_length(dataset, unit="bytes")
    pixels = buffer[frame * size : (frame + 1) * size]
    if len(pixels) < size:
        raise ImageRefused("damaged")
    return pixels + b"\0" * (size % 2)
