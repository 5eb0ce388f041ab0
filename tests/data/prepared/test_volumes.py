"""Volumes in the store: what is mapped is what was read, with masks and facts beside it."""

import os

import nibabel
import numpy as np
import pytest

from radzoo.core.case import Case, Manifest
from radzoo.core.errors import InputError, IntegrityError
from radzoo.core.window import Window
from radzoo.data.engines.local import decode_locally
from radzoo.data.guard import Answer
from radzoo.data.mask.image import ImagePlace
from radzoo.data.options import DataOptions
from radzoo.data.prepared import Working, WorkingVolume, fill_folder, prepare, prepare_volumes
from radzoo.data.prepared.building import Job
from radzoo.data.prepared.folder import CASES, find_folder, open_folder, open_volumes, write_cases
from radzoo.data.prepared.index import read_index
from radzoo.data.prepared.key import key_of
from radzoo.data.presets.prepared import read_prepared
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume import read_volume
from radzoo.data.volume.fitted import read_fitted

SIZE = (6, 8, 7)
FORM = WorkingVolume(SIZE, intensity="range", masked=True)
ROW = 2 * 6 * 8 * 7


def affine(number):
    return np.diag([-1.0, -1.2, 2.0 + number, 1.0])


@pytest.fixture
def cases(tmp_path):
    """Seven volumes with masks; the third has none, and the mask of the fifth does not fit."""
    made = []
    for number in range(7):
        shape = (9, 8 + number, 6)
        values = np.random.default_rng(number).integers(0, 500, shape).astype(np.int16)
        path, mask = tmp_path / f"{number}.nii.gz", tmp_path / f"m{number}.nii"
        nibabel.save(nibabel.Nifti1Image(values, affine(number)), path)
        labels = (values > 250).astype(np.uint8)
        nibabel.save(nibabel.Nifti1Image(labels[: 8 if number == 4 else 9], affine(number)), mask)
        made.append(Case(f"case {number}", path, {"x": float(number % 2)}, f"p{number}",
                         mask=None if number == 2 else mask))  # fmt: skip
    return made


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr("radzoo.data.prepared.blocks.MOST_CASES", 2)


def decode_here(requests, workers=1):
    """Answer as a child would, without one."""
    for one in requests:
        mask = (one.mask, one.mask_member) if one.mask else None
        try:
            image = ImagePlace(one.path, one.member, one.parts)
            facts, body = read_fitted(image, one.volume, mask, masked=one.masked)
        except ImageRefused as refused:
            yield Answer(refused=refused.code)
        else:
            yield Answer(fields=facts, body=body.tobytes())


@pytest.fixture
def in_process(monkeypatch):
    monkeypatch.setattr("radzoo.data.prepared.preparing.decode_locally", decode_here)


def fill(cases, folder, form=FORM, decode=decode_here):
    def finish(place, index):
        write_cases(place, index, Manifest(tuple(cases), ("x",)))

    job = Job(key_of(cases, form), cases, form, decode)
    return fill_folder(folder, job, finish=finish, log=print)


def expected(case, form=FORM):
    mask = (case.mask, case.mask_member) if case.mask else None
    _, body = read_fitted(ImagePlace(case.path), form.target, mask, masked=form.masked)
    return body.tobytes()


