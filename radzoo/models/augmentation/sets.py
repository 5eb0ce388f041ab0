"""What may change in an image of each modality, and what must not."""

from typing import Final

from radzoo.models.augmentation.strength import Augmentation

# The heart is on the left, and so is the gastric bubble: a mirrored chest is another patient.
RADIOGRAPH: Final = Augmentation(
    rotation_degrees=10.0, shift=0.06, scale=0.12,
    brightness=0.08, contrast=0.2, gamma=0.25, noise=0.02,
)  # fmt: skip

# A left breast mirrored is a right one, in every view. Upside down it is none: in an oblique
# view the pectoral muscle is at the top.
MAMMOGRAPHY: Final = Augmentation(
    rotation_degrees=10.0, shift=0.06, scale=0.12,
    brightness=0.05, contrast=0.15, gamma=0.2, noise=0.02, mirror=True,
)  # fmt: skip

# The liver is on the right. Hounsfield units mean something: greys change little, by what
# calibration and contrast medium do; noise is that of the dose.
CT: Final = Augmentation(
    rotation_degrees=10.0, shift=0.06, scale=0.12,
    brightness=0.03, contrast=0.08, gamma=0.0, noise=0.03,
)  # fmt: skip

# The grey values of MR have no unit: coil and sequence change them much. The side of a
# lesion is read from the image, in brains too.
MR: Final = Augmentation(
    rotation_degrees=10.0, shift=0.06, scale=0.12,
    brightness=0.08, contrast=0.3, gamma=0.35, noise=0.03,
)  # fmt: skip

# Depth is down, and the marker says which side is which. Gain differs with every examiner.
ULTRASOUND: Final = Augmentation(
    rotation_degrees=8.0, shift=0.06, scale=0.12,
    brightness=0.1, contrast=0.3, gamma=0.3, noise=0.04,
)  # fmt: skip

# Skin, slides of tissue, endoscopy: no side is up and none is left.
PHOTOGRAPH: Final = Augmentation(
    rotation_degrees=20.0, shift=0.06, scale=0.15,
    brightness=0.1, contrast=0.25, gamma=0.25, noise=0.02, mirror=True, upside_down=True,
)  # fmt: skip

NONE: Final = Augmentation()
