"""How an image was taken, as its DICOM header says: what could tell a network the answer.

Nothing here names a person or a place: stations and departments are hashed, a time becomes its
hour. Descriptions are free text that people typed: they may be compared, never shown or stored.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from radzoo.data.patients import hash_identifier

CODE: Final = re.compile(r"^[A-Z0-9 _.\\+-]{1,32}$")
HOUR: Final = re.compile(r"^([01]\d|2[0-3])")
LONGEST: Final = 64


def acquisition_of(dataset: Dataset) -> dict[str, str]:
    """Return the name of each fact to what a header says of it; what is not said is left out.

    Args:
        dataset: with the elements `ACQUISITION`.
    """
    facts = {name: read(dataset, keyword) for name, (keyword, read) in FACTS.items()}
    return {name: text for name, text in facts.items() if text}


def number(dataset: Dataset, keyword: str) -> str:
    """Return one number, such as a tube voltage, to four digits."""
    value = dataset.get(keyword)
    if value is None or isinstance(value, (MultiValue, list)):
        return ""
    try:
        return f"{float(value):.4g}"
    except (TypeError, ValueError):
        return ""


def numbers(dataset: Dataset, keyword: str) -> str:
    """Return several numbers, such as row and column spacing, parted by blanks."""
    value = dataset.get(keyword)
    if not isinstance(value, (MultiValue, list)):
        return ""
    try:
        return " ".join(f"{float(one):.4g}" for one in value)
    except (TypeError, ValueError):
        return ""


def directions(dataset: Dataset, keyword: str) -> str:
    """Return cosines to one decimal, so that nearly equal planes are one."""
    value = dataset.get(keyword)
    if not isinstance(value, (MultiValue, list)):
        return ""
    try:
        return " ".join(f"{round(float(one), 1) + 0.0:g}" for one in value)
    except (TypeError, ValueError):
        return ""


def code(dataset: Dataset, keyword: str) -> str:
    r"""Return a code such as `CHEST` or `L\F`; what is not shaped like one is left out."""
    value = dataset.get(keyword)
    text = "\\".join(map(str, value)) if isinstance(value, (MultiValue, list)) else str(value or "")
    text = text.strip().upper()
    return text if CODE.match(text) else ""


def hashed(dataset: Dataset, keyword: str) -> str:
    """Return what stands for the name of a place."""
    return hash_identifier(str(dataset.get(keyword) or "").strip())


def text(dataset: Dataset, keyword: str) -> str:
    """Return what somebody typed, without control characters."""
    return " ".join(str(dataset.get(keyword) or "").split())[:LONGEST]


def hour(dataset: Dataset, keyword: str) -> str:
    """Return the hour of the day, 0 to 23."""
    found = HOUR.match(str(dataset.get(keyword) or ""))
    return str(int(found[1])) if found else ""


def presence(dataset: Dataset, keyword: str) -> str:
    """Return `yes` where the element is there with a value."""
    return "yes" if keyword in dataset and dataset[keyword].value not in (None, "") else ""


Fact = tuple[str, Callable[[Dataset, str], str]]
FACTS: Final[Mapping[str, Fact]] = {
    "body_part": ("BodyPartExamined", code),
    "station": ("StationName", hashed),
    "department": ("InstitutionalDepartmentName", hashed),
    "series_description": ("SeriesDescription", text),
    "study_description": ("StudyDescription", text),
    "kvp": ("KVP", number),
    "exposure": ("Exposure", number),
    "exposure_time": ("ExposureTime", number),
    "pixel_spacing": ("PixelSpacing", numbers),
    "imager_pixel_spacing": ("ImagerPixelSpacing", numbers),
    "slice_thickness": ("SliceThickness", number),
    "pixel_representation": ("PixelRepresentation", number),
    "rescale_slope": ("RescaleSlope", number),
    "rescale_intercept": ("RescaleIntercept", number),
    "window": ("WindowCenter", presence),
    "voi_lut": ("VOILUTSequence", presence),
    "pixel_padding": ("PixelPaddingValue", number),
    "lossy": ("LossyImageCompression", code),
    "software": ("SoftwareVersions", code),
    "hour": ("StudyTime", hour),
    "patient_orientation": ("PatientOrientation", code),
    "laterality": ("ImageLaterality", code),
    "image_orientation": ("ImageOrientationPatient", directions),
    "position": ("PatientPosition", code),
    "presentation_intent": ("PresentationIntentType", code),
}  # fmt: skip
ACQUISITION: Final = tuple(keyword for keyword, _ in FACTS.values())
