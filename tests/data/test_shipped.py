"""Layouts of published data sets, each read from a tree with its headers and quirks."""

import pytest
from published_layouts import DECISIONS, TREES, chexpert, nih_cxr14, picture, write

from radzoo.core.errors import InputError, UsageError
from radzoo.data.load import DataOptions, find_preset, load_manifest
from radzoo.data.presets import LAYOUTS


def load(path, **options):
    return load_manifest(path, options=DataOptions(**options))


def read(name, root, **options):
    """Read a tree of that layout; the layout is found by radzoo itself."""
    TREES[name](root)
    return load(root, **(DECISIONS.get(name, {}) | options))


def by_name(manifest):
    return {case.path.name: case for case in manifest.cases}


def positives(manifest):
    """Case to labels that are 1; a case without any label that is 0 or 1 is None."""
    return {
        case.case_id: {label for label, value in case.targets.items() if value == 1}
        if set(case.targets.values()) != {None}
        else None
        for case in manifest.cases
    }


def test_every_layout_has_a_tree():
    assert set(TREES) == set(LAYOUTS)


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_is_recognised_and_none_for_another(name, tmp_path):
    TREES[name](tmp_path)
    assert find_preset(tmp_path, DataOptions()).name == name


def test_nih_cxr14(tmp_path):
    got = read("nih-cxr14", tmp_path)
    cases = by_name(got)
    assert len(got.labels) == 14
    assert positives(got) == {
        "images_001/images/00000001_000.png": {"Cardiomegaly", "Effusion"},
        "images_001/images/00000001_001.png": set(),
        "images_012/images/00000002_000.png": {"Infiltration"},
    }
    assert [case.patient_id for case in got.cases] == ["1", "1", "2"]
    assert [case.split for case in got.cases] == ["train", "train", "test"]
    assert cases["00000001_000.png"].groups == {"sex": "M", "age": "58", "view": "PA"}
    assert cases["00000001_001.png"].groups == {"sex": "M", "view": "AP"}
    for note in (
        "Data_Entry_2017.csv has 4 rows, the published one 112,120",
        "the lists give a split to 4 of 4 rows",
        "looked for the file {Image Index}: 3 of 4 rows have an image; 1 images have no row",
        "kept 3 of 4 rows because the others have no image, such as row 5 of Data_Entry_2017.csv",
        "kept 3 of 4 images because the others have no row, such as "
        "images_012/images/00000009_000.png",
        "an impossible age stands in 1 rows and was taken as blank",
    ):
        assert note in got.notes


def test_the_table_of_a_layout_may_stand_elsewhere_or_be_given_itself(tmp_path):
    nih_cxr14(tmp_path / "a")
    table = tmp_path / "a/Data_Entry_2017.csv"
    assert find_preset(table, DataOptions()).name == "nih-cxr14"
    assert len(load(table).cases) == 3
    moved = table.rename(tmp_path / "renamed.csv")
    got = load(tmp_path / "a", labels=moved, data_format="nih-cxr14")
    assert len(got.cases) == 3
    assert find_preset(moved, DataOptions()).name == "csv"


def test_chexpert(tmp_path):
    got = read("chexpert", tmp_path)
    assert len(got.labels) == 14
    healthy, lateral, uncertain, valid = got.cases
    assert [case.patient_id for case in got.cases] == [
        "patient00001", "patient00001", "patient00002", "patient64541",
    ]  # fmt: skip
    assert [case.split for case in got.cases] == ["train", "train", "train", "val"]
    assert healthy.groups == {"sex": "F", "age": "68", "view": "AP"}
    assert (lateral.groups["view"], uncertain.groups) == ("Lateral", {"view": "PA"})
    # No Finding = 1 makes blanks negative, but says nothing of devices.
    assert healthy.targets["Cardiomegaly"] == 0
    assert healthy.targets["Support Devices"] is None
    assert set(lateral.targets.values()) == {None}
    assert uncertain.targets["Cardiomegaly"] is None
    assert (uncertain.targets["Lung Opacity"], uncertain.targets["Consolidation"]) == (1, 0)
    assert valid.targets["Support Devices"] == 1
    assert "2 uncertain labels count as blank (--uncertain)" in got.notes
    assert "an impossible age" not in str(got.notes)


