"""Presets: folders, archives, manifests and DICOM with a table become the same nouns."""

from dataclasses import replace

import numpy as np
import pytest
from dicoms import make_dataset, make_dicom, save
from PIL import Image as Pillow
from pydicom import uid

from radzoo.core.errors import InputError, UsageError
from radzoo.data.load import DataOptions, find_preset, load_manifest
from radzoo.data.manifest_file import write_manifest
from radzoo.data.presets import PRESETS

PIXELS = np.arange(64, dtype=np.uint16).reshape(8, 8)
ANY = DataOptions(needs_targets=False)


def picture(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    Pillow.fromarray(np.zeros((4, 4), np.uint8)).save(path, "PNG")


def load(path, **options):
    return load_manifest(path, options=DataOptions(**options))


def fails(id_, path, **options):
    with pytest.raises(InputError) as caught:
        load(path, **options)
    assert caught.value.id == id_
    return caught.value


@pytest.fixture
def study(tmp_path):
    """Four DICOM images of three patients, a report, and a hidden file."""
    (tmp_path / "images").mkdir()
    for number in range(4):
        make_dicom(
            tmp_path / f"images/{number}.dcm", PIXELS, SOPInstanceUID=f"1.2.{number}",
            StudyInstanceUID=f"1.9.{number // 2}", SeriesInstanceUID=f"1.8.{number}",
            AccessionNumber=f"00{number}", PatientID=f"CANARY{min(number, 2)}",
            PatientName="CANARY^NAME", InstitutionName="CANARY HOSPITAL", Manufacturer="Maker",
            ManufacturerModelName="One", PatientSex="F", PatientAge="006M", ViewPosition="PA",
        )  # fmt: skip
    report = make_dataset(PIXELS)
    del report.PixelData, report.Rows, report.Columns
    report.SOPClassUID = report.file_meta.MediaStorageSOPClassUID = uid.BasicTextSRStorage
    save(report, tmp_path / "images/report.dcm")
    (tmp_path / "images/.hidden.dcm").write_text("x")
    (tmp_path / "images/readme.txt").write_text("x")
    return tmp_path / "images"


def table(folder, text):
    path = folder.parent / "labels.csv"
    path.write_text(text, encoding="utf-8")
    return path


KEYS = {
    "path": ("file", ["0.dcm", "1.dcm", "2.dcm", "3.dcm"]),
    "path with folders": ("path", ["/mnt/x/images/0.dcm", "images\\1.dcm", "2", "./3.dcm"]),
    "SOPInstanceUID": ("SOPInstanceUID", ["1.2.0", "1.2.1", "1.2.2", "1.2.3"]),
    "SeriesInstanceUID": ("seriesinstanceuid", ["1.8.0", "1.8.1", "1.8.2", "1.8.3"]),
    "AccessionNumber": ("Accession", ["000", "001", "002", "003"]),
}


@pytest.mark.parametrize("key", KEYS)
def test_images_are_joined_by_any_key(key, study):
    name, cells = KEYS[key]
    rows = "\n".join(f"{cell},{number % 2}" for number, cell in enumerate(cells))
    got = load(study, labels=table(study, f"{name},target:x\n{rows}\n"))
    assert {case.case_id: case.targets["x"] for case in got.cases} == {
        "0.dcm": 0, "1.dcm": 1, "2.dcm": 0, "3.dcm": 1,
    }  # fmt: skip
    assert got.notes[0] == (
        f"joined on {key.split()[0]}: 4 of 4 images found in the labels, "
        "4 of 4 label rows found an image"
    )
    assert "1 DICOM objects hold no image and were left alone" in got.notes


def test_an_image_cut_off_in_its_header_is_refused_and_not_left_alone(study):
    whole = (study / "3.dcm").read_bytes()
    (study / "3.dcm").write_bytes(whole[:300])
    got = load(study, labels=table(study, "path,target:x\n0.dcm,0\n1.dcm,1\n2.dcm,0\n3.dcm,1\n"))
    assert len(got.cases) == 3
    assert [(case.case_id, case.reason[:7]) for case in got.refused] == [("3.dcm", "damaged")]


def test_patients_of_a_table_that_is_not_utf_8(study):
    labels = table(study, "")
    labels.write_bytes(
        b"path,who,target:x\n0.dcm,M\xfcller,0\n1.dcm,M\xf6ller,1\n2.dcm,M\xfcller,0\n"
    )
    first, second, third = load(study, labels=labels, patient="who").cases
    assert first.patient_id == third.patient_id != second.patient_id


def test_one_row_of_a_study_or_patient_counts_for_all_its_images(study):
    by_study = load(study, labels=table(study, "StudyInstanceUID,target:x\n1.9.0,1\n1.9.1,0\n"))
    assert [case.targets["x"] for case in by_study.cases] == [1, 1, 0, 0]
    by_patient = load(study, labels=table(study, "PatientID,target:x\nCANARY2,1\nCANARY0,0\n"))
    assert [(case.case_id, case.targets["x"]) for case in by_patient.cases] == [
        ("0.dcm", 0), ("2.dcm", 1), ("3.dcm", 1),
    ]  # fmt: skip


def test_both_match_rates_and_the_unmatched_are_said(study):
    rows = "AccessionNumber,target:x\n000,1\n001,0\n" + "".join(f"9{n},0\n" for n in range(7))
    notes = load(study, labels=table(study, rows)).notes
    assert "2 of 4 images found in the labels, 2 of 9 label rows found an image" in notes[0]
    assert notes[1].endswith("such as 2.dcm, 3.dcm")
    assert notes[2] == (
        "kept 2 of 9 label rows because the others found no image, such as row 4, 5, 6, 7, 8 "
        "of labels.csv"
    )


def test_labels_that_match_nothing(study):
    error = fails("labels-match-nothing", study, labels=table(study, "acc,target:x\n77,1\n"))
    assert error.exit_code == 3
    assert "It holds 0.dcm, 1.dcm, 2.dcm, 3.dcm; the table has columns acc" in error.hint
    damaged = table(study, "acc,target:x\n1.23E+15,1\n")
    assert "spreadsheet" in fails("labels-match-nothing", study, labels=damaged).hint


def test_lost_leading_zeros_are_no_match(study):
    error = fails("labels-match-nothing", study, labels=table(study, "acc,target:x\n1,1\n"))
    assert error.hint.startswith("1 of 4 images would be found if leading zeros did not count")
    notes = load(study, labels=table(study, "acc,target:x\n001,1\n2,0\n3,0\n1,1\n")).notes
    assert any(note.startswith("2 of 4 images would be found if") for note in notes)


def test_a_later_key_that_finds_far_more_is_named(study):
    rows = "file,acc,PatientID,target:x\n0.dcm,000,CANARY0,1\nold/x.dcm,001,CANARY0,0\n"
    more = "old/y.dcm,002,CANARY2,0\nold/z.dcm,003,CANARY2,1\n"
    notes = load(study, labels=table(study, rows + more)).notes
    told = "AccessionNumber would find 4 of 4 images: rename the column 'file' to join on it"
    assert told in notes
    by_patient = load(study, labels=table(study, "acc,mrn,target:x\n000,CANARY2,1\n")).notes
    assert not any("would find" in note for note in by_patient)


def test_text_that_was_kept_from_a_spreadsheet_is_that_text(study):
    got = load(study, labels=table(study, 'acc,target:x\n="001",1\n"=""003""",0\n'))
    assert [case.case_id for case in got.cases] == ["1.dcm", "3.dcm"]


def test_rows_that_disagree_refuse_the_image(study):
    labels = table(study, "StudyInstanceUID,target:x\n1.9.0,1\n1.9.0,0\n1.9.1,0\n")
    got = load(study, labels=labels)
    assert [one.case_id for one in got.refused] == ["0.dcm", "1.dcm"]
    assert got.refused[0].reason.startswith("conflicting-labels: ")


def test_headers_give_groups_and_hashed_identities(study):
    labels = table(study, "acc,target:x,PatientID\n000,1,CANARY0\n001,0,CANARY1\n002,1,CANARY2\n")
    got = load(study, labels=labels)
    case = got.cases[0]
    assert case.groups == {
        "site": case.groups["site"], "scanner": "Maker One", "sex": "F", "age": "0.5", "view": "PA",
    }  # fmt: skip
    assert "CANARY" not in repr(got)
    assert len({case.patient_id for case in got.cases}) == 3
    assert all(len(case.patient_id) == 12 for case in got.cases)


def test_a_header_that_cannot_be_read_is_refused_by_name(study):
    (study / "5.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\xff" * 40)
    got = load(study, labels=table(study, "acc,target:x\n000,1\n"))
    assert [one.case_id for one in got.refused] == ["5.dcm"]


def test_a_table_without_a_key_column(study):
    fails("missing-column", study, labels=table(study, "target:x\n1\n"))


def test_a_folder_of_dicom_needs_labels_only_where_targets_are_needed(study):
    fails("no-labels", study)
    got = load_manifest(study, options=ANY)
    assert len(got.cases) == 5
    assert got.labels == ()
    one = load_manifest(study / "0.dcm", options=ANY)
    assert [case.case_id for case in one.cases] == ["0.dcm"]


def test_class_folders_below_splits(tmp_path):
    for name in ("train/NORMAL/1", "train/PNEUMONIA/2", "Validation/NORMAL/3", "test/PNEUMONIA/4"):
        picture(tmp_path / f"{name}.png")
    (tmp_path / "test/PNEUMONIA/bad.jpg").write_text("x")
    (tmp_path / "notes.txt").write_text("x")
    got = load(tmp_path, patient_regex=r"/(\d)\.")
    assert [(case.case_id, case.split, case.targets["PNEUMONIA"], case.patient_id)
            for case in got.cases] == [
        ("Validation/NORMAL/3.png", "val", 0, "3"),
        ("test/PNEUMONIA/4.png", "test", 1, "4"),
        ("test/PNEUMONIA/bad.jpg", "test", 1, ""),
        ("train/NORMAL/1.png", "train", 0, "1"),
        ("train/PNEUMONIA/2.png", "train", 1, "2"),
    ]  # fmt: skip
    assert got.notes == ("1 file is not an image and was left alone",)


def test_class_folders_without_splits_and_a_chosen_positive(tmp_path):
    for name in ("a/1", "b/2", "c/3"):
        picture(tmp_path / f"{name}.png")
    picture(tmp_path / "loose.png")
    got = load(tmp_path, positive="a")
    assert [case.targets["a"] for case in got.cases] == [1, 0, 0]
    assert got.notes == ("1 images stand in no class folder and were left out",)
    fails("unknown-positive", tmp_path, positive="d")


def test_dicom_in_class_folders(tmp_path, study):
    for number, name in enumerate(("NORMAL", "opacity")):
        (tmp_path / "data" / name).mkdir(parents=True)
        (study / f"{number}.dcm").rename(tmp_path / f"data/{name}/{number}.dcm")
    got = load(tmp_path / "data")
    assert [case.targets for case in got.cases] == [{"opacity": 0}, {"opacity": 1}]
    assert all(case.patient_id for case in got.cases)


def test_folders_of_dicom_patients_are_no_classes(tmp_path, study):
    for number in range(2):
        (tmp_path / f"data/p{number}").mkdir(parents=True)
        (study / f"{number}.dcm").rename(tmp_path / f"data/p{number}/{number}.dcm")
    fails("no-labels", tmp_path / "data")


@pytest.mark.parametrize("options", [{}, {"needs_targets": False}])
def test_an_empty_folder(options, tmp_path):
    (tmp_path / "empty").mkdir()
    error = fails("empty-folder", tmp_path / "empty", **options)
    assert error.exit_code == 3


def test_a_manifest_without_patients_takes_them_from_dicom_headers(study):
    rows = "".join(f"images/{number}.dcm,{number % 2}\n" for number in range(4))
    manifest = load(table(study, "path,target:a\n" + rows))
    patients = [case.patient_id for case in manifest.cases]
    assert patients[2] == patients[3] != ""
    assert len(set(patients)) == 3
    assert not any("CANARY" in patient for patient in patients)


def test_each_layout_is_recognised(tmp_path, study):
    picture(tmp_path / "sorted/no/1.png")
    picture(tmp_path / "sorted/yes/1.png")
    np.savez(tmp_path / "mnist.npz", train_images=PIXELS[None], train_labels=[[1]])
    (tmp_path / "cases.csv").write_text("path,target:a\n1.png,1\n", encoding="utf-8")
    found = {
        "medmnist": find_preset(tmp_path / "mnist.npz", DataOptions()),
        "csv": find_preset(tmp_path / "cases.csv", DataOptions()),
        "imagefolder": find_preset(tmp_path / "sorted", DataOptions()),
        "dicom-csv": find_preset(study, DataOptions(labels=tmp_path / "cases.csv")),
        "unlabelled": find_preset(study, DataOptions(needs_targets=False)),
    }
    assert {name: preset.name for name, preset in found.items()} == {name: name for name in found}


def test_empty_folders_beside_loose_images_are_no_classes(tmp_path):
    picture(tmp_path / "data/1.png")
    for name in ("NORMAL", "opacity"):
        (tmp_path / "data" / name).mkdir()
    found = find_preset(tmp_path / "data", DataOptions(needs_targets=False))
    assert found.name == "unlabelled"
    picture(tmp_path / "data/opacity/2.png")
    found = find_preset(tmp_path / "data", DataOptions(needs_targets=False))
    assert found.name == "imagefolder"


def test_loose_dicom_files_do_not_make_classes_of_pictures_dicom(tmp_path, study):
    (study / "0.dcm").rename(tmp_path / "0.dcm")
    for name in ("a", "b", "c"):
        picture(tmp_path / "data" / name / "1.png")
    (tmp_path / "0.dcm").rename(tmp_path / "data/0.dcm")
    assert find_preset(tmp_path / "data", DataOptions()).name == "imagefolder"


def test_one_class_folder_is_too_few(tmp_path):
    picture(tmp_path / "only/1.png")
    fails("no-labels", tmp_path)
    fails("no-labels", tmp_path, data_format="imagefolder")


def test_missing_data_and_unknown_formats(tmp_path):
    fails("missing-data", tmp_path / "none")
    picture(tmp_path / "1.png")
    error = fails("unknown-data-format", tmp_path, data_format="imagefoldr")
    assert error.hint == "did you mean imagefolder?"


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "pneumoniamnist.npz"
    arrays = {}
    for split, size in (("train", 4), ("val", 2), ("test", 3)):
        arrays[f"{split}_images"] = np.zeros((size, 5, 5), np.uint8)
        arrays[f"{split}_labels"] = (np.arange(size) % 2)[:, None].astype(np.uint8)
    np.savez(path, **arrays)
    return path, arrays


def test_medmnist(archive):
    got = load(archive[0])
    assert got.labels == ("pneumonia",)
    assert [case.split for case in got.cases].count("train") == 4
    assert (got.cases[-1].member, got.cases[-2].targets) == ("test_images/2", {"pneumonia": 1})


def test_medmnist_with_several_classes_or_labels(archive):
    path, arrays = archive
    arrays["train_labels"] = np.array([[0], [1], [2], [2]])
    np.savez(path, **arrays)
    assert load(path).labels == ("class",)
    one = load(path, positive="2")
    assert [case.targets["class 2"] for case in one.cases][:4] == [0, 0, 1, 1]
    fails("unknown-positive", path, positive="7")
    many = {name: np.repeat(array, 3, 1) if "labels" in name else array
            for name, array in arrays.items()}  # fmt: skip
    np.savez(path, **many)
    assert load(path).labels == ("label 0", "label 1", "label 2")


def test_archives_that_are_not_medmnist(archive, tmp_path):
    path, arrays = archive
    np.savez(path, other=np.zeros(3))
    assert "other" in fails("bad-archive", path).hint
    arrays["train_labels"] = arrays["train_labels"][:2]
    np.savez(path, **arrays)
    fails("bad-archive", path)
    path.write_bytes(b"PK\x03\x04rubbish")
    fails("bad-archive", path)


def test_manifest(tmp_path):
    picture(tmp_path / "images/a.png")
    path = tmp_path / "m.csv"
    path.write_text("path;Patient ID;split;target:x;target:y;site;age\n"
                    "images/a.png;007;valid;1;;A;40\nimages/b.png;8;train;0;1;B;\n")  # fmt: skip
    got = load(path)
    case = got.cases[0]
    assert got.labels == ("x", "y")
    assert (case.case_id, case.patient_id, case.split) == ("images/a.png", "007", "val")
    assert case.path == tmp_path / "images/a.png"
    assert (case.targets, case.groups) == ({"x": 1, "y": None}, {"site": "A", "age": "40"})


MANIFESTS = {
    "missing-column": "file_path,target:x\na.png,1\n",
    "unknown-split": "path,split,target:x\na.png,tran,1\n",
    "duplicate-case": "path,target:x\na.png,1\na.png,0\n",
    "missing-path": "path,target:x\na.png,1\n,0\n",
    "missing-files": "path,target:x\nnone.png,1\n",
    "empty-table": "path,target:x\n",
}


@pytest.mark.parametrize(("id_", "text"), MANIFESTS.items(), ids=MANIFESTS)
def test_manifests_that_are_wrong(id_, text, tmp_path):
    picture(tmp_path / "a.png")
    (tmp_path / "m.csv").write_text(text)
    assert fails(id_, tmp_path / "m.csv").exit_code == 3


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_written_manifest_reads_as_the_same_cases(suffix, archive, tmp_path, study):
    for source, options in ((archive[0], DataOptions()), (study, ANY)):
        manifest = load_manifest(source, options=options)
        path = tmp_path / "out" / f"{source.stem}.{suffix}"
        write_manifest(path, manifest)
        again = load_manifest(path, options=options)
        assert again.labels == manifest.labels
        for before, after in zip(manifest.cases, again.cases, strict=True):
            assert after.path.samefile(before.path)
            assert replace(after, path=before.path) == before


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_called_by_its_name(name, tmp_path):
    assert PRESETS[name].name == name
    assert find_preset(tmp_path, DataOptions(data_format=name)).name == name


@pytest.mark.parametrize("given", [{"patient": "p"}, {"target": "t"}])
def test_an_archive_has_no_columns_to_name(write_npz, given):
    with pytest.raises(UsageError, match="without columns"):
        load_manifest(write_npz(), options=DataOptions(**given))
