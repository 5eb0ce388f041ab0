"""What the header of a phantom's DICOM file says besides its pixels."""

import hashlib
from dataclasses import dataclass
from typing import Final, Self

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ComputedRadiographyImageStorage, DigitalXRayImageStorageForPresentation

from radzoo.demo.dicom_encoding import Kind
from radzoo.demo.phantom import Phantom

INSTITUTIONS: Final = {"A": "Phantom Hospital North", "B": "Phantom Hospital South"}
DATE: Final = "20200101"
CHEST: Final = ("51185008", "SCT", "Chest")
POSTERO_ANTERIOR: Final = ("399348003", "SCT", "postero-anterior")


@dataclass(frozen=True, slots=True)
class Facts:
    """Identity, person and place of one phantom image; nobody real is meant."""

    accession: str
    patient_id: str
    sex: str
    age: str
    institution: str
    scanner: str
    spacing_mm: float

    @classmethod
    def of(cls, phantom: Phantom, *, number: int, patient: int) -> Self:
        """Name the `number`-th image, of the `patient`-th patient."""
        return cls(
            accession=f"{number:08d}",
            patient_id=f"RZ{patient:06d}",
            sex=phantom.sex,
            age=f"{int(phantom.age):03d}Y",
            institution=INSTITUTIONS[phantom.site],
            scanner=phantom.scanner,
            spacing_mm=phantom.spacing_mm,
        )


def make_uid(*parts: str) -> UID:
    """Return a UID that is a hash of `parts`, under the root for such numbers (2.25)."""
    digest = hashlib.sha256("/".join(("radzoo", *parts)).encode()).digest()
    return UID(f"2.25.{int.from_bytes(digest[:16], 'big')}")


def describe_object(facts: Facts, kind: Kind) -> Dataset:
    """Return the data set of one image, without its pixels."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    storage = (
        DigitalXRayImageStorageForPresentation if kind.digital else ComputedRadiographyImageStorage
    )
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = storage
    instance = make_uid("instance", facts.accession)
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = instance
    dataset.file_meta.ImplementationClassUID = make_uid("implementation")
    dataset.file_meta.ImplementationVersionName = "RADZOO"
    _add_patient_and_study(dataset, facts)
    _add_image(dataset, facts)
    if kind.digital:
        _add_digital(dataset)
    return dataset


def _add_patient_and_study(dataset: Dataset, facts: Facts) -> None:
    dataset.PatientName = f"PHANTOM^{facts.patient_id}"
    dataset.PatientID = facts.patient_id
    dataset.PatientBirthDate = ""
    dataset.PatientSex = facts.sex
    dataset.PatientAge = facts.age
    dataset.StudyInstanceUID = make_uid("study", facts.accession)
    dataset.StudyDate = dataset.SeriesDate = dataset.ContentDate = DATE
    dataset.StudyTime = dataset.SeriesTime = dataset.ContentTime = "120000"
    dataset.ReferringPhysicianName = ""
    dataset.StudyID = "1"
    dataset.AccessionNumber = facts.accession


def _add_image(dataset: Dataset, facts: Facts) -> None:
    dataset.Modality = "CR"
    dataset.SeriesInstanceUID = make_uid("series", facts.accession)
    dataset.SeriesNumber = dataset.InstanceNumber = 1
    dataset.BodyPartExamined = "CHEST"
    dataset.ViewPosition = "PA"
    dataset.PatientOrientation = ["L", "F"]
    dataset.Manufacturer = "Phantom Imaging"
    dataset.ManufacturerModelName = facts.scanner
    dataset.InstitutionName = facts.institution
    dataset.ImageType = ["ORIGINAL", "PRIMARY"]
    dataset.BurnedInAnnotation = "NO"
    dataset.ImagerPixelSpacing = [round(facts.spacing_mm, 6)] * 2
    dataset.ImageComments = "Computer-generated phantom, not a patient"


def _add_digital(dataset: Dataset) -> None:
    """Add what digital radiography for presentation asks for."""
    dataset.Modality = "DX"
    dataset.PresentationIntentType = "FOR PRESENTATION"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", ""]
    dataset.ImageLaterality = "U"
    dataset.AnatomicRegionSequence = [_code(*CHEST)]
    dataset.ViewCodeSequence = [_code(*POSTERO_ANTERIOR)]
    dataset.ViewCodeSequence[0].ViewModifierCodeSequence = []
    dataset.AcquisitionContextSequence = []
    dataset.DetectorType = "DIRECT"
    dataset.DetectorID = ""
    dataset.PositionerType = ""
    dataset.PixelIntensityRelationship = "LOG"
    dataset.PixelIntensityRelationshipSign = -1
    dataset.LossyImageCompression = "00"


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item
