"""The demo's study: true DICOM of many kinds, the same bytes for the same phantoms."""

import csv
import hashlib
import shutil
import subprocess
from collections import Counter

import numpy as np
import pytest
from pydicom import dcmread

from radzoo.data.load import DataOptions, load_manifest
from radzoo.data.readers import read_image
from radzoo.demo.dicom_encoding import COMPUTED, DIGITAL
from radzoo.demo.dicom_facts import make_uid
from radzoo.demo.dicom_study import write_study
from radzoo.demo.phantom import PhantomOptions, draw_phantom

N = 48


@pytest.fixture(scope="module")
def phantoms():
    return [draw_phantom(seed, PhantomOptions(size=64)) for seed in range(N)]


@pytest.fixture(scope="module")
def study(phantoms, tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    write_study(folder, iter(phantoms), patients=[number // 2 for number in range(N)])
    return folder


def files(folder):
    return sorted((folder / "dicom").rglob("*.dcm"), key=lambda path: path.stem)


def test_the_same_phantoms_give_the_same_bytes(phantoms, study, tmp_path):
    write_study(tmp_path, phantoms[:12], patients=[number // 2 for number in range(12)])
    for mine, other in zip(files(tmp_path), files(study), strict=False):
        assert mine.read_bytes() == other.read_bytes()
        assert mine.relative_to(tmp_path) == other.relative_to(study)


def test_every_kind_is_there_and_the_label_does_not_tell_it(phantoms, study):
    kinds = Counter()
    for path, phantom in zip(files(study), phantoms, strict=True):
        dataset = dcmread(path, stop_before_pixels=True)
        syntax = dataset.file_meta.TransferSyntaxUID
        kinds[dataset.Modality, syntax, dataset.BitsStored, "RescaleSlope" in dataset] += 1
        assert dataset.PatientAge == f"{int(phantom.age):03d}Y"
    assert len(kinds) == len(COMPUTED) + len(DIGITAL)


def test_whatever_the_kind_the_picture_is_the_phantom(phantoms, study):
    for path, phantom in zip(files(study), phantoms, strict=True):
        got = read_image(path).pixels
        dataset = dcmread(path)
        middle = slice(2, -2)
        want = phantom.pixels[:, middle].astype(float)
        got = got[:, middle].astype(float)
        if "PixelPaddingValue" in dataset:
            assert read_image(path).pixels[:, 0].max() == 0
        if "WindowWidth" in dataset or dataset.BitsStored == 8:
            np.testing.assert_allclose(got, want / 4095, atol=1 / 255)
        else:
            assert np.corrcoef(got.ravel(), want.ravel())[0, 1] > 0.999999


def test_the_study_is_read_by_its_table(phantoms, study):
    manifest = load_manifest(study / "dicom", options=DataOptions(labels=study / "labels.csv"))
    assert f"{N} of {N} images found" in manifest.notes[0]
    by_name = sorted(manifest.cases, key=lambda case: case.path.stem)
    assert [case.targets["opacity"] for case in by_name] == [one.label for one in phantoms]
    assert len({case.patient_id for case in manifest.cases}) == N // 2
    assert {case.groups["site"] for case in manifest.cases} == {"A", "B"}
    assert {case.groups["sex"] for case in manifest.cases} == {"F", "M"}
    assert len({case.groups["scanner"] for case in manifest.cases}) == 2


def test_accession_numbers_keep_their_zeros(study):
    rows = list(csv.DictReader((study / "labels.csv").read_text().splitlines()))
    assert rows[3]["AccessionNumber"] == "00000003"
    assert len(rows) == N


def test_uids_are_hashes_under_the_uuid_root():
    number = int.from_bytes(hashlib.sha256(b"radzoo/study/1").digest()[:16], "big")
    assert make_uid("study", "1") == f"2.25.{number}"
    assert make_uid("study", "1").is_valid


@pytest.mark.skipif(shutil.which("dcmdump") is None, reason="dcmtk is not installed")
def test_dcmtk_reads_them(study):
    for path in files(study)[:12]:
        done = subprocess.run(["dcmdump", path], capture_output=True, text=True, check=True)
        assert not [line for line in done.stderr.splitlines() if line.startswith(("E:", "F:"))]


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dicom3tools is not installed")
def test_they_are_valid_objects(study):
    for path in files(study)[:12]:
        if dcmread(path).file_meta.TransferSyntaxUID.is_deflated:
            continue  # dciodvfy cannot inflate
        done = subprocess.run(["dciodvfy", path], capture_output=True, text=True, check=False)
        assert not [line for line in done.stderr.splitlines() if line.startswith("Error")]