@pytest.mark.parametrize(("policy", "value"), [("positive", 1), ("negative", 0), ("blank", None)])
def test_uncertain_labels_are_what_the_user_says(policy, value, tmp_path):
    third = read("chexpert", tmp_path, uncertain=policy).cases[2]
    assert (third.targets["Cardiomegaly"], third.targets["Lung Opacity"]) == (value, 1)
    assert third.targets["Edema"] is None


def test_uncertain_labels_must_be_decided(tmp_path):
    chexpert(tmp_path)
    with pytest.raises(UsageError, match="2 labels are uncertain") as caught:
        load(tmp_path)
    assert caught.value.hint == "say --uncertain blank, positive, negative"
    assert caught.value.exit_code == 2
    # Not where nothing that is asked for is uncertain.
    assert load(tmp_path, target="lung opacity").labels == ("Lung Opacity",)
    with pytest.raises(UsageError):
        load(tmp_path, target="Atelectasis")


def test_blank_labels_may_count_as_negative(tmp_path):
    got = read("chexpert", tmp_path, blank="negative")
    assert got.cases[1].targets["Edema"] == 0
    # An uncertain one is not blank before it has been settled.
    assert got.cases[2].targets["Cardiomegaly"] is None
    assert any(note.endswith("blank labels count as negative") for note in got.notes)


def test_mimic_cxr_jpg(tmp_path):
    got = read("mimic-cxr-jpg", tmp_path)
    first, second, third = got.cases
    assert first.case_id == "files/p10/p10000032/s50414267/02aa-1.jpg"
    assert first.targets == second.targets
    assert (first.targets["Cardiomegaly"], first.targets["Consolidation"]) == (1, None)
    assert set(third.targets.values()) == {None}
    assert [case.split for case in got.cases] == ["train", "train", "val"]
    assert (third.patient_id, third.study_id) == ("11000033", "50414268")
    assert [case.groups.get("view") for case in got.cases] == ["PA", "LATERAL", None]
    joined = "joined mimic-cxr-2.0.0-chexpert.csv.gz on subject_id, study_id: 2 of 3 rows found one"
    assert f"{joined} there" in got.notes
    (tmp_path / "mimic-cxr-2.0.0-split.csv.gz").unlink()
    got = load(tmp_path, uncertain="blank")
    assert {case.split for case in got.cases} == {None}
    (tmp_path / "mimic-cxr-2.0.0-chexpert.csv.gz").unlink()
    with pytest.raises(InputError) as caught:
        load(tmp_path)
    assert caught.value.id == "missing-table"


def test_rsna_pneumonia(tmp_path):
    got = read("rsna-pneumonia", tmp_path)
    assert positives(got) == {
        "stage_2_train_images/0004cfab.dcm": set(),
        "stage_2_train_images/00436515.dcm": {"pneumonia"},
    }
    assert {case.patient_id for case in got.cases} == {""}
    assert "patientId is one per image" in got.notes[0]
    assert any("1 images have no row" in note for note in got.notes)


def test_vindr_cxr(tmp_path):
    got = read("vindr-cxr", tmp_path)
    assert positives(got) == {
        "test/c3.dicom": {"Other diseases"},
        "train/a1.dicom": {"Aortic enlargement"},
        "train/b2.dicom": set(),
    }
    assert [case.split for case in got.cases] == ["test", "train", "train"]
    assert "labels are those of majority of the readers (--readers)" in got.notes


@pytest.mark.parametrize(
    ("rule", "a1", "b2"),
    [
        ("any", {"Aortic enlargement"}, {"COPD"}),
        ("all", set(), set()),
        ("majority", {"Aortic enlargement"}, set()),
        ("R1", {"Aortic enlargement"}, {"COPD"}),
    ],
)
def test_readers(rule, a1, b2, tmp_path):
    got = positives(read("vindr-cxr", tmp_path, readers=rule))
    assert (got["train/a1.dicom"], got["train/b2.dicom"]) == (a1, b2)


def test_images_that_a_reader_did_not_read_are_left_out_and_counted(tmp_path):
    got = read("vindr-cxr", tmp_path, readers="R4")
    assert positives(got) == {"test/c3.dicom": {"Other diseases"}, "train/b2.dicom": set()}
    assert "kept 2 of 3 images because R4 did not read the others" in got.notes