def test_volumes_masks_and_facts_are_those_of_the_files(cases, tmp_path):
    got = prepare_volumes(cases, FORM, cache=tmp_path / "cache", workers=1)
    assert [one.case_id for one in got.refused] == ["case 4"]
    assert got.refused[0].reason.startswith("mask-size")
    assert got.images.shape == got.masks.shape == (6, *SIZE)
    assert (got.images.dtype, got.masks.dtype) == ("<u2", "<u2")
    assert isinstance(got.images, np.memmap)
    for row, case, facts in zip(got.rows, got.cases, got.facts, strict=True):
        assert got.images[row].tobytes() + got.masks[row].tobytes() == expected(case)
        values = read_volume(case.path).values
        assert facts.limits == (values.min(), values.max())
        assert facts.masked == (case.mask is not None)
        cube = max(n * mm / want for n, mm, want in zip(
            values.shape, (2.0 + int(case.case_id[-1]), 1.2, 1.0), SIZE, strict=True))  # fmt: skip
        np.testing.assert_allclose(facts.spacing_mm, (cube, cube, cube), atol=1e-5)
    assert not got.masks[2].any()
    assert got.masks[1].any()
    assert prepare_volumes(cases, FORM, cache=tmp_path / "cache").reused


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("margin", [1, 3])
@pytest.mark.parametrize(
    "more", [{}, {"fit": "crop"}, {"fit": "squash"}, {"spacing_mm": (1.0, 1.5, 0.8)}]
)
def test_a_margin_leaves_the_middle_as_it_is(cases, tmp_path, margin, more):
    some = cases[:2]
    plain, wide = (
        prepare_volumes(
            some, WorkingVolume(SIZE, margin=size, masked=True, **more), cache=tmp_path, workers=1
        )
        for size in (0, margin)
    )
    np.testing.assert_array_equal(wide.images, plain.images)
    np.testing.assert_array_equal(wide.masks, plain.masks)
    assert wide.whole.shape == wide.whole_masks.shape == (2, *(n + 2 * margin for n in SIZE))
    assert [one.affine for one in wide.facts] == [one.affine for one in plain.facts]
    beyond = wide.whole.astype(int).sum() - wide.images.astype(int).sum()
    assert (beyond > 0) == ("spacing_mm" in more or more.get("fit") == "crop")


@pytest.mark.usefixtures("in_process")
def test_eight_bits_are_the_sixteen_rounded(cases, tmp_path):
    deep, flat = (
        prepare_volumes(cases[:2], WorkingVolume(SIZE, dtype=dtype), cache=tmp_path, workers=1)
        for dtype in ("uint16", "uint8")
    )
    assert (flat.images.dtype, flat.masks) == (np.uint8, None)
    assert np.abs(flat.images.astype(float) - deep.images / 257).max() <= 0.502


@pytest.mark.parametrize(
    "change",
    [{"size": (6, 8, 8)}, {"spacing_mm": (1.0, 1.0, 1.0)}, {"fit": "crop"}, {"intensity": "hu"},
     {"window": Window(0, 10)}, {"dtype": "uint8"}, {"margin": 1}, {"masked": True}],
)  # fmt: skip
def test_every_setting_has_a_key_of_its_own(cases, change):
    settings = {"size": SIZE}
    one, other = WorkingVolume(**settings), WorkingVolume(**(settings | change))
    assert key_of(cases, one) != key_of(cases, other)
    meaning = {"dtype", "margin", "masked"}
    assert other.serves(one) == bool(meaning & set(change))


def test_another_mask_makes_another_key_where_masks_are_kept(cases):
    keys = [key_of(cases, form) for form in (FORM, WorkingVolume(SIZE))]
    os.utime(cases[0].mask, ns=(1, 1))
    changed = [key_of(cases, form) for form in (FORM, WorkingVolume(SIZE))]
    assert (keys[0] != changed[0], keys[1] == changed[1]) == (True, True)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("name", ["images.npy", "masks.npy"])
def test_a_damaged_block_alone_is_decoded_again(cases, tmp_path, name):
    fill(cases, tmp_path / "s")
    before = {part: (tmp_path / "s" / part).read_bytes() for part in ("images.npy", "masks.npy")}
    with (tmp_path / "s" / name).open("r+b") as file:
        file.seek(192 + 2 * ROW + 100)
        file.write(b"\x55\xaa\x55")
    seen = []

    def count(requests):
        for request in requests:
            seen.append(request.path.name)
            yield from decode_here([request])

    assert not fill(cases, tmp_path / "s", decode=count).reused
    assert seen == ["2.nii.gz", "3.nii.gz"]
    for part, data in before.items():
        assert (tmp_path / "s" / part).read_bytes() == data


