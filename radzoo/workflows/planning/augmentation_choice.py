"""Which augmentation suits the images: by what their files say, then by the model."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from radzoo.core.entry import ZooEntry
from radzoo.core.plan import DataFacts
from radzoo.workflows.planning.proposals import Choice

# DICOM PS3.3 C.7.3.1.1.1.
BY_CODE: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("CR", "DX", "RG", "PX", "IO"), "radiograph"),
        "MG": "mammography",
        "CT": "ct",
        "MR": "mr",
        **dict.fromkeys(("US", "IVUS"), "ultrasound"),
        **dict.fromkeys(("XC", "GM", "SM", "ES", "DMS"), "photograph"),
    }
)
BY_WORD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "radiograph": "radiograph",
        "cxr": "radiograph",
        "mammography": "mammography",
        "ct": "ct",
        "mr": "mr",
        "ultrasound": "ultrasound",
    }
)
NEUTRAL: Final = "radiograph"


def choose_augmentation(entry: ZooEntry, facts: DataFacts) -> Choice:
    """Choose by modality; where it is unknown, a set that mirrors nothing."""
    codes = ", ".join(facts.modalities)
    by_file = _only(BY_CODE.get(code) for code in facts.modalities)
    if by_file is not None:
        return Choice(by_file, f"the files say {codes}")
    if facts.modalities:
        return Choice(NEUTRAL, f"the files say {codes}: nothing is mirrored")
    words = entry.modality.casefold().replace(",", " ").split()
    by_model = _only(BY_WORD[word] for word in words if word in BY_WORD)
    if by_model is not None:
        return Choice(by_model, f"the model was made for: {entry.modality}")
    return Choice(NEUTRAL, "nothing says what the images are: nothing is mirrored")


def _only(sets: Iterable[str | None]) -> str | None:
    """Return the one set that all agree on, if there is one."""
    found = set(sets)
    return found.pop() if len(found) == 1 else None