def test_readers_who_disagree_must_be_decided(tmp_path):
    TREES["vindr-cxr"](tmp_path)
    with pytest.raises(UsageError, match="readers disagree about 2 of 3 images") as caught:
        load(tmp_path)
    assert caught.value.exit_code == 2
    assert "majority, any or all" in caught.value.hint
    # They agree about this one.
    assert load(tmp_path, target="Edema").labels == ("Edema",)
    with pytest.raises(InputError) as caught:
        load(tmp_path, readers="R77")
    assert caught.value.id == "unknown-reader"


def test_vindr_cxr_kaggle(tmp_path):
    got = read("vindr-cxr-kaggle", tmp_path)
    assert positives(got) == {"train/a1.dicom": {"Cardiomegaly"}, "train/b2.dicom": set()}
    assert "No finding" not in got.labels
    assert positives(load(tmp_path, readers="any"))["train/b2.dicom"] == {"ILD"}


def test_padchest(tmp_path):
    got = read("padchest", tmp_path)
    assert got.labels == ("nodule, calcified", "pleural effusion")
    assert positives(got) == {
        "0/111_a.png": {"nodule, calcified", "pleural effusion"},
        "0/111_b.png": set(),
        "1/222_a.png": None,
    }
    assert got.cases[0].groups == {"scanner": "IMAGING", "view": "PA", "sex": "F", "age": "65"}
    assert [case.patient_id for case in got.cases] == ["P1", "P1", "P2"]
    assert [case.date for case in got.cases] == ["20140915", "20140915", "20130101"]
    assert "kept 3 of 4 rows because these files are known to be broken" in got.notes
    frontal = load(tmp_path, view="frontal")
    assert [case.case_id for case in frontal.cases] == ["0/111_a.png", "1/222_a.png"]
    assert frontal.notes[-1] == "kept 2 of 3 images because --view frontal leaves out L 1"


def test_views_that_no_image_has(tmp_path):
    TREES["padchest"](tmp_path)
    assert len(load(tmp_path, view="PA,l").cases) == 2
    with pytest.raises(InputError) as caught:
        load(tmp_path, view="oblique")
    assert caught.value.id == "no-such-view"
    assert caught.value.hint == "the views are: AP_horizontal, L, PA"


def test_siim_ptx(tmp_path):
    got = read("siim-ptx", tmp_path)
    assert [case.targets["pneumothorax"] for case in got.cases] == [0, 1, 0]
    assert len({case.patient_id for case in got.cases}) == 3
    assert "CANARY" not in repr(got)
    assert got.cases[0].groups == {"sex": "F", "age": "51", "view": "PA"}


def test_rsna_ich(tmp_path):
    got = read("rsna-ich", tmp_path)
    assert positives(got) == {
        "stage_2_train/ID_12cadc6af.dcm": {"any", "subdural"},
        "stage_2_train/ID_38fd7baa0.dcm": set(),
    }
    first, second = got.cases
    assert first.patient_id == second.patient_id != ""
    assert first.study_id != second.study_id


def test_rows_of_an_image_that_contradict_each_other_refuse_it(tmp_path):
    TREES["rsna-ich"](tmp_path)
    with (tmp_path / "stage_2_train.csv").open("a") as file:
        file.write("ID_12cadc6af_any,0\n")
    got = load(tmp_path)
    assert [one.case_id for one in got.refused] == ["stage_2_train/ID_12cadc6af.dcm"]
    assert got.refused[0].reason.startswith("conflicting-labels: ")


def test_mura(tmp_path):
    got = read("mura", tmp_path)
    assert [(case.patient_id, case.split, case.targets["abnormal"]) for case in got.cases] == [
        ("patient00011", "train", 0),
        ("patient00001", "train", 1),
        ("patient00001", "train", 1),
        ("patient11185", "val", 1),
    ]
    assert got.cases[0].study_id == "train/XR_ELBOW/patient00011/study1_negative"
    assert any("3 of 3 rows have an image; 0 images have no row" in note for note in got.notes)


def test_embed_joins_findings_by_side(tmp_path):
    got = read("embed", tmp_path)
    left, right, other = got.cases
    assert left.targets == {"malignant": 1, "suspicious": 1}
    assert right.targets == {"malignant": None, "suspicious": 0}
    # A finding of both sides counts for the left; BI-RADS 0 decides nothing.
    assert other.targets == {"malignant": None, "suspicious": None}
    assert (left.patient_id, left.study_id, left.groups["view"]) == ("0010", "7001", "CC")
    assert any("3 of 3 rows found one there" in note for note in got.notes)


