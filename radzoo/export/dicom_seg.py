"""Masks as DICOM SEG, in the study of the image that they belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

import radzoo
from radzoo.core.errors import EnvironmentFailure, InputError
from radzoo.core.origin import Header, Origin
from radzoo.core.publish import publish
from radzoo.export.dicom_headers import check_named, make_dataset, silence
from radzoo.export.segment_codes import Code, find_codes

if TYPE_CHECKING:
    from highdicom.seg import SegmentDescription
    from pydicom.dataset import Dataset

NEEDED: Final = {
    "00080016": "SOPClassUID", "00080018": "SOPInstanceUID", "0020000D": "StudyInstanceUID",
    "0020000E": "SeriesInstanceUID",
}  # fmt: skip
FRAME_OF_REFERENCE: Final = {"00200052": "FrameOfReferenceUID"}
NUMBER_OF_FRAMES: Final = "00280008"
PER_FRAME_GROUPS: Final = "52009230"
LONGEST_NAME: Final = 64
FIRST_SERIES: Final = 1000
UTF_8: Final = "ISO_IR 192"
Labels = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Algorithm:
    """What drew the mask.

    Attributes:
        name: of the model or run.
        version: of it; radzoo's own stands beside it anyhow.
    """

    name: str
    version: str = "1"


def write_seg(
    path: Path, labels: Labels, names: Mapping[int, str], origin: Origin, algorithm: Algorithm
) -> None:
    """Write labels as a binary segmentation, one segment per structure.

    It is a new series of the study of its image, repeats patient, study and frame of reference,
    and names the images that each frame was drawn on. Frames without a voxel of their segment
    are left out, and the bits are not compressed. Segments count 1, 2, 3 ... in the order of
    the numbers of the structures, as DICOM wants it.

    Args:
        path: of the new file.
        labels: in the canonical orientation, or `(rows, columns)` of one image.
        names: number to name of every structure, also of those that are not there.
        origin: of the image.
        algorithm: what drew it.

    Raises:
        InputError: if the image is no DICOM, or its headers lack what a segmentation repeats.
        ValueError: if a label has no name.
        EnvironmentFailure: if highdicom is missing or the file cannot be written.
    """
    check_origin(origin)
    stored = number_segments(origin.store(labels), names)
    headers = origin.sources
    if origin.frames:
        stored = stored[np.argsort(origin.frames)]
    if not stored.any():
        # It needs a frame; one is enough to say that nothing was found.
        stored, headers = stored[:1], (first_frame(headers[0]),)
    with silence():
        segmentation = make_seg(stored, names, headers, algorithm)
        publish(path, lambda partial: segmentation.save_as(partial, enforce_file_format=True))


def first_frame(header: Header) -> Header:
    """Return the header of an object of many frames as if it had the first alone."""
    if NUMBER_OF_FRAMES not in header:
        return header
    first: dict[str, Any] = {NUMBER_OF_FRAMES: {"vr": "IS", "Value": [1]}}
    if PER_FRAME_GROUPS in header:
        groups = header[PER_FRAME_GROUPS]
        first[PER_FRAME_GROUPS] = {**groups, "Value": groups["Value"][:1]}
    return {**header, **first}


def check_origin(origin: Origin) -> None:
    """Refuse images of which no segmentation can be made.

    Raises:
        InputError: with the reason.
    """
    if not origin.sources:
        raise InputError(
            "a DICOM SEG needs an image that is a DICOM file or series as a whole",
            id="no-dicom-source",
            hint="write the mask as NIfTI or as a picture instead",
        )
    needed = NEEDED if origin.flat else {**NEEDED, **FRAME_OF_REFERENCE}
    lacking = next((one for one in (check_named(h, needed) for h in origin.sources) if one), None)
    if lacking:
        raise cannot_make(f"it has no {lacking}")


def cannot_make(why: str) -> InputError:
    """Say that the headers of the image do not do."""
    return InputError(
        f"a DICOM SEG of this image cannot be made: {why}",
        id="incomplete-dicom",
        hint="write the mask as NIfTI or as a picture instead",
    )


def number_segments(stored: Labels, names: Mapping[int, str]) -> Labels:
    """Return labels as segment numbers, which count from 1.

    Raises:
        ValueError: if a label has no name.
    """
    numbers = sorted(names)
    table = np.zeros(max([*numbers, int(stored.max(initial=0))]) + 1, np.uint16)
    table[numbers] = np.arange(1, len(numbers) + 1)
    segments: Labels = table[stored]
    if not numbers or np.count_nonzero(segments) != np.count_nonzero(stored):
        raise ValueError("every label of a segmentation needs a name")
    return segments


def make_seg(
    stored: Labels, names: Mapping[int, str], headers: Sequence[Header], algorithm: Algorithm
) -> "Dataset":
    """Return the segmentation of images whose headers are complete.

    Raises:
        InputError: if highdicom cannot make it of them.
        EnvironmentFailure: if highdicom is missing.
    """
    highdicom = load_highdicom()
    sources = [make_dataset(header) for header in headers]
    segments = [
        describe(highdicom, at, names[number], algorithm)
        for at, number in enumerate(sorted(names), start=1)
    ]
    try:
        made: Dataset = highdicom.seg.Segmentation(
            source_images=sources,
            pixel_array=stored.astype(np.uint8 if len(names) < 256 else np.uint16),
            segmentation_type="BINARY",
            segment_descriptions=segments,
            series_instance_uid=highdicom.UID(),
            series_number=FIRST_SERIES + max(0, int(sources[0].get("SeriesNumber") or 0)) % 10**6,
            sop_instance_uid=highdicom.UID(),
            instance_number=1,
            manufacturer="radzoo",
            manufacturer_model_name=algorithm.name[:LONGEST_NAME],
            software_versions=f"radzoo {radzoo.__version__}",
            device_serial_number="none",
            content_label="SEGMENTATION",
            series_description=f"radzoo: {algorithm.name}"[:LONGEST_NAME],
        )
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        # Its words quote header values.
        raise cannot_make("its headers contradict each other or their object class") from None
    complete(made, sources[0])
    return made


def describe(highdicom: Any, number: int, name: str, algorithm: Algorithm) -> "SegmentDescription":
    """Return the description of one segment."""
    found = find_codes(name)
    segment: SegmentDescription = highdicom.seg.SegmentDescription(
        segment_number=number,
        segment_label=name[:LONGEST_NAME],
        segmented_property_category=concept(highdicom, found.category),
        segmented_property_type=concept(highdicom, found.kind),
        algorithm_type="AUTOMATIC",
        algorithm_identification=highdicom.AlgorithmIdentificationSequence(
            name=algorithm.name[:LONGEST_NAME],
            version=f"{algorithm.version} (radzoo {radzoo.__version__})"[:LONGEST_NAME],
            family=highdicom.sr.CodedConcept("123110", "DCM", "Artificial Intelligence"),
        ),
    )
    if found.modifiers:
        segment.SegmentedPropertyTypeCodeSequence[0].SegmentedPropertyTypeModifierCodeSequence = [
            concept(highdicom, one) for one in found.modifiers
        ]
    return segment


def concept(highdicom: Any, code: Code) -> Any:
    """Return a code of SNOMED CT as DICOM writes it."""
    return highdicom.sr.CodedConcept(code.value, "SCT", code.meaning)


def complete(made: "Dataset", source: "Dataset") -> None:
    """Add what highdicom leaves to others."""
    made.SpecificCharacterSet = UTF_8
    if "FrameOfReferenceUID" not in source:
        made.PatientOrientation = source.get("PatientOrientation", "")


def load_highdicom() -> Any:
    """Import highdicom, which is an extra.

    Raises:
        EnvironmentFailure: if it is not installed.
    """
    try:
        import highdicom
    except ImportError:
        raise EnvironmentFailure(
            "writing DICOM SEG needs highdicom, which is not installed",
            id="missing-package",
            hint="pip install 'radzoo[volume]'",
        ) from None
    return highdicom
