"""Presets: how data sets are laid out. The first that recognises a path reads it."""

from radzoo.core.plugins import Preset
from radzoo.core.registry import Registry

PRESETS: Registry[Preset] = Registry(
    "data format",
    {
        "medmnist": "radzoo.data.presets.medmnist:PRESET",
        "csv": "radzoo.data.presets.csv:PRESET",
        "dicom-csv": "radzoo.data.presets.dicom_csv:PRESET",
        "imagefolder": "radzoo.data.presets.imagefolder:PRESET",
        "unlabelled": "radzoo.data.presets.unlabelled:PRESET",
    },
)
