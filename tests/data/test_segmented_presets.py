"""Presets of data sets with masks, each read from a small tree with its exact names."""

import json
from dataclasses import replace

import pytest
from volumes import box, write_series

from radzoo.core.case import Region
from radzoo.core.errors import InputError
from radzoo.data.load import DataOptions, find_preset, load_manifest

FREE = DataOptions(needs_targets=False)


def touch(root, *names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\x5c\x01\x00\x00not read here")


def describe(root, **keys):
    root.mkdir(parents=True, exist_ok=True)
    (root / "dataset.json").write_text(json.dumps(keys), encoding="utf-8")


def nnunet(root):
    describe(
        root, channel_names={"0": "T1", "1": "T2"}, numTraining=2, file_ending=".nii.gz",
        labels={"background": 0, "whole": [1, 2], "core": 2},
    )  # fmt: skip
    touch(root, *(f"imagesTr/la_00{case}_000{channel}.nii.gz"
                  for case in (1, 2) for channel in (0, 1)))  # fmt: skip
    touch(root, "imagesTs/la_003_0000.nii.gz", "imagesTs/la_003_0001.nii.gz",
          "labelsTr/la_001.nii.gz", "labelsTr/la_002.nii.gz", "imagesTr/._la_001_0000.nii.gz",
          "imagesTr/readme.txt")  # fmt: skip


def msd(root, **keys):
    training = [{"image": f"./imagesTr/h_{name}.nii.gz", "label": f"./labelsTr/h_{name}.nii.gz"}
                for name in (1, 2)]  # fmt: skip
    training.append({"image": "./imagesTr/._h_1.nii.gz", "label": "./labelsTr/._h_1.nii.gz"})
    given = {"name": "h", "modality": {"0": "MRI"}, "labels": {"0": "background", "1": "Anterior"},
             "numTraining": 2, "numTest": 1, "training": training,
             "test": ["./imagesTs/h_3.nii.gz"]}  # fmt: skip
    describe(root, **{**given, **keys})
    touch(root, "imagesTr/h_1.nii.gz", "imagesTr/h_2.nii.gz", "labelsTr/h_1.nii.gz",
          "labelsTr/h_2.nii.gz", "imagesTs/h_3.nii.gz", "imagesTr/._h_1.nii.gz")  # fmt: skip


def brats(root):
    for name in ("BraTS2021_00000", "BraTS2021_00002"):
        touch(root, *(f"{name}/{name}_{end}.nii.gz" for end in ("t1", "t1ce", "t2", "flair")))
    touch(root, "BraTS2021_00000/BraTS2021_00000_seg.nii.gz", "notes/readme.txt")


def brats_2023(root):
    for name in ("BraTS-GLI-00005-000", "BraTS-GLI-00005-001", "BraTS-GLI-00006-000"):
        touch(root, *(f"Training/{name}/{name}-{end}.nii.gz"
                      for end in ("t1n", "t1c", "t2w", "t2f", "seg")))  # fmt: skip


def totalseg(root):
    touch(root, "s0000/ct.nii.gz", "s0000/segmentations/liver.nii.gz",
          "s0000/segmentations/spleen.nii.gz", "s0004/ct.nii.gz",
          "s0004/segmentations/spleen.nii.gz")  # fmt: skip
    (root / "meta.csv").write_text(
        "image_id;age;gender;institute;study_type;split\n"
        "s0000;55;f;A;ct abdomen;train\ns0004;62;m;B;ct thorax;val\ns0009;1;m;B;ct;test\n",
        encoding="utf-8-sig",
    )


def bids(root):
    root.mkdir(parents=True, exist_ok=True)
    (root / "dataset_description.json").write_text('{"Name": "x", "BIDSVersion": "1.10.0"}')
    (root / "participants.tsv").write_text(
        "participant_id\tage\tsex\nsub-01\t34\tfemale\nsub-02\tn/a\tM\n", encoding="utf-8"
    )
    touch(root, "sub-01/ses-a/anat/sub-01_ses-a_T1w.nii.gz",
          "sub-01/ses-b/anat/sub-01_ses-b_T1w.nii.gz", "sub-01/ses-b/anat/sub-01_ses-b_T1w.json",
          "sub-02/anat/sub-02_T1w.nii", "sub-02/anat/sub-02_FLAIR.nii.gz",
          "sub-02/func/sub-02_task-rest_bold.nii.gz",
          "derivatives/p/sub-01/ses-a/anat/sub-01_ses-a_desc-brain_mask.nii.gz",
          "derivatives/p/sub-01/ses-b/anat/sub-01_ses-b_space-MNI_desc-brain_mask.nii.gz",
          "derivatives/p/sub-02/anat/sub-02_desc-brain_mask.nii.gz",
          "derivatives/p/sub-02/anat/sub-02_space-FLAIR_label-lesion_mask.nii.gz")  # fmt: skip


def coco(root, place="annotations/instances_train2017.json", folder="train2017", first=1):
    images = [{"id": number, "file_name": f"{number}.png"} for number in range(first, first + 3)]
    annotations = [
        {"image_id": first, "category_id": 7, "bbox": [0, 0, 1, 1]},
        {"image_id": first, "category_id": 7, "iscrowd": 1},
        {"image_id": first + 1, "category_id": 90},
        {"image_id": first + 1, "category_id": 1},
        {"image_id": 99, "category_id": 7},
    ]  # fmt: skip
    categories = [{"id": 7, "name": "nodule"}, {"id": 90, "name": "effusion"}]
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"images": images, "annotations": annotations, "categories": categories}
    path.write_text(json.dumps(content), encoding="utf-8")
    touch(root / folder, *(f"{number}.png" for number in range(first, first + 2)))


