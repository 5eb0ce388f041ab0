"""Headers of source images as data sets of pydicom, from plain values that a child has read.

What contradicts its own type is left out: a study date that is no date would make a file that
others refuse, and says nothing anyhow.
"""

import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from radzoo.core.origin import Header

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SOUND: Final = {
    "AS": re.compile(r"^\d{3}[DWMY]$"),
    "CS": re.compile(r"^[A-Z0-9 _\\]{0,16}$"),
    "DA": re.compile(r"^\d{8}$"),
    "SH": re.compile(r"^[^\x00-\x1f\\]{0,16}$"),
    "LO": re.compile(r"^[^\x00-\x1f\\]{0,64}$"),
    "TM": re.compile(r"^([01]\d|2[0-3])([0-5]\d([0-5]\d(\.\d{1,6})?)?)?$"),
    "UI": re.compile(r"^[0-9.]{1,64}$"),
}
SEXES: Final = ("M", "F", "O")
EXPECTED: Final = (
    "PatientID", "PatientName", "PatientBirthDate", "PatientSex", "AccessionNumber", "StudyID",
    "StudyDate", "StudyTime", "ReferringPhysicianName",
)  # fmt: skip
LONGEST_NUMBER: Final = 16


def make_dataset(header: Header) -> "Dataset":
    """Return a header as a data set in which everything is of its type.

    What every object of a patient has to mention is there, empty if it is not known.
    """
    from pydicom.dataset import Dataset

    dataset = Dataset.from_json(dict(soften(header)))
    for keyword in EXPECTED:
        if keyword not in dataset:
            setattr(dataset, keyword, "")
    if dataset.PatientSex not in SEXES:
        dataset.PatientSex = ""
    return dataset


def soften(header: Header) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the elements of a header whose values are sound; numbers as short as DICOM's are."""
    for tag, element in header.items():
        kind, values = element["vr"], element.get("Value", [])
        if kind == "SQ":
            yield tag, {"vr": kind, "Value": [dict(soften(item)) for item in values]}
        elif kind == "DS":
            yield tag, {"vr": kind, "Value": [shorten(value) for value in values]}
        elif kind not in SOUND or all(SOUND[kind].match(str(value)) for value in values):
            yield tag, {"vr": kind, **({"Value": values} if values else {})}


def shorten(value: object) -> object:
    """Return a decimal string of 16 characters at most, which DICOM allows."""
    from pydicom.valuerep import format_number_as_ds

    if isinstance(value, float) and len(repr(value)) > LONGEST_NUMBER:
        return float(format_number_as_ds(value))
    return value


def check_named(header: Mapping[str, Any], tags: Mapping[str, str]) -> str | None:
    """Return the name of the first of some elements that a header has no sound value of."""
    sound = dict(soften(header))
    return next((name for tag, name in tags.items() if not sound.get(tag, {}).get("Value")), None)


@contextmanager
def silence() -> Iterator[None]:
    """Let pydicom and highdicom neither log nor warn: their messages quote header values."""
    import logging

    loggers = [logging.getLogger(name) for name in ("pydicom", "highdicom")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
