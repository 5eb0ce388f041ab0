"""What others do to get from a radiograph to the input of a network, for `decode.py`."""

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import torch
from PIL import Image as Pillow
from pydicom.pixels import apply_modality_lut, apply_voi_lut

SIZE = 224
Reader = Callable[[Path], torch.Tensor]


def make_naive() -> Reader:
    """pydicom, VOI LUT, 8 bits, Pillow, torchvision: what most tutorials write."""
    from torchvision import transforms

    prepare = transforms.Compose(
        [
            transforms.Resize((SIZE, SIZE)),
            transforms.ToTensor(),
            transforms.Normalize([0.5], [0.25]),
        ]
    )

    def read(path: Path) -> torch.Tensor:
        dataset = pydicom.dcmread(path)
        pixels = apply_voi_lut(apply_modality_lut(dataset.pixel_array, dataset), dataset)
        pixels = pixels.astype(np.float32)
        pixels = (pixels - pixels.min()) / (pixels.max() - pixels.min())
        if dataset.PhotometricInterpretation == "MONOCHROME1":
            pixels = 1 - pixels
        return prepare(Pillow.fromarray((pixels * 255).astype(np.uint8)))

    return read


def make_torchxrayvision() -> Reader:
    """Torchxrayvision's own reader, crop and resizer (scikit-image), as in its examples."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torchxrayvision as xrv
        from torchvision import transforms

    prepare = transforms.Compose([xrv.datasets.XRayCenterCrop(), xrv.datasets.XRayResizer(SIZE)])

    def read(path: Path) -> torch.Tensor:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of every MONOCHROME1
            return torch.from_numpy(prepare(xrv.utils.load_image(str(path))))

    return read


def make_monai() -> Reader:
    """MONAI's LoadImage with PydicomReader, and Resize by area."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from monai.data import PydicomReader
        from monai.transforms import Compose, EnsureChannelFirst, LoadImage, Resize, ScaleIntensity

        prepare = Compose(
            [
                LoadImage(reader=PydicomReader(), image_only=True),
                EnsureChannelFirst(),
                Resize((SIZE, SIZE), mode="area"),
                ScaleIntensity(),
            ]
        )

    def read(path: Path) -> torch.Tensor:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of every image without a position
            tensor: torch.Tensor = prepare(str(path))
        return tensor

    return read


PEERS: dict[str, Callable[[], Reader]] = {
    "naive pydicom": make_naive,
    "torchxrayvision": make_torchxrayvision,
    "MONAI": make_monai,
}