def idc(root):
    for patient, series in (("p1", "1.2.10"), ("p2", "1.2.20")):
        write_series(root / f"c/{patient}/1.2.9/CT_{series}", box(), PatientID=patient,
                     SeriesInstanceUID=series)  # fmt: skip
    write_series(root / "c/p2/1.2.9/SEG_1.2.30", box(1), PatientID="p2", SeriesInstanceUID="1.2.30")


TREES = {"nnunet": nnunet, "msd": msd, "brats": brats, "totalseg": totalseg, "bids": bids,
         "coco": coco, "idc": idc}  # fmt: skip
UNTAUGHT = [name for name in TREES if name != "coco"]


def read(name, root, **options):
    TREES[name](root)
    return load_manifest(root, options=DataOptions(**{"needs_targets": False, **options}))


def shown(manifest, root):
    """Name of each case, its mask below the folder, its patient and its split."""
    return [(case.case_id, case.mask and case.mask.relative_to(root).as_posix(),
             case.patient_id, case.split) for case in manifest.cases]  # fmt: skip


@pytest.mark.parametrize("options", [FREE, DataOptions()])
@pytest.mark.parametrize("name", TREES)
def test_each_is_recognised_and_none_for_another(name, options, tmp_path):
    TREES[name](tmp_path)
    assert find_preset(tmp_path, options).name == name


@pytest.mark.parametrize("name", UNTAUGHT)
def test_masks_are_no_targets(name, tmp_path):
    with pytest.raises(InputError) as caught:
        read(name, tmp_path, needs_targets=True)
    assert caught.value.id == "no-labels"


@pytest.mark.parametrize("name", UNTAUGHT)
def test_labels_of_whole_images_are_joined(name, tmp_path):
    TREES[name](tmp_path / "data")
    first = load_manifest(tmp_path / "data", options=FREE).cases[0]
    (tmp_path / "l.csv").write_text(f"path,target:x\n{first.case_id},1\n", encoding="utf-8")
    options = DataOptions(data_format=name, labels=tmp_path / "l.csv")
    (joined,) = load_manifest(tmp_path / "data", options=options).cases
    assert (joined.targets, joined.mask) == ({"x": 1}, first.mask)


