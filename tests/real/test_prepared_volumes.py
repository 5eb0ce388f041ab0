"""Volumes prepared from real files: 200 pairs of the hippocampus, and a CT series with its SEG."""

import csv
import json

import numpy as np
import pytest

from radzoo.core.case import Case
from radzoo.data.load import DataOptions, load_manifest
from radzoo.data.mask import read_mask
from radzoo.data.mask.image import ImagePlace
from radzoo.data.prepared import WorkingVolume, prepare_volumes
from radzoo.data.prepared.folder import open_volumes
from radzoo.data.volume import read_volume

pytestmark = pytest.mark.real


def test_hippocampus(real_data, tmp_path, radzoo):
    """At their own spacing nothing is resampled: voxels and labels come back one by one."""
    data, folder = real_data / "hippocampus", tmp_path / "p"
    arguments = ("--slices", 56, "--size", 64, "--spacing-mm", 1, "--intensity", "range")
    code, out, err = radzoo("data", "prepare", data, "-o", folder, *arguments, "--json")
    assert code == 0, err
    report = json.loads(out)
    assert (report["n_cases"], report["n_masks"], report["n_refused"]) == (200, 200, 0)
    manifest = load_manifest(folder, options=DataOptions(needs_targets=False))
    got = open_volumes(folder, manifest.cases)
    for row, case, facts in zip(got.rows, got.cases, got.facts, strict=True):
        assert facts.spacing_mm == pytest.approx((1, 1, 1))
        path = data / case.case_id
        volume = read_volume(path)
        labels = read_mask(data / "labels" / path.name, "", ImagePlace(path)).labels
        low, high = facts.limits
        values = low + got.images[row] / 65535 * (high - low)
        inner = tuple(
            slice((n - have) // 2, (n - have) // 2 + have)
            for n, have in zip(got.images.shape[1:], volume.values.shape, strict=True)
        )
        np.testing.assert_allclose(values[inner], volume.values, atol=(high - low) / 65535)
        np.testing.assert_array_equal(got.masks[row][inner], labels)
        assert (got.masks[row] > 0).sum() == (labels > 0).sum()
        first = [place.start for place in inner]
        moved = volume.affine[:3, 3] - facts.placed[:3, :3] @ first
        np.testing.assert_allclose(facts.placed[:3, 3], moved, atol=1e-6)


def test_volumes_of_the_hippocampus_are_kept(real_data, tmp_path):
    """The share of space that is labelled is that of the file, at another spacing, too."""
    paths = sorted((real_data / "hippocampus" / "images").iterdir())[:20]
    cases = [
        Case(path.name, path, {}, mask=real_data / "hippocampus" / "labels" / path.name)
        for path in paths
    ]
    form = WorkingVolume((48, 48, 48), (1.25, 1.25, 1.25), masked=True)
    got = prepare_volumes(cases, form, cache=tmp_path)
    for row, case in enumerate(got.cases):
        labels = read_mask(case.mask, "", ImagePlace(case.path)).labels
        there, kept = (labels > 0).sum(), (got.masks[row] > 0).sum() * 1.25**3
        assert kept == pytest.approx(there, rel=0.06)


def test_a_ct_series_with_its_segmentation(real_data, tmp_path, radzoo):
    folder = real_data / "dicom" / "dcmqi" / "segmentations"
    with (tmp_path / "m.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["case_id", "path", "mask"])
        table.writerow(["liver", folder / "ct-3slice", folder / "liver.dcm"])
    arguments = ("--slices", 3, "--size", 512, "--fit", "squash", "--json")
    code, out, err = radzoo("data", "prepare", tmp_path / "m.csv", "-o", tmp_path / "p", *arguments)
    assert code == 0, err
    assert json.loads(out)["n_masks"] == 1
    manifest = load_manifest(tmp_path / "p", options=DataOptions(needs_targets=False))
    got = open_volumes(tmp_path / "p", manifest.cases)
    volume = read_volume(folder / "ct-3slice")
    mask = read_mask(folder / "liver.dcm", "", ImagePlace(folder / "ct-3slice"))
    (facts,) = got.facts
    assert (facts.unit, facts.limits) == ("HU", (-1024, 3071))
    np.testing.assert_allclose(facts.placed, volume.affine, atol=1e-6)
    want = np.clip(volume.values, *facts.limits)
    np.testing.assert_array_equal(np.rint(-1024 + got.images[0] / 65535 * 4095), want)
    np.testing.assert_array_equal(got.masks[0], mask.labels)
