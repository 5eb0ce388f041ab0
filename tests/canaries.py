"""DICOM files that name a patient wherever a file can; every name holds the word CANARY."""

from pathlib import Path

import numpy as np
from dicoms import compress, make_dataset
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

WORD = "CANARY"
DIGITS = "777123777"  # in UIDs and numbers, where no letters may stand
N = 48
TEXT = (
    "PatientName", "PatientID", "OtherPatientIDs", "PatientAddress", "PatientComments",
    "PatientTelephoneNumbers", "AccessionNumber", "StudyID", "StudyDescription",
    "SeriesDescription", "InstitutionName", "InstitutionAddress", "StationName",
    "InstitutionalDepartmentName", "ReferringPhysicianName", "OperatorsName", "ProtocolName",
    "DeviceSerialNumber", "ImageComments", "RequestedProcedureDescription", "DerivationDescription",
    "MedicalAlerts", "Occupation", "AdditionalPatientHistory", "DetectorID",
    "PatientMotherBirthName",
)  # fmt: skip
UIDS = ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")
# What is put around the word: character sets, formulas, markup, things that draw.
DISGUISES = (
    "{}", "={}", "@{}\t", "<b>{}</b>", "{}\x1b[2J", "{}\r\nX", "\u202e{}\u202c", "{}é", "{}^山田",
    "[/red]{}", "'; {} --", "{}" * 40,
)  # fmt: skip
DEFECTS = ("none", "cut", "codestream", "numbers")


def write_canaries(folder: Path) -> list[Path]:
    """Write 48 files: each disguise with each defect."""
    paths = []
    for number in range(N):
        disguise, defect = DISGUISES[number % 12], DEFECTS[number // 12]
        path = folder / f"image{number:02}.dcm"
        path.write_bytes(canary(number, disguise, defect))
        paths.append(path)
    return paths


def canary(number: int, disguise: str, defect: str) -> bytes:
    """The bytes of one file."""
    pixels = np.random.default_rng(number).integers(0, 4000, (40, 40)).astype(np.uint16)
    pixels[: 20 * (number % 2)] //= 4
    dataset = make_dataset(pixels, BitsStored=12, Modality="CR")
    name_everywhere(dataset, disguise.replace("{}", f"{WORD}{number}"))
    for keyword in UIDS:
        setattr(dataset, keyword, f"1.2.{DIGITS}.{number}")
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = (
        f"1.2.{DIGITS}.1.{number}"
    )
    if defect == "codestream":
        dataset = compress(dataset, pixels, uid.JPEG2000Lossless)
    elif defect == "numbers":  # text where pydicom expects a number quotes it when it complains
        for keyword in ("WindowCenter", "WindowWidth", "RescaleSlope", "PixelSpacing"):
            dataset.add_new(keyword, "LO", f"{WORD}{number}")
    data = bytearray(written(dataset))
    if defect == "cut":
        del data[-1500:]
    elif defect == "codestream":
        data[-400:-388] = b"CANARYCANARY"
        data[-1000:-900] = b"\xff" * 100
    data[:6] = WORD.encode()  # the preamble is free for anything
    return bytes(data)


def name_everywhere(dataset: Dataset, name: str) -> None:
    """Put the name into text, private elements, sequences and the file meta information."""
    dataset.SpecificCharacterSet = "ISO_IR 192"
    for keyword in TEXT:
        setattr(dataset, keyword, name)
    dataset.PatientBirthDate, dataset.PatientSex, dataset.PatientAge = "19700101", "F", "050Y"
    private = dataset.private_block(0x0009, f"{WORD} MAKER", create=True)
    private.add_new(1, "LO", name)
    private.add_new(2, "UN", f"{WORD} in private".encode())
    inner = Dataset()
    inner.PatientID, inner.AccessionNumber, inner.IssuerOfPatientID = name, name, name
    dataset.OtherPatientIDsSequence = Sequence([inner])
    dataset.RequestAttributesSequence = Sequence([inner])
    dataset.file_meta.SourceApplicationEntityTitle = WORD
    dataset.file_meta.PrivateInformationCreatorUID = f"1.2.{DIGITS}"
    dataset.file_meta.PrivateInformation = WORD.encode()


def written(dataset: Dataset) -> bytes:
    """Save without pydicom's checks: the values are wrong on purpose."""
    import io
    import warnings

    from pydicom import config

    buffer = io.BytesIO()
    before, config.settings.writing_validation_mode = config.settings.writing_validation_mode, 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset.save_as(buffer, enforce_file_format=True)
    finally:
        config.settings.writing_validation_mode = before
    return buffer.getvalue()
