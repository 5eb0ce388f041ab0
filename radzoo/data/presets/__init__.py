"""Presets: how data sets are laid out. The first that recognises a path reads it.

Those of published data sets are layouts in YAML; of them only one may recognise a path.
"""

from radzoo.core.plugins import Preset
from radzoo.core.registry import Registry

SHIPPED = "radzoo.data.presets.shipped:"
PRESETS: Registry[Preset] = Registry(
    "data format",
    {
        "nih-cxr14": "radzoo.data.presets.shipped:NIH_CXR14",
        "chexpert": "radzoo.data.presets.shipped:CHEXPERT",
        "mimic-cxr-jpg": "radzoo.data.presets.shipped:MIMIC_CXR_JPG",
        "rsna-pneumonia": "radzoo.data.presets.shipped:RSNA_PNEUMONIA",
        "vindr-cxr": "radzoo.data.presets.shipped:VINDR_CXR",
        "vindr-cxr-kaggle": "radzoo.data.presets.shipped:VINDR_CXR_KAGGLE",
        "padchest": "radzoo.data.presets.shipped:PADCHEST",
        "siim-ptx": "radzoo.data.presets.shipped:SIIM_PTX",
        "rsna-ich": "radzoo.data.presets.shipped:RSNA_ICH",
        "mura": "radzoo.data.presets.shipped:MURA",
        "embed": "radzoo.data.presets.shipped:EMBED",
        "vindr-mammo": "radzoo.data.presets.shipped:VINDR_MAMMO",
        "cbis-ddsm": "radzoo.data.presets.shipped:CBIS_DDSM",
        "hf": "radzoo.data.presets.shipped:HF",
        "prepared": "radzoo.data.presets.prepared:PRESET",
        "nnunet": "radzoo.data.presets.nnunet:PRESET",
        "msd": "radzoo.data.presets.msd:PRESET",
        "brats": "radzoo.data.presets.brats:PRESET",
        "totalseg": "radzoo.data.presets.totalseg:PRESET",
        "bids": "radzoo.data.presets.bids:PRESET",
        "coco": "radzoo.data.presets.coco:PRESET",
        "idc": "radzoo.data.presets.idc:PRESET",
        "medmnist": "radzoo.data.presets.medmnist:PRESET",
        "nifti": "radzoo.data.presets.nifti:PRESET",
        "csv": "radzoo.data.presets.csv:PRESET",
        "dicom-series": "radzoo.data.presets.dicom_series:PRESET",
        "dicom-csv": "radzoo.data.presets.dicom_csv:PRESET",
        "imagefolder": "radzoo.data.presets.imagefolder:PRESET",
        "unlabelled": "radzoo.data.presets.unlabelled:PRESET",
    },
)

LAYOUTS = tuple(name for name, line in PRESETS.lines.items() if line.startswith(SHIPPED))
"""The presets of published data sets."""
