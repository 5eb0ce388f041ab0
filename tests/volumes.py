"""Small DICOM series, objects of many frames, and NIfTI files made by hand."""

from pathlib import Path

import numpy as np
from dicoms import CT, make_dataset, save
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
FRAME = "1.2.826.0.1.9"


def box(slices=4, rows=5, columns=6, seed=0) -> np.ndarray:
    """Stored CT values, no two slices alike."""
    return np.random.default_rng(seed).integers(0, 2000, (slices, rows, columns)).astype(np.int16)


def slice_dataset(pixels, position, orientation=AXIAL, spacing=(0.7, 0.5), **attributes) -> Dataset:
    known = {
        "SOPClassUID": CT, "Modality": "CT", "SeriesInstanceUID": "1.2.3.4",
        "FrameOfReferenceUID": FRAME, "RescaleSlope": 1, "RescaleIntercept": -1024,
        "ImagePositionPatient": list(map(float, position)),
        "ImageOrientationPatient": list(orientation), "PixelSpacing": list(spacing),
        "SliceThickness": 2.0,
    }  # fmt: skip
    return make_dataset(pixels, **{**known, **attributes})


def normal_of(orientation) -> np.ndarray:
    return np.cross(orientation[:3], orientation[3:])


def write_series(
    folder: Path, pixels, *, step=2.0, orientation=AXIAL, origin=(-10, -20, 30), shift=(0, 0, 0),
    positions=None, **attributes,
) -> list[Path]:  # fmt: skip
    """One file per slice; `shift` moves each slice within its plane, as a tilted gantry does.

    Names run against the positions, and so do the instance numbers.
    """
    folder.mkdir(parents=True, exist_ok=True)
    places = np.arange(len(pixels)) if positions is None else np.asarray(positions)
    paths = []
    for number, (image, place) in enumerate(zip(pixels, places, strict=True)):
        position = np.array(origin) + place * (step * normal_of(orientation) + np.array(shift))
        dataset = slice_dataset(
            image, position, orientation, SOPInstanceUID=f"1.2.{number + 1}",
            InstanceNumber=len(pixels) - number, **attributes,
        )  # fmt: skip
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        paths.append(save(dataset, folder / f"{len(pixels) - number:03d}.dcm"))
    return paths


def item(**attributes) -> Sequence:
    dataset = Dataset()
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return Sequence([dataset])


def write_enhanced(
    path: Path, pixels, positions, *, slopes=None, orientation=AXIAL, spacing=(0.7, 0.5)
) -> Path:
    """An enhanced CT object: one frame for each of `positions`, in the order given."""
    dataset = make_dataset(
        pixels[0], SOPClassUID=ENHANCED_CT, Modality="CT", FrameOfReferenceUID=FRAME,
        NumberOfFrames=len(pixels), PixelData=pixels.tobytes(),
    )  # fmt: skip
    dataset["PixelData"].VR = "OW"
    dataset.file_meta.MediaStorageSOPClassUID = ENHANCED_CT
    shared = Dataset()
    shared.PlaneOrientationSequence = item(ImageOrientationPatient=list(orientation))
    shared.PixelMeasuresSequence = item(PixelSpacing=list(spacing), SliceThickness=2.0)
    dataset.SharedFunctionalGroupsSequence = Sequence([shared])
    groups = []
    for number, position in enumerate(positions):
        group = Dataset()
        group.PlanePositionSequence = item(ImagePositionPatient=list(map(float, position)))
        group.PixelValueTransformationSequence = item(
            RescaleSlope=1 if slopes is None else slopes[number],
            RescaleIntercept=0, RescaleType="HU",
        )  # fmt: skip
        groups.append(group)
    dataset.PerFrameFunctionalGroupsSequence = Sequence(groups)
    return save(dataset, path)
