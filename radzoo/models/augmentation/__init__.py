"""Images as they might have been: by modality, in whole batches, on the device.

Every case meets its own fate, drawn from (seed, epoch, index of the case) alone: neither the
batch size, nor the order of the cases, nor the number of workers plays a part.
"""

from typing import TYPE_CHECKING

from radzoo.core.registry import Registry

if TYPE_CHECKING:
    from radzoo.models.augmentation.strength import Augmentation

AUGMENTATIONS: "Registry[Augmentation]" = Registry(
    "augmentation",
    {
        "radiograph": "radzoo.models.augmentation.sets:RADIOGRAPH",
        "mammography": "radzoo.models.augmentation.sets:MAMMOGRAPHY",
        "ct": "radzoo.models.augmentation.sets:CT",
        "mr": "radzoo.models.augmentation.sets:MR",
        "ultrasound": "radzoo.models.augmentation.sets:ULTRASOUND",
        "photograph": "radzoo.models.augmentation.sets:PHOTOGRAPH",
        "none": "radzoo.models.augmentation.sets:NONE",
    },
)
