"""Real DICOM of many makers: described or refused with a reason, never a crash."""

import json
import logging
import random
import warnings

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.errors import InvalidDicomError
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut

from radzoo.data.guard import Guard, Request
from radzoo.data.readers import read_image
from radzoo.data.readers.dicom_codecs import find_decoder
from radzoo.data.readers.dicom_grey import find_padding, is_hounsfield
from radzoo.data.refusal import REASONS, ImageRefused

pytestmark = pytest.mark.real

# Pixels, but not one projection image.
NOT_FOR_PROJECTIONS = {"mask-not-image", "no-image"}
# pydicom's index into this table of 8 bits wraps around.
WRAPPED = {"vlut_04.dcm"}


@pytest.fixture
def corpus(real_data):
    return sorted(path for path in (real_data / "dicom").rglob("*") if path.is_file())


def stock_decodes(path) -> bool:
    """Do pydicom and its decoders, imagecodecs among them, make pixels of it?"""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = dcmread(path)
            find_decoder(dataset.file_meta.TransferSyntaxUID)
            return dataset.pixel_array.size > 0
    except Exception:  # noqa: BLE001  whatever it raises, it does not decode
        return False


def test_what_stock_pydicom_decodes_is_accepted_or_refused_on_principle(corpus):
    logging.getLogger("pydicom").disabled = True
    with Guard(2) as guard:
        first = guard.map(Request("pixels", path, size=64) for path in corpus)
        many = [answer.refused == "multi-frame" for answer in first]
        answers = list(
            guard.map(
                Request("pixels", path, "frame/1" if frames else "", size=64)
                for path, frames in zip(corpus, many, strict=True)
            )
        )
    accepted = 0
    for path, answer in zip(corpus, answers, strict=True):
        assert answer.refused is None or answer.refused in REASONS
        assert answer.refused not in {"decoder-crashed", "too-slow"}, path.name
        accepted += answer.refused is None
        if answer.refused not in {None, *NOT_FOR_PROJECTIONS}:
            assert not stock_decodes(path), f"{path.name} was refused: {answer.refused}"
    assert accepted >= 90


def through_pydicom(dataset) -> np.ndarray:
    """Return a grey image by pydicom's own steps; what has no window, by the recipe's rule."""
    stored = dataset.pixel_array
    values = apply_modality_lut(stored, dataset)
    bits = dataset.get("BitsStored", 32)
    lowest = -(2 ** (bits - 1)) if dataset.get("PixelRepresentation") else 0
    ends = apply_modality_lut(np.array([lowest, lowest + 2**bits - 1]), dataset)
    padding = find_padding(dataset, stored)
    kept = values if padding is None else values[~padding]
    if "WindowCenter" in dataset or "VOILUTSequence" in dataset:
        low, high = ends
        values = apply_voi_lut(values, dataset, index=0)
    elif is_hounsfield(dataset):
        low, high = -1000, 1000
    elif bits <= 8:
        low, high = ends
    else:
        low, high = kept.min(), kept.max()
    unit = np.clip((values - float(low)) / max(float(high) - float(low), 1e-9), 0, 1)
    unit = 1 - unit if dataset.PhotometricInterpretation == "MONOCHROME1" else unit
    return unit if padding is None else np.where(padding, 0, unit)


def test_grey_values_are_those_of_pydicom(corpus):
    logging.getLogger("pydicom").disabled = True
    compared, syntaxes = 0, set()
    for path in corpus:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                got = read_image(path).pixels
                dataset = dcmread(path)
            except (ImageRefused, InvalidDicomError):
                continue
            if "MONOCHROME" not in dataset.PhotometricInterpretation or path.name in WRAPPED:
                continue
            find_decoder(dataset.file_meta.TransferSyntaxUID)
            np.testing.assert_allclose(got, through_pydicom(dataset), atol=2e-6, err_msg=path.name)
        compared += 1
        syntaxes.add(dataset.file_meta.TransferSyntaxUID)
    assert compared >= 30
    assert len(syntaxes) >= 6


def test_describe_reads_the_whole_corpus(real_data, radzoo):
    code, out, err = radzoo("data", "describe", real_data / "dicom", "--json")
    report = json.loads(out)
    assert (code, err) == (0, "")
    assert report["n_cases"] + report["n_refused"] >= 125
    assert len(report["transfer_syntaxes"]) >= 8


def test_mutants_end_in_an_answer(corpus, tmp_path):
    """300 files with random damage: the guard survives every one of them."""
    draw = random.Random(20)
    sources = [path for path in corpus if path.suffix == ".dcm" and path.stat().st_size < 200_000]
    mutants = []
    for number in range(300):
        data = bytearray(draw.choice(sources).read_bytes())
        for _ in range(draw.randint(1, 20)):
            data[draw.randrange(132, len(data))] = draw.randrange(256)
        if draw.random() < 0.2:
            del data[draw.randrange(132, len(data)) :]
        mutants.append(tmp_path / f"{number}.dcm")
        mutants[-1].write_bytes(data)
    with Guard(2) as guard:
        answers = list(guard.map(Request("pixels", path, size=64) for path in mutants))
    assert len(answers) == 300
    assert all(answer.refused is None or answer.refused in REASONS for answer in answers)
    assert sum(answer.refused is None for answer in answers) > 50
