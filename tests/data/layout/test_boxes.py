"""Boxes of published data sets: regions where they are asked for, and only there."""

import pytest
from published_layouts import DECISIONS, TREES, write

from radzoo.core.errors import ExitCode, InputError, UsageError
from radzoo.data.load import DataOptions, load_manifest
from radzoo.data.presets import LAYOUTS


def add_boxes_of_nih(root):
    """Nine fields of a line, of which brackets fill four and nothing the last three."""
    write(
        root / "BBox_List_2017.csv",
        "Image Index,Finding Label,Bbox [x,y,w,h],,,",
        "00000001_000.png,Cardiomegaly,225.08,547.01,86.77,79.18,,,",
        "00000001_000.png,Effusion,686.1,131.5,185.4,313.4,,,",
        "00000002_000.png,Infiltrate,1,2,3,4,,,",
    )


def add_boxes_of_vindr_cxr(root):
    """Readers stand in the table for training alone."""
    write(
        root / "annotations/annotations_train.csv",
        "image_id,rad_id,class_name,x_min,y_min,x_max,y_max",
        "a1,R1,Aortic enlargement,10,20,40,60",
        "a1,R2,Aortic enlargement,11,21,40,60",
        "a1,R3,No finding,,,,",
        "b2,R4,No finding,,,,",
    )
    write(
        root / "annotations/annotations_test.csv",
        "image_id,class_name,x_min,y_min,x_max,y_max",
        "c3,Nodule/Mass,5.5,5,7.5,9",
    )


def add_boxes_of_vindr_mammo(root):
    write(
        root / "finding_annotations.csv",
        "image_id,study_id,series_id,laterality,view_position,height,width,breast_birads,"
        "breast_density,finding_categories,finding_birads,xmin,ymin,xmax,ymax,split",
        "im1,st1,se1,L,CC,3518,2800,BI-RADS 4,DENSITY C,['Mass'],BI-RADS 4,10,20,110,220,training",
        "im1,st1,se1,L,CC,3518,2800,BI-RADS 4,DENSITY C,['Mass'],BI-RADS 3,1,2,3,5,training",
        "im2,st1,se1,R,MLO,3518,2800,BI-RADS 2,DENSITY C,['No Finding'],,,,,,training",
        "im3,st2,se2,L,CC,3518,2800,BI-RADS 1,DENSITY A,['Nipple Retraction'],,7,7,9,9,test",
    )


MORE = {
    "nih-cxr14": add_boxes_of_nih,
    "rsna-pneumonia": lambda root: None,
    "vindr-cxr": add_boxes_of_vindr_cxr,
    "vindr-cxr-kaggle": lambda root: None,
    "vindr-mammo": add_boxes_of_vindr_mammo,
}


def read(name, root, **options):
    TREES[name](root)
    MORE.get(name, lambda root: None)(root)
    return load_manifest(root, options=DataOptions(**{"region": "bbox", **options}))


def shown(manifest):
    return [
        (
            case.case_id.rpartition("/")[2],
            case.patient_id,
            case.split,
            case.region.numbers,
            {label for label, value in case.targets.items() if value},
        )
        for case in manifest.cases
    ]


def test_nih_cxr14(tmp_path):
    got = read("nih-cxr14", tmp_path)
    assert len(got.labels) == 8
    assert shown(got) == [
        ("00000001_000.png#1", "1", "train", (225.08, 547.01, 86.77, 79.18), {"Cardiomegaly"}),
        ("00000001_000.png#2", "1", "train", (686.1, 131.5, 185.4, 313.4), {"Effusion"}),
        ("00000002_000.png", "2", "test", (1, 2, 3, 4), {"Infiltration"}),
    ]