@pytest.mark.parametrize("name", TREES)
def test_an_empty_layout_says_so(name, tmp_path):
    touch(tmp_path, "a.txt")
    (tmp_path / "meta.csv").write_text("image_id\ns1\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_manifest(tmp_path, options=DataOptions(data_format=name, needs_targets=False))
    assert caught.value.id in {"empty-folder", "no-annotations"}


class TestNnunet:
    def test_cases(self, tmp_path):
        got = read("nnunet", tmp_path, patient_regex=r"(la_\d+)_")
        assert shown(got, tmp_path) == [
            ("imagesTr/la_001_0000.nii.gz", "labelsTr/la_001.nii.gz", "la_001", "train"),
            ("imagesTr/la_002_0000.nii.gz", "labelsTr/la_002.nii.gz", "la_002", "train"),
            ("imagesTs/la_003_0000.nii.gz", None, "la_003", "test"),
        ]
        assert got.notes == (
            "the masks hold 0 = background, 1 + 2 = whole, 2 = core",
            "its regions overlap: --structures says which numbers are to be told apart",
            "each case has 2 channels (T1, T2); only the first is its image",
            "1 of 3 cases have no mask",
        )

    def test_a_case_without_its_first_channel_is_refused(self, tmp_path):
        nnunet(tmp_path)
        (tmp_path / "imagesTr/la_002_0000.nii.gz").unlink()
        got = load_manifest(tmp_path, options=FREE)
        assert [(one.case_id, one.reason) for one in got.refused] == [
            ("imagesTr/la_002_0000.nii.gz", "missing-file: there is no such file")
        ]


class TestMsd:
    def test_cases(self, tmp_path):
        got = read("msd", tmp_path)
        assert shown(got, tmp_path) == [
            ("imagesTr/h_1.nii.gz", "labelsTr/h_1.nii.gz", "", "train"),
            ("imagesTr/h_2.nii.gz", "labelsTr/h_2.nii.gz", "", "train"),
            ("imagesTs/h_3.nii.gz", None, "", "test"),
        ]
        assert got.notes == (
            "the masks hold 0 = background, 1 = Anterior",
            "1 entries of dataset.json name no file of the data set",
            "1 of 3 cases have no mask",
        )
        assert {case.member for case in got.cases} == {""}

    def test_of_several_modalities_the_first(self, tmp_path):
        msd(tmp_path, modality={"0": "T2", "1": "ADC"})
        got = load_manifest(tmp_path, options=FREE)
        assert {case.member for case in got.cases} == {"frame/1"}
        assert any(note.startswith("each file holds 2 volumes (T2, ADC)") for note in got.notes)

    def test_names_that_lead_out_of_the_folder_are_left_out(self, tmp_path):
        touch(tmp_path, "secret.nii.gz")
        msd(tmp_path / "d", test=["../secret.nii.gz", str(tmp_path / "secret.nii.gz"), 7, None],
            training=[{"image": "imagesTr/h_1.nii.gz", "label": "../secret.nii.gz"}])  # fmt: skip
        got = load_manifest(tmp_path / "d", options=FREE)
        assert shown(got, tmp_path) == [("imagesTr/h_1.nii.gz", None, "", "train")]

    def test_links_may_lead_out_of_the_folder(self, tmp_path):
        msd(tmp_path / "d")
        (tmp_path / "d/labelsTr").rename(tmp_path / "masks")
        (tmp_path / "d/labelsTr").symlink_to(tmp_path / "masks", target_is_directory=True)
        got = load_manifest(tmp_path / "d", options=FREE)
        assert [case.mask is not None for case in got.cases] == [True, True, False]

    @pytest.mark.parametrize("text", ["[1]", "{", "[" * 100_000, '{"training": 1}', "\xff"])
    def test_other_json_is_not_recognised(self, text, tmp_path):
        msd(tmp_path)
        (tmp_path / "dataset.json").write_text(text, encoding="latin-1")
        assert find_preset(tmp_path, FREE).name not in {"msd", "nnunet"}


class TestBrats:
    def test_names_of_2021(self, tmp_path):
        got = read("brats", tmp_path)
        assert shown(got, tmp_path) == [
            ("BraTS2021_00000", "BraTS2021_00000/BraTS2021_00000_seg.nii.gz",
             "BraTS2021_00000", None),
            ("BraTS2021_00002", None, "BraTS2021_00002", None),
        ]  # fmt: skip
        assert got.cases[0].path.name == "BraTS2021_00000_t1ce.nii.gz"
        assert any("4 = enhancing" in note for note in got.notes)

    def test_names_of_2023_group_time_points_by_patient(self, tmp_path):
        brats_2023(tmp_path)
        assert find_preset(tmp_path, FREE).name == "brats"
        got = load_manifest(tmp_path, options=FREE)
        assert [case.patient_id for case in got.cases] == [
            "BraTS-GLI-00005", "BraTS-GLI-00005", "BraTS-GLI-00006",
        ]  # fmt: skip
        assert got.cases[0].case_id == "Training/BraTS-GLI-00005-000"
        assert got.cases[0].path.name == "BraTS-GLI-00005-000-t1c.nii.gz"
        assert all(case.mask.name == f"{case.path.parent.name}-seg.nii.gz" for case in got.cases)
        assert not any("4 = enhancing" in note for note in got.notes)

    def test_a_subject_without_the_image_is_refused(self, tmp_path):
        brats(tmp_path)
        (tmp_path / "BraTS2021_00002/BraTS2021_00002_t1ce.nii.gz").unlink()
        got = load_manifest(tmp_path, options=FREE)
        assert [one.case_id for one in got.refused] == ["BraTS2021_00002"]


class TestTotalseg:
    def test_cases(self, tmp_path):
        got = read("totalseg", tmp_path)
        assert shown(got, tmp_path) == [
            ("s0000", None, "s0000", "train"), ("s0004", None, "s0004", "val"),
        ]  # fmt: skip
        assert got.cases[0].path == tmp_path / "s0000/ct.nii.gz"
        assert got.cases[0].groups == {"sex": "F", "age": "55", "site": "A"}
        assert got.notes[:2] == (
            "2 of 3 rows of meta.csv have a folder",
            "each case has up to 2 masks, one per structure; --target NAME takes that of one",
        )

    def test_a_structure_is_chosen(self, tmp_path):
        got = read("totalseg", tmp_path, target="liver")
        assert [mask for _, mask, _, _ in shown(got, tmp_path)] == [
            "s0000/segmentations/liver.nii.gz", None,
        ]  # fmt: skip
        with pytest.raises(InputError) as caught:
            load_manifest(tmp_path, options=DataOptions(target="livr", needs_targets=False))
        assert (caught.value.id, caught.value.hint) == ("unknown-target", "did you mean liver?")


class TestBids:
    def test_cases(self, tmp_path):
        got = read("bids", tmp_path)
        brain = "derivatives/p/sub-01/ses-a/anat/sub-01_ses-a_desc-brain_mask.nii.gz"
        lesion = "derivatives/p/sub-02/anat/sub-02_space-FLAIR_label-lesion_mask.nii.gz"
        assert shown(got, tmp_path) == [
            ("sub-01/ses-a/anat/sub-01_ses-a_T1w.nii.gz", brain, "sub-01", None),
            ("sub-01/ses-b/anat/sub-01_ses-b_T1w.nii.gz", None, "sub-01", None),
            ("sub-02/anat/sub-02_FLAIR.nii.gz", lesion, "sub-02", None),
            ("sub-02/anat/sub-02_T1w.nii", None, "sub-02", None),
        ]
        assert got.cases[0].groups == {"sex": "F", "age": "34", "view": "T1w"}
        assert got.cases[2].groups == {"sex": "M", "view": "FLAIR"}
        assert got.notes == (
            "images: FLAIR 1, T1w 3",
            "1 volumes are not anatomical (func, dwi ...) and were left alone",
            "2 of 4 cases have no mask",
        )

    def test_of_several_masks_one_is_chosen(self, tmp_path):
        bids(tmp_path)
        folder = "derivatives/p/sub-01/ses-a/anat"
        touch(tmp_path, f"{folder}/sub-01_ses-a_space-T1w_label-lesion_mask.nii.gz")
        got = load_manifest(tmp_path, options=FREE)
        assert got.cases[0].mask is None
        assert any(note.startswith("1 images have several masks") for note in got.notes)
        options = DataOptions(target="lesion", needs_targets=False)
        chosen = load_manifest(tmp_path, options=options)
        assert "label-lesion" in chosen.cases[0].mask.name
        with pytest.raises(InputError, match="'x' is not among the 2 masks"):
            load_manifest(tmp_path, options=DataOptions(target="x", needs_targets=False))


@pytest.mark.parametrize("name", ["nnunet", "msd", "brats", "bids"])
def test_masks_are_regions_where_they_are_asked_for(name, tmp_path):
    whole = read(name, tmp_path)
    assert {case.region for case in whole.cases} == {None}
    got = load_manifest(tmp_path, options=DataOptions(needs_targets=False, region="mask"))
    masked = [case for case in whole.cases if case.mask is not None]
    assert got.cases == tuple(replace(case, region=Region("mask")) for case in masked)
    left_out = len(whole.cases) - len(masked)
    assert sum("because the others have no mask" in note for note in got.notes) == bool(left_out)


def test_masks_that_no_case_has_are_no_regions(tmp_path):
    with pytest.raises(InputError) as caught:
        read("idc", tmp_path, region="mask")
    assert caught.value.id == "no-columns"


class TestCoco:
    def test_cases(self, tmp_path):
        got = read("coco", tmp_path)
        assert got.labels == ("nodule", "effusion")
        assert [(case.case_id, case.split, case.targets) for case in got.cases] == [
            ("train2017/1.png", "train", {"nodule": 1, "effusion": 0}),
            ("train2017/2.png", "train", {"nodule": 0, "effusion": 1}),
        ]
        assert [(one.case_id, one.reason[:12]) for one in got.refused] == [
            ("3.png", "missing-file")
        ]
        assert "--region bbox reads boxes" in got.notes[0]
        assert got.notes[1] == "2 annotations name an image or a category that is not listed"

    def test_boxes_are_regions_of_one_category(self, tmp_path):
        images = [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "b.png"}]
        rows = [
            {"image_id": 1, "category_id": 1, "bbox": [1, 2, 3.5, 4]},
            {"image_id": 1, "category_id": 2, "bbox": [5, 6, 7, 8]},
            {"image_id": 1, "category_id": 2, "bbox": [0, 0, 9, 9], "iscrowd": 1},
            {"image_id": 1, "category_id": 2, "bbox": [0, "x", 9, 9]},
            {"image_id": 2, "category_id": 2},
        ]
        annotated(tmp_path, images, rows)
        got = load_manifest(tmp_path, options=DataOptions(region="bbox"))
        assert [
            (case.case_id, case.patient_id, case.region.numbers, dict(case.targets))
            for case in got.cases
        ] == [
            ("a.png#1", "a.png", (1, 2, 3.5, 4), {"nodule": 1, "mass": 0}),
            ("a.png#2", "a.png", (5, 6, 7, 8), {"nodule": 0, "mass": 1}),
        ]
        assert "kept 1 of 2 images because the others have no box" in got.notes
        whole = load_manifest(tmp_path, options=DataOptions())
        assert [(case.case_id, case.region) for case in whole.cases] == [
            ("a.png", None), ("b.png", None),
        ]  # fmt: skip
        with pytest.raises(InputError) as caught:
            load_manifest(tmp_path, options=DataOptions(region="mask"))
        assert caught.value.id == "no-columns"

    def test_several_files_and_one_file(self, tmp_path):
        coco(tmp_path)
        coco(tmp_path, "annotations/instances_val2017.json", "val2017", first=4)
        coco(tmp_path, "annotations/person_keypoints_val2017.json", "val2017", first=4)
        got = load_manifest(tmp_path, options=DataOptions(target="effusion"))
        assert [case.split for case in got.cases] == ["train", "train", "val", "val"]
        assert [case.targets for case in got.cases][1:3] == [{"effusion": 1}, {"effusion": 0}]
        assert "1 files of other annotations than instances_*.json were left alone" in got.notes
        one = tmp_path / "annotations/instances_val2017.json"
        assert find_preset(one, FREE).name == "coco"
        assert [case.case_id for case in load_manifest(one, options=FREE).cases] == [
            "4.png", "5.png",
        ]  # fmt: skip

    def test_annotations_beside_the_images(self, tmp_path):
        coco(tmp_path, "valid/_annotations.coco.json", "valid")
        got = load_manifest(tmp_path, options=FREE)
        assert [(case.case_id, case.split) for case in got.cases] == [
            ("valid/1.png", "val"), ("valid/2.png", "val"),
        ]  # fmt: skip

    def test_an_image_in_two_files(self, tmp_path):
        for name in ("a", "b"):
            coco(tmp_path, f"{name}.json", "images")
        with pytest.raises(InputError) as caught:
            load_manifest(tmp_path, options=FREE)
        assert caught.value.id == "duplicate-case"