def test_rounded_identifiers_join_nothing(tmp_path):
    TREES["embed"](tmp_path)
    table = tmp_path / "tables/EMBED_OpenData_metadata.csv"
    table.write_text(table.read_text("utf-8").replace(",7001,", ",7.001E+03,"), "utf-8")
    with pytest.raises(InputError) as caught:
        load(tmp_path)
    assert caught.value.id == "damaged-identifiers"
    assert "'acc_anon' holds 2 identifiers" in str(caught.value)


def test_vindr_mammo(tmp_path):
    got = read("vindr-mammo", tmp_path)
    assert [case.targets["suspicious"] for case in got.cases] == [1, 0, 0]
    assert [case.split for case in got.cases] == ["train", "train", "test"]
    assert [case.patient_id for case in got.cases] == ["st1", "st1", "st2"]
    assert [case.groups["view"] for case in got.cases] == ["CC", "MLO", "CC"]


def test_cbis_ddsm_by_the_folders_of_the_series(tmp_path):
    got = read("cbis-ddsm", tmp_path)
    assert [case.targets["malignant"] for case in got.cases] == [1, 0]
    assert [(case.patient_id, case.split) for case in got.cases] == [
        ("P_00001", "train"), ("P_00038", "test"),
    ]  # fmt: skip
    assert any(note.startswith("looked for the folder {series}: 3 of 3") for note in got.notes)


def test_cbis_ddsm_by_the_headers_where_folders_were_renamed(tmp_path):
    TREES["cbis-ddsm"](tmp_path)
    for number, series in enumerate(sorted((tmp_path / "CBIS-DDSM").glob("*/*/*"))):
        series.rename(series.with_name(f"1.000000-full mammogram images-{number}"))
    got = load(tmp_path)
    assert [case.targets["malignant"] for case in got.cases] == [1, 0]
    assert any("looked for the DICOM header (SeriesInstanceUID)" in note for note in got.notes)


def test_hf_with_json_lines_in_the_folders_of_splits(tmp_path):
    got = read("hf", tmp_path)
    assert {case.case_id: (case.split, case.targets, case.patient_id) for case in got.cases} == {
        "test/0.png": ("test", {"label": 0}, "009"),
        "train/0.png": ("train", {"label": 1}, "007"),
        "train/more/1.png": ("train", {"label": 0}, "008"),
    }


def test_hf_with_words_in_a_table(tmp_path):
    write(tmp_path / "metadata.csv", "file_name,label", "train/1.png,NORMAL", "valid/2.png,COVID")
    picture(tmp_path / "train/1.png")
    picture(tmp_path / "valid/2.png")
    got = load(tmp_path)
    assert [(case.split, case.targets) for case in got.cases] == [
        ("train", {"COVID": 0}), ("val", {"COVID": 1}),
    ]  # fmt: skip
    assert load(tmp_path, positive="NORMAL").labels == ("NORMAL",)
    # The table itself is a manifest, as it always was.
    assert find_preset(tmp_path / "metadata.csv", DataOptions()).name == "csv"


WRONG_COLUMNS = {
    "nih-cxr14": ("Data_Entry_2017.csv", "View Position", "ViewPos"),
    "chexpert": ("train.csv", "Sex", "Sexx"),
    "mimic-cxr-jpg": ("mimic-cxr-2.0.0-metadata.csv", "ViewPosition", "ViewPositio"),
    "rsna-pneumonia": ("stage_2_train_labels.csv", "Target", "Targets"),
    "vindr-cxr": ("annotations/image_labels_train.csv", "COPD", "COPDs"),
    "vindr-cxr-kaggle": ("train.csv", "class_name", "class_names"),
    "padchest": ("PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv", "Projection", "Projected"),
    "siim-ptx": ("train-rle.csv", "EncodedPixels", "EncodedPixel"),
    "rsna-ich": ("stage_2_train.csv", "Label", "Labels"),
    "embed": ("tables/EMBED_OpenData_clinical.csv", "path_severity", "path_severities"),
    "vindr-mammo": ("breast-level_annotations.csv", "breast_birads", "breast_birad"),
    "cbis-ddsm": ("mass_case_description_train_set.csv", "pathology", "pathologies"),
    "hf": ("train/metadata.jsonl", "file_name", "fil_nam"),
}


