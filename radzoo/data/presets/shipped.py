"""Presets: the layouts that ship with radzoo. Each is a YAML file in `layouts/`."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from radzoo.core.plugins import Preset
from radzoo.data.layout.engine import read_data
from radzoo.data.layout.files import recognise
from radzoo.data.layout.reading import read_layout
from radzoo.data.layout.schema import Layout

FOLDER: Final = Path(__file__).parent / "layouts"


def shipped(name: str) -> Preset:
    """Return a preset whose layout is read when it is first used."""
    return _preset(name, lambda: _read_once(FOLDER / f"{name}.yaml"))


def preset_of(file: Path) -> Preset:
    """Return the preset that a user's layout describes.

    Raises:
        InputError: if the file is not a layout.
    """
    layout = read_layout(file)
    return _preset(layout.name, lambda: layout)


def _preset(name: str, layout: Callable[[], Layout]) -> Preset:
    return Preset(
        name=name,
        recognises=lambda data: recognise(layout(), data),
        read=lambda data, options: read_data(layout(), data, options),
    )


_read_once = cache(read_layout)


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
