"""What a DICOM header says of a case; the only place that reads identifying elements.

It runs in a child of the guard. Identifiers leave it for matching with a table of labels;
what may be shown or stored is said by `Header`.
"""

import re
from pathlib import Path
from typing import Any, Final

from pydicom.dataset import Dataset
from pydicom.uid import UID

from radzoo.data.readers.dicom import trouble_refused
from radzoo.data.readers.dicom_acquisition import ACQUISITION, acquisition_of
from radzoo.data.readers.dicom_file import open_dataset, silence
from radzoo.data.refusal import ImageRefused

TECHNICAL: Final = (
    "SOPClassUID", "Modality", "Rows", "Columns", "NumberOfFrames", "PhotometricInterpretation",
    "BitsStored", "BitsAllocated", "Manufacturer", "ManufacturerModelName", "ViewPosition",
    "BurnedInAnnotation",
)  # fmt: skip
PERSONAL: Final = (
    "PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "AccessionNumber",
    "InstitutionName", "PatientSex", "PatientAge", "AcquisitionDate", "StudyDate",
)  # fmt: skip
FRAME_OF_REFERENCE: Final = "FrameOfReferenceUID"
AGE: Final = re.compile(r"^(\d{1,3})([DWMY])$")
# Old files write 2023.07.31.
DATE: Final = re.compile(r"^(\d{4})[.]?(0[1-9]|1[0-2])[.]?(0[1-9]|[12]\d|3[01])$")
PER_YEAR: Final = {"D": 365.25, "W": 52.18, "M": 12.0, "Y": 1.0}
CODE: Final = re.compile(r"^[A-Z0-9 _]{1,16}$")
NAME: Final = re.compile(r"^[\w .,()&+/-]{1,64}$")


def read_header(path: Path) -> dict[str, Any]:
    """Return the facts of one DICOM file as plain values, without decoding its pixels.

    Raises:
        ImageRefused: if it is not a readable DICOM file.
    """
    with silence(), trouble_refused():
        return _header_of(open_dataset(path, (*TECHNICAL, *PERSONAL), pixels=False))


def read_all_facts(path: Path) -> dict[str, Any]:
    """Return what `read_header` gives, how the image was taken, and its frame of reference.

    Raises:
        ImageRefused: if it is not a readable DICOM file.
    """
    wanted = (*TECHNICAL, *PERSONAL, *ACQUISITION, FRAME_OF_REFERENCE)
    with silence(), trouble_refused():
        dataset = open_dataset(path, wanted, pixels=False)
        header = _header_of(dataset)
        reference = {FRAME_OF_REFERENCE: _text(dataset, FRAME_OF_REFERENCE)}
        return acquisition_of(dataset) | header | reference


def _header_of(dataset: Dataset) -> dict[str, Any]:
    syntax = dataset.file_meta.get("TransferSyntaxUID")
    if "Rows" not in dataset and (_is_of_images(dataset) or _says_nothing(dataset)):
        raise ImageRefused("damaged")
    return {
        "has_pixels": "Rows" in dataset,
        "sop_class": _uid_name(dataset.get("SOPClassUID")),
        "transfer_syntax": _uid_name(syntax),
        "modality": _code(dataset, "Modality"),
        "rows": _count(dataset, "Rows"),
        "columns": _count(dataset, "Columns"),
        "frames": _count(dataset, "NumberOfFrames") or 1,
        "photometric": _code(dataset, "PhotometricInterpretation"),
        "bits_stored": _count(dataset, "BitsStored"),
        "manufacturer": _name(dataset, "Manufacturer"),
        "model": _name(dataset, "ManufacturerModelName"),
        "view": _code(dataset, "ViewPosition"),
        "burned_in": _code(dataset, "BurnedInAnnotation"),
        "sex": _code(dataset, "PatientSex")[:1],
        "age": _age(dataset),
        "institution": _text(dataset, "InstitutionName"),
        "date": _date(dataset),
        **{keyword: _text(dataset, keyword) for keyword in PERSONAL[:5]},
    }


def _is_of_images(dataset: Dataset) -> bool:
    """Does it say that it is an image? Then one without rows was cut off."""
    return "Image Storage" in _uid_name(dataset.file_meta.get("MediaStorageSOPClassUID"))


def _says_nothing(dataset: Dataset) -> bool:
    """Does it not even say what kind of object it is? Every whole one does."""
    return "SOPClassUID" not in dataset and "MediaStorageSOPClassUID" not in dataset.file_meta


def _text(dataset: Dataset, keyword: str) -> str:
    value = dataset.get(keyword)
    return "" if value is None else str(value).strip()


def _code(dataset: Dataset, keyword: str) -> str:
    """Return a code string; anything that is not shaped like one is left out."""
    text = _text(dataset, keyword)
    return text if CODE.match(text) else ""


def _name(dataset: Dataset, keyword: str) -> str:
    """Return the name of a make, without control characters or excess length."""
    text = _text(dataset, keyword)
    return text if NAME.match(text) else ""


def _count(dataset: Dataset, keyword: str) -> int:
    value = dataset.get(keyword)
    return int(value) if value not in (None, "") else 0


def _age(dataset: Dataset) -> str:
    """Return the age in years: `045Y` is 45, `006M` is 0.5."""
    found = AGE.match(_text(dataset, "PatientAge"))
    return f"{int(found[1]) / PER_YEAR[found[2]]:.3g}" if found else ""


def _date(dataset: Dataset) -> str:
    """Return the day of the image, else of the study, as `20230731`; empty if it is none."""
    for keyword in ("AcquisitionDate", "StudyDate"):
        found = DATE.match(_text(dataset, keyword))
        if found:
            return "".join(found.groups())
    return ""


def _uid_name(uid: object) -> str:
    """Return the name in the standard; a UID that is not in it is not repeated."""
    known = UID(str(uid)).name if uid else ""
    return known if known and known != uid else "unknown"