def test_rsna_pneumonia(tmp_path):
    got = read("rsna-pneumonia", tmp_path)
    image = "stage_2_train_images/00436515.dcm"
    assert shown(got) == [
        ("00436515.dcm#1", image, None, (264, 152, 213, 379), {"pneumonia"}),
        ("00436515.dcm#2", image, None, (562, 152, 256, 453), {"pneumonia"}),
    ]
    assert "2 boxes are cases of their own" in got.notes
    assert "kept 1 of 2 images because the others have no box" in got.notes


def test_vindr_cxr(tmp_path):
    got = read("vindr-cxr", tmp_path)
    assert shown(got) == [
        ("c3.dicom", "test/c3.dicom", "test", (5.5, 5, 2, 4), {"Nodule/Mass"}),
        ("a1.dicom#1", "train/a1.dicom", "train", (10, 20, 30, 40), {"Aortic enlargement"}),
        ("a1.dicom#2", "train/a1.dicom", "train", (11, 21, 29, 39), {"Aortic enlargement"}),
    ]


def test_vindr_cxr_kaggle_by_reader(tmp_path):
    got = read("vindr-cxr-kaggle", tmp_path, readers="R9")
    assert shown(got) == [
        ("a1.dicom#2", "train/a1.dicom", None, (691, 1375, 962, 456), {"Cardiomegaly"}),
        ("a1.dicom#3", "train/a1.dicom", None, (1, 2, 2, 2), {"Cardiomegaly"}),
    ]
    assert len(read("vindr-cxr-kaggle", tmp_path, readers="any").cases) == 4
    with pytest.raises(UsageError) as caught:
        read("vindr-cxr-kaggle", tmp_path, readers="majority")
    assert caught.value.id == "boxes-of-readers"


def test_vindr_mammo_says_what_each_finding_is(tmp_path):
    got = read("vindr-mammo", tmp_path)
    assert [(one[0], one[1], one[2], one[3]) for one in shown(got)] == [
        ("im1.dicom#1", "st1", "train", (10, 20, 100, 200)),
        ("im1.dicom#2", "st1", "train", (1, 2, 2, 3)),
        ("im3.dicom", "st2", "test", (7, 7, 2, 2)),
    ]
    assert [case.targets["suspicious"] for case in got.cases] == [1, 0, None]


@pytest.mark.parametrize("name", MORE)
def test_whole_images_are_as_before_where_no_boxes_are_asked_for(name, tmp_path):
    decided = DECISIONS.get(name, {})
    whole = [read(name, tmp_path, region=one, **decided) for one in (None, "none")]
    TREES[name](tmp_path / "bare")
    bare = load_manifest(tmp_path / "bare", options=DataOptions(**decided))
    for got in whole:
        assert [(case.case_id, case.targets) for case in got.cases] == [
            (case.case_id, case.targets) for case in bare.cases
        ]
        assert {case.region for case in got.cases} == {None}


@pytest.mark.parametrize("name", [name for name in LAYOUTS if name not in MORE])
def test_a_data_set_without_boxes_says_so(name, tmp_path):
    with pytest.raises(InputError) as caught:
        read(name, tmp_path, **DECISIONS.get(name, {}))
    assert (caught.value.id, caught.value.exit_code) == ("no-columns", ExitCode.INPUT)
    assert "--region" in str(caught.value)


@pytest.mark.parametrize("box", ["1,2,x,4", "1,2,,4", "1,2,inf,4"])
def test_a_box_that_is_no_box_is_told_with_its_row(box, tmp_path):
    TREES["rsna-pneumonia"](tmp_path)
    write(
        tmp_path / "stage_2_train_labels.csv", "patientId,x,y,width,height,Target",
        "0004cfab,,,,,0", f"00436515,{box},1",
    )  # fmt: skip
    with pytest.raises(InputError, match=r"row 3 of stage_2_train_labels.csv has a box") as caught:
        load_manifest(tmp_path, options=DataOptions(region="bbox"))
    assert caught.value.id == "bad-region"
    load_manifest(tmp_path, options=DataOptions())  # whole images are all right