@pytest.mark.parametrize("name", WRONG_COLUMNS)
def test_a_missing_column_is_named_with_the_nearest(name, tmp_path):
    TREES[name](tmp_path)
    table, column, instead = WRONG_COLUMNS[name]
    path = tmp_path / table
    path.write_text(path.read_text("utf-8").replace(column, instead), "utf-8")
    if name == "vindr-cxr":
        # The test file still has the column; without it nothing has.
        (tmp_path / "annotations/image_labels_test.csv").unlink()
    if name == "hf":
        (tmp_path / "test/metadata.jsonl").unlink()
    with pytest.raises(InputError) as caught:
        load(tmp_path, data_format=name, **DECISIONS.get(name, {}))
    assert caught.value.exit_code == 3
    assert caught.value.id == "missing-column"
    assert f"'{column}'" in str(caught.value)
    assert f"did you mean {instead}" in caught.value.hint


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_folder_without_the_tables_says_which_are_needed(name, tmp_path):
    picture(tmp_path / "1.png")
    with pytest.raises(InputError) as caught:
        load(tmp_path, data_format=name)
    assert (caught.value.id, caught.value.exit_code) == ("missing-table", 3)


def test_a_folder_of_two_data_sets_is_not_guessed(tmp_path):
    TREES["mura"](tmp_path)
    TREES["rsna-pneumonia"](tmp_path)
    with pytest.raises(InputError) as caught:
        load(tmp_path)
    assert caught.value.id == "ambiguous-data-format"
    assert "rsna-pneumonia and like mura" in str(caught.value)
    assert len(load(tmp_path, data_format="mura").cases) == 4


def test_a_finding_that_the_layout_does_not_know(tmp_path):
    nih_cxr14(tmp_path)
    table = tmp_path / "Data_Entry_2017.csv"
    table.write_text(table.read_text("utf-8").replace("Cardiomegaly|", "Cardiomegally|"), "utf-8")
    with pytest.raises(InputError) as caught:
        load(tmp_path)
    assert (caught.value.id, caught.value.hint) == ("bad-target", "did you mean Cardiomegaly?")
    assert "row 2 of Data_Entry_2017.csv" in str(caught.value)


def test_lists_that_are_not_there_are_said(tmp_path):
    nih_cxr14(tmp_path)
    (tmp_path / "test_list.txt").unlink()
    got = load(tmp_path)
    assert "the list test_list.txt was not used: there is no such file" in got.notes
    assert [case.split for case in got.cases] == ["train", "train", None]


def test_one_label_by_name_and_no_positive_word(tmp_path):
    nih_cxr14(tmp_path)
    assert load(tmp_path, target="effusion").labels == ("Effusion",)
    with pytest.raises(InputError) as caught:
        load(tmp_path, target="effusions")
    assert (caught.value.id, caught.value.hint) == ("unknown-label", "did you mean Effusion?")
    with pytest.raises(UsageError) as caught:
        load(tmp_path, positive="Effusion")
    assert caught.value.id == "meaningless-option"


def test_views_of_a_manifest(tmp_path):
    picture(tmp_path / "a.png")
    picture(tmp_path / "b.png")
    rows = ("path,target:x,view", "a.png,1,AP", "b.png,0,LL")
    manifest = write(tmp_path / "m.csv", *rows)
    assert [case.case_id for case in load(manifest, view="frontal").cases] == ["a.png"]
    assert [case.case_id for case in load(manifest, view="lateral").cases] == ["b.png"]
    assert load(manifest, view="AP,LL").notes[-1].endswith("--view AP,LL takes them all")


def test_several_files_that_could_be_the_table(tmp_path):
    TREES["mimic-cxr-jpg"](tmp_path)
    table = tmp_path / "mimic-cxr-2.0.0-metadata.csv"
    (tmp_path / "mimic-cxr-2.1.0-metadata.csv").write_bytes(table.read_bytes())
    with pytest.raises(InputError) as caught:
        load(tmp_path, uncertain="blank")
    assert caught.value.id == "ambiguous-table"
    assert len(load(table, uncertain="blank").cases) == 3


def test_a_header_that_cannot_be_read_refuses_the_image(tmp_path):
    TREES["siim-ptx"](tmp_path)
    broken = next(tmp_path.glob("**/1.2.276.2.dcm"))
    broken.write_bytes(broken.read_bytes()[:300])
    got = load(tmp_path)
    assert len(got.cases) == 2
    assert [one.reason.partition(":")[0] for one in got.refused] == ["damaged"]