class TestIdc:
    def test_cases(self, tmp_path):
        got = read("idc", tmp_path)
        assert [case.case_id for case in got.cases] == [
            "c/p1/1.2.9/CT_1.2.10", "c/p2/1.2.9/CT_1.2.20",
        ]  # fmt: skip
        assert len({case.patient_id for case in got.cases}) == 2
        assert all(len(case.patient_id) == 12 and case.mask is None for case in got.cases)
        assert got.notes[-1].startswith("1 series are segmentations or other results")

    @pytest.mark.parametrize("part", ["c", "c/p1", "c/p1/1.2.9"])
    def test_it_is_known_from_any_folder_above_the_series(self, part, tmp_path):
        idc(tmp_path)
        assert find_preset(tmp_path / part, FREE).name == "idc"
        assert find_preset(tmp_path / "c/p1/1.2.9/CT_1.2.10", FREE).name != "idc"


def annotated(root, images, annotations):
    content = {"images": images, "annotations": annotations, "categories": [
        {"id": 1, "name": "nodule"}, {"id": 2, "name": "mass"}]}  # fmt: skip
    (root / "one.json").write_text(json.dumps(content))
    touch(root, "a.png", "b.png")


def test_coco_numbers_that_a_table_wrote_as_1_0_count_all_the_same(tmp_path):
    images = [{"id": 1.0, "file_name": "a.png"}, {"id": 2, "file_name": "b.png"}]
    rows = [{"image_id": 1, "category_id": 1.0}, {"image_id": 2.0, "category_id": 2},
            {"image_id": 2, "category_id": None}, {"image_id": True, "category_id": 2}]  # fmt: skip
    annotated(tmp_path, images, rows)
    got = load_manifest(tmp_path, options=FREE)
    assert {case.case_id: dict(case.targets) for case in got.cases} == {
        "a.png": {"nodule": 1.0, "mass": 0.0},
        "b.png": {"nodule": 0.0, "mass": 1.0},
    }
    assert any("2" in note for note in got.notes)