@pytest.mark.usefixtures("small_blocks")
def test_the_next_process_goes_on_from_the_whole_blocks(cases, tmp_path):
    def stop(requests):
        for number, answer in enumerate(decode_here(requests)):
            if number == 5:
                raise KeyboardInterrupt
            yield answer

    with pytest.raises(KeyboardInterrupt):
        fill(cases, tmp_path / "s", decode=stop)
    filled = fill(cases, tmp_path / "s")
    assert filled.blocks_kept == 2
    fill(cases, tmp_path / "whole")
    for name in ("images.npy", "masks.npy", "index.json", "cases.csv"):
        assert (tmp_path / "s" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_a_folder_is_a_data_set_of_volumes(cases, tmp_path):
    fill(cases, tmp_path / "s")
    manifest = read_prepared(tmp_path / "s", DataOptions())
    folder = find_folder(manifest.cases)
    assert folder == tmp_path / "s"
    got = open_volumes(folder, manifest.cases[1:], FORM)
    assert [one.case_id for one in got.cases] == [f"case {n}" for n in (1, 2, 3, 5, 6)]
    assert got.rows.tolist() == [1, 2, 3, 4, 5]
    assert [one.reason for one in got.refused] == ["mask-size: has another size than its image"]
    assert got.facts == read_index(folder).facts[1:]
    assert [case.mask_member for case in got.cases] == ["1", "", "3", "4", "5"]
    assert {case.mask for case in got.cases} == {None, folder / "masks.npy"}
    volume = read_volume(got.cases[0].path, got.cases[0].member)
    np.testing.assert_array_equal(volume.values, got.images[1])
    assert "m1.nii" not in (folder / CASES).read_text()
    np.testing.assert_array_equal(
        prepare_volumes(manifest.cases, FORM, cache=tmp_path / "unused").images, got.images
    )


def test_images_and_volumes_are_not_mistaken_for_each_other(cases, make_cases, tmp_path):
    fill(cases, tmp_path / "s")
    volumes = read_prepared(tmp_path / "s", DataOptions()).cases
    with pytest.raises(InputError, match=r"6 x 8 x 7 .*needed images of 20 pixels") as caught:
        open_folder(tmp_path / "s", volumes, Working(20))
    assert caught.value.id == "prepared-volumes"
    with pytest.raises(InputError, match="needed 6 x 8 x 7"):
        open_volumes(tmp_path / "s", volumes, WorkingVolume(SIZE, (1, 1, 1)))
    fill(make_cases(3), tmp_path / "flat", Working(20), lambda r: decode_locally(r, 1))
    flat = read_prepared(tmp_path / "flat", DataOptions()).cases
    with pytest.raises(InputError, match="needed volumes"):
        open_volumes(tmp_path / "flat", flat)
    assert prepare(flat, size=20, fit="pad", interpolation="bilinear", cache=tmp_path).reused


def test_a_damaged_folder_is_not_opened(cases, tmp_path):
    fill(cases, tmp_path / "s")
    os.truncate(tmp_path / "s" / "masks.npy", 400)
    with pytest.raises(IntegrityError):
        open_volumes(tmp_path / "s", cases)


def test_masks_of_a_form_that_was_not_finished_are_not_left(cases, tmp_path):
    (tmp_path / ".s.partial").mkdir()
    (tmp_path / ".s.partial" / "masks.npy").write_bytes(b"old")
    fill(cases, tmp_path / "s", WorkingVolume(SIZE))
    assert not (tmp_path / "s" / "masks.npy").exists()


GOOD = {"affine": None, "unit": "HU", "limits": [0, 1], "masked": False}


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        (GOOD, ROW - 1),
        (GOOD, 2 * ROW),
        (GOOD | {"limits": [1, 1]}, ROW),
        (GOOD | {"limits": [0, float("nan")]}, ROW),
        (GOOD | {"unit": "DOE^JANE"}, ROW),
        (GOOD | {"affine": [[1, 2, 3]]}, ROW),
        (GOOD | {"more": 1}, ROW),
        ({}, ROW),
    ],
)
def test_what_a_child_answers_is_not_believed_unseen(fields, size):
    form = WorkingVolume(SIZE)
    assert form.keep(Answer(fields=GOOD, body=bytes(ROW))) is not None
    assert form.keep(Answer(fields=fields, body=bytes(size))) is None
