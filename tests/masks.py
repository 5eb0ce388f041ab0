"""Small masks made by hand: DICOM segmentations and structure sets."""

from pathlib import Path

import numpy as np
from dicoms import make_dataset, save
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian
from volumes import AXIAL, FRAME, item

SEG = "1.2.840.10008.5.1.4.1.1.66.4"
LABELMAP = "1.2.840.10008.5.1.4.1.1.66.7"
STRUCTURES = "1.2.840.10008.5.1.4.1.1.481.3"


def write_segments(
    path: Path, frames, positions, segments, *, kind="BINARY", names=("liver", "spleen"),
    spacing=(0.7, 0.5), orientation=AXIAL, source="", **attributes,
) -> Path:  # fmt: skip
    """Frames `(n, rows, columns)`, where each lies, and the segment that each belongs to."""
    packed = np.packbits(frames.astype(bool).ravel(), bitorder="little").tobytes()
    data = packed if kind == "BINARY" else frames.astype(np.uint8).tobytes()
    dataset = make_dataset(frames[0].astype(np.uint8))
    dataset.SOPClassUID = LABELMAP if kind == "LABELMAP" else SEG
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.Modality, dataset.SegmentationType = "SEG", kind
    dataset.BitsAllocated = dataset.BitsStored = 1 if kind == "BINARY" else 8
    dataset.HighBit = dataset.BitsStored - 1
    dataset.NumberOfFrames, dataset.PixelData = len(frames), data + b"\0" * (len(data) % 2)
    dataset.FrameOfReferenceUID = FRAME
    dataset.MaximumFractionalValue = 200
    dataset.SegmentSequence = Sequence()
    for number, name in enumerate(names, start=1):
        dataset.SegmentSequence += list(item(SegmentNumber=number, SegmentLabel=name))
    shared = Dataset()
    shared.PlaneOrientationSequence = item(ImageOrientationPatient=list(orientation))
    shared.PixelMeasuresSequence = item(PixelSpacing=list(spacing), SliceThickness=2.0)
    dataset.SharedFunctionalGroupsSequence = Sequence([shared])
    groups = []
    for position, segment in zip(positions, segments, strict=True):
        group = Dataset()
        if position is not None:
            group.PlanePositionSequence = item(ImagePositionPatient=list(map(float, position)))
        if kind != "LABELMAP":
            group.SegmentIdentificationSequence = item(ReferencedSegmentNumber=segment)
        if source:
            referenced = item(ReferencedSOPInstanceUID=source)
            group.DerivationImageSequence = item(SourceImageSequence=referenced)
        groups.append(group)
    dataset.PerFrameFunctionalGroupsSequence = Sequence(groups)
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return save(dataset, path)


def write_structures(
    path: Path, regions: dict[str, list], *, frame=FRAME, geometry="CLOSED_PLANAR"
) -> Path:
    """Regions by name, each with its contours `(n, 3)` in mm."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = STRUCTURES
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.4"
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.Modality = "RTSTRUCT"
    dataset.StructureSetROISequence, dataset.ROIContourSequence = Sequence(), Sequence()
    for number, (name, contours) in enumerate(regions.items(), start=1):
        dataset.StructureSetROISequence += list(
            item(ROINumber=number, ROIName=name, ReferencedFrameOfReferenceUID=frame)
        )
        drawn = [
            item(
                ContourGeometricType=geometry, NumberOfContourPoints=len(contour),
                ContourData=[f"{value:.6g}" for value in np.ravel(contour)],
            )[0]
            for contour in contours
        ]  # fmt: skip
        region = item(ReferencedROINumber=number)
        region[0].ContourSequence = Sequence(drawn)
        dataset.ROIContourSequence += list(region)
    return save(dataset, path)
