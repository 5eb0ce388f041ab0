"""Presets: the layouts that ship with radzoo. Each is a YAML file in `layouts/`."""

from pathlib import Path
from typing import Final

from radzoo.core.plugins import Preset
from radzoo.data.layout.engine import read_data
from radzoo.data.layout.files import recognise
from radzoo.data.layout.reading import read_layout

FOLDER: Final = Path(__file__).parent / "layouts"


def shipped(name: str) -> Preset:
    """Return a preset whose layout is read when it is first used."""
    return preset_of(FOLDER / f"{name}.yaml", name)


def preset_of(file: Path, name: str) -> Preset:
    """Return the preset that a layout file describes; the file is read when it is used."""
    return Preset(
        name=name,
        recognises=lambda data: recognise(read_layout(file), data),
        read=lambda data, options: read_data(read_layout(file), data, options),
    )


NIH_CXR14 = shipped("nih-cxr14")
CHEXPERT = shipped("chexpert")
MIMIC_CXR_JPG = shipped("mimic-cxr-jpg")
RSNA_PNEUMONIA = shipped("rsna-pneumonia")
VINDR_CXR = shipped("vindr-cxr")
VINDR_CXR_KAGGLE = shipped("vindr-cxr-kaggle")
PADCHEST = shipped("padchest")
SIIM_PTX = shipped("siim-ptx")
RSNA_ICH = shipped("rsna-ich")
MURA = shipped("mura")
EMBED = shipped("embed")
VINDR_MAMMO = shipped("vindr-mammo")
CBIS_DDSM = shipped("cbis-ddsm")
HF = shipped("hf")
