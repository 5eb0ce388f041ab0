"""What table, headers and files say of each case."""

from pathlib import Path

import numpy as np
from dicoms import make_dicom

from radzoo.core.case import Case
from radzoo.data.load import load_manifest
from radzoo.data.options import DataOptions
from radzoo.data.patients import hash_identifier
from radzoo.workflows.audit.columns import columns_of

PIXELS = np.zeros((4, 4), np.uint8)


def test_table_header_and_file_are_joined_and_identifiers_hashed(tmp_path):
    make_dicom(
        tmp_path / "a.dcm", PIXELS, InstitutionName="North", ViewPosition="PA", KVP="90",
        StudyInstanceUID="1.2.7", AccessionNumber="A77", PatientID="P1", FrameOfReferenceUID="1.5",
    )  # fmt: skip
    cases = (
        Case("a", tmp_path / "a.dcm", {"x": 1.0}, groups={"view": "AP", "x": "1"}, date="20200102"),
        Case("b", tmp_path / "gone.dcm", {"x": 0.0}, study_id="told", covariates={"ward": "3"}),
    )
    columns, identifiers = columns_of(cases, ["x"], workers=1)
    assert columns["view"] == ("AP", "")  # the table is believed
    assert columns["kvp"] == ("90", "")
    assert columns["ward"] == ("", "3")
    assert columns["site"] == (hash_identifier("North"), "")
    assert columns["file_name"] == ("a", "gone")
    assert columns["date"] == ("20200102", "")
    assert "x" not in columns
    assert identifiers["study"] == (hash_identifier("1.2.7"), "told")
    assert identifiers["frame_of_reference"] == (hash_identifier("1.5"), "")
    words = {word for column in (*columns.values(), *identifiers.values()) for word in column}
    assert not words & {"P1", "North", "A77", "1.2.7", "1.5"}


def test_a_file_of_many_cases_is_asked_once(tmp_path, monkeypatch):
    from radzoo.workflows.audit import columns as module

    asked = []

    class Counting(module.Guard):
        def map(self, requests):
            requests = list(requests)
            asked.extend(requests)
            return super().map(requests)

    monkeypatch.setattr(module, "Guard", Counting)
    np.savez(tmp_path / "all.npz", images=np.zeros((3, 4, 4), np.uint8))
    cases = [Case(str(at), Path(tmp_path / "all.npz"), {}, member=f"images/{at}") for at in "012"]
    columns, identifiers = columns_of(cases, [], workers=1)
    assert len(asked) == 1
    assert columns == {"file_suffix": (".npz",) * 3, "folder": (tmp_path.name,) * 3}
    assert identifiers == {}


def test_other_columns_of_a_table_are_looked_at_but_no_targets_or_identifiers(tmp_path):
    table = tmp_path / "cases.csv"
    table.write_text(
        "path,patient_id,target:x,Chest Tube,split,AccessionNumber,race\n"
        "a.png,1,1,yes,train,77,\nb.png,2,0,no,test,78,B\n"
    )
    (tmp_path / "a.png").write_bytes(b"no image")
    manifest = load_manifest(table, options=DataOptions())
    columns, _ = columns_of(manifest.cases, manifest.labels, workers=1)
    assert {name: columns[name] for name in ("chest_tube", "race")} == {
        "chest_tube": ("yes", "no"), "race": ("", "B"),
    }  # fmt: skip
    assert set(columns) == {
        "chest_tube", "race", "file_suffix", "folder", "file_name", "file_size",
    }  # fmt: skip
