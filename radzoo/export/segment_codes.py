"""What a structure is in the words of SNOMED CT, as far as its name says so.

A name is looked up whole, without its side: `kidney_left` and `Left kidney` are a kidney with
the modifier left. What is not in the table is coded as tissue, which every segment is, and its
label tells the rest: no code is guessed.
"""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Code:
    """A concept of SNOMED CT."""

    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class SegmentCodes:
    """What a segment shows.

    Attributes:
        category: of DICOM's context group 7150; `kind`: the structure itself.
        modifiers: its side, or which part of it.
    """

    category: Code
    kind: Code
    modifiers: tuple[Code, ...] = ()


STRUCTURE: Final = Code("91723000", "Anatomical Structure")
TISSUE: Final = Code("85756007", "Tissue")
ALTERED: Final = Code("49755003", "Morphologically Altered Structure")

ORGANS: Final = {
    "adrenal gland": Code("23451007", "Adrenal gland"),
    "aorta": Code("15825003", "Aorta"),
    "brain": Code("12738006", "Brain"),
    "brainstem": Code("119238007", "Brain Stem"),
    "breast": Code("76752008", "Breast"),
    "cerebellum": Code("113305005", "Cerebellum"),
    "colon": Code("71854001", "Colon"),
    "duodenum": Code("38848004", "Duodenum"),
    "esophagus": Code("32849002", "Esophagus"),
    "femur": Code("71341001", "Femur"),
    "gallbladder": Code("28231008", "Gallbladder"),
    "heart": Code("80891009", "Heart"),
    "hippocampus": Code("5366008", "Hippocampus"),
    "inferior vena cava": Code("64131007", "Inferior vena cava"),
    "kidney": Code("64033007", "Kidney"),
    "liver": Code("10200004", "Liver"),
    "lung": Code("39607008", "Lung"),
    "lung lower lobe": Code("90572001", "Lower lobe of lung"),
    "lung upper lobe": Code("45653009", "Upper lobe of lung"),
    "mandible": Code("91609006", "Mandible"),
    "pancreas": Code("15776009", "Pancreas"),
    "parotid gland": Code("45289007", "Parotid gland"),
    "portal vein": Code("32764006", "Portal vein"),
    "prostate": Code("41216001", "Prostate"),
    "skull": Code("89546000", "Skull"),
    "small bowel": Code("30315005", "Small intestine"),
    "spine": Code("421060004", "Spine"),
    "spleen": Code("78961009", "Spleen"),
    "sternum": Code("56873002", "Sternum"),
    "stomach": Code("69695003", "Stomach"),
    "trachea": Code("44567001", "Trachea"),
    "urinary bladder": Code("89837001", "Bladder"),
}
CHANGES: Final = {
    "cyst": Code("367643001", "Cyst"),
    "edema": Code("79654002", "Edema"),
    "hemorrhage": Code("50960005", "Hemorrhage"),
    "lesion": Code("52988006", "Lesion"),
    "mass": Code("4147007", "Mass"),
    "necrosis": Code("6574001", "Necrosis"),
    "nodule": Code("27925004", "Nodule"),
    "tumor": Code("108369006", "Neoplasm"),
}
OTHER_NAMES: Final = {
    "bladder": "urinary bladder", "kidneys": "kidney", "lungs": "lung", "oesophagus": "esophagus",
    "small intestine": "small bowel", "tumour": "tumor", "neoplasm": "tumor", "ivc":
    "inferior vena cava", "brain stem": "brainstem", "haemorrhage": "hemorrhage",
    "oedema": "edema", "lung lobe lower": "lung lower lobe", "lung lobe upper": "lung upper lobe",
    "nodules": "nodule", "lesions": "lesion", "adrenal": "adrenal gland",
    "lung lower": "lung lower lobe", "lung upper": "lung upper lobe",
    "vertebral column": "spine",
}  # fmt: skip
MODIFIERS: Final = {
    "left": Code("7771000", "Left"),
    "right": Code("24028007", "Right"),
    "anterior": Code("255549009", "Anterior"),
    "posterior": Code("255551008", "Posterior"),
}


def find_codes(name: str) -> SegmentCodes:
    """Return what a structure of this name is; tissue if the table does not know it.

    Example:
        >>> found = find_codes("Hippocampus_anterior")
        >>> found.kind.meaning, [one.meaning for one in found.modifiers]
        ('Hippocampus', ['Anterior'])
    """
    words = re.split(r"[\s_.,()/-]+", name.lower().strip())
    modifiers = tuple(MODIFIERS[word] for word in words if word in MODIFIERS)
    rest = " ".join(word for word in words if word and word not in MODIFIERS)
    known = OTHER_NAMES.get(rest, rest)
    if known in ORGANS:
        return SegmentCodes(STRUCTURE, ORGANS[known], modifiers)
    if known in CHANGES:
        return SegmentCodes(ALTERED, CHANGES[known], modifiers)
    return SegmentCodes(TISSUE, TISSUE)