@pytest.mark.parametrize(
    ("ids", "said"), [((1, 1), "with the id of another"), ((1, None), "without an id")]
)
def test_coco_images_that_cannot_be_told_apart_are_refused(tmp_path, ids, said):
    images = [{"id": one, "file_name": f"{name}.png"} for one, name in zip(ids, "ab", strict=True)]
    annotated(tmp_path, images, [])
    with pytest.raises(InputError, match=said):
        load_manifest(tmp_path, options=FREE)


def test_structures_that_the_layouts_name(tmp_path):
    named = {
        name: read(name, tmp_path / name, **options)
        for name, options in (("msd", {}), ("nnunet", {}), ("brats", {}), ("totalseg", {}),
                              ("bids", {}))
    }  # fmt: skip
    found = {name: (dict(one.structures), one.modality) for name, one in named.items()}
    assert found == {
        "msd": ({1: "Anterior"}, "MR"),
        "nnunet": ({}, "MR"),
        "brats": ({1: "necrosis", 2: "oedema", 4: "enhancing tumour"}, "MR"),
        "totalseg": ({}, "CT"),
        "bids": ({}, ""),
    }
    assert any("regions overlap" in note for note in named["nnunet"].notes)
    one = read("totalseg", tmp_path / "one", target="liver")
    assert dict(one.structures) == {0: "liver"}
    asked = read("msd", tmp_path / "asked", structures="7=head,8=tail")
    assert dict(asked.structures) == {7: "head", 8: "tail"}
    brats_2023(tmp_path / "newer")
    newer = load_manifest(tmp_path / "newer", options=FREE)
    assert newer.structures[3] == "enhancing tumour"
    assert 4 not in newer.structures
