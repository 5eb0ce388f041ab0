"""A user's own layout: read from YAML, its mistakes told with file, line and field."""

import json
import re
from pathlib import Path

import pytest
from published_layouts import dicom, picture, write

from radzoo.core.errors import InputError
from radzoo.core.schema_fields import all_fields
from radzoo.data.layout.schema import Layout
from radzoo.data.load import DataOptions, find_preset, load_manifest

OWN = """\
layout_version: 1
name: ours
title: our chest radiographs
facts: our archive
tables:
  - files: reads.csv
    header: [acc, result]
images:
  file: "{acc}.png"
cases:
  patient: mrn
  age: {columns: age, unit: months}
labels:
  kind: columns
  findings:
    effusion: {columns: result, values: {ja: 1, nein: 0, unklar: uncertain}}
"""


@pytest.fixture
def own(tmp_path):
    """Two images, a table as a European spreadsheet writes it, and the layout."""
    write(
        tmp_path / "data/reads.csv",
        "acc;mrn;age;result",
        "000123;0007;6,5;ja",
        "000124;0008;780;nein",
        encoding="utf-8-sig",
    )
    picture(tmp_path / "data/2024/000123.png")
    picture(tmp_path / "data/2025/000124.png")
    write(tmp_path / "mine.yaml", OWN)
    return tmp_path


def load(own, **options):
    return load_manifest(
        own / "data", options=DataOptions(data_format=str(own / "mine.yaml"), **options)
    )


def wrong(own, old, new):
    write(own / "mine.yaml", OWN.replace(old, new))
    with pytest.raises(InputError) as caught:
        load(own)
    assert caught.value.exit_code == 3
    return caught.value


def test_it_is_read_as_those_that_ship(own):
    got = load(own)
    assert [case.case_id for case in got.cases] == ["2024/000123.png", "2025/000124.png"]
    assert [case.patient_id for case in got.cases] == ["0007", "0008"]
    assert [case.targets for case in got.cases] == [{"effusion": 1}, {"effusion": 0}]
    assert [case.groups["age"] for case in got.cases] == ["0.54", "65"]
    format_ = str(own / "mine.yaml")
    assert find_preset(own / "data", DataOptions(data_format=format_)).name == "ours"


MISTAKES = {
    "a misspelt field": ("  patient: mrn", "  patientt: mrn", ":11: cases.patientt: is not a field",
                         "did you mean patient"),
    "a field too few": ("title: our chest radiographs\n", "", ":1: title: is needed", "says what"),
    "an unknown kind": ("kind: columns", "kind: column",
                        ":14: labels.kind: 'column': needs to be one of", "did you mean columns"),
    "no kind": ("  kind: columns\n", "",
                ":13: labels: needs 'kind': one of columns, list, rows, manifest", "says what"),
    "an unknown unit": ("unit: months", "unit: weeks",
                        ":12: cases.age.unit: 'weeks': needs to be one of", "says what"),
    "an unknown state": ("nein: 0", "nein: 2", ":16: labels.findings.effusion.values.nein",
                         "says what"),
    "a number as text": ("title: our chest radiographs", "title: 7",
                         ":3: title: 7: needs to be text", "quotes"),
    "no way to the image": ('  file: "{acc}.png"', "  file: []", ":8: images: needs one of file",
                            "says what"),
    "no YAML": ("tables:", "tables: [", "is not valid YAML", "says what"),
    "a version to come": ("layout_version: 1", "layout_version: 2", ":1: layout_version", "says"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_file_line_and_field(name, own):
    old, new, said, hint = MISTAKES[name]
    error = wrong(own, old, new)
    assert error.id == "invalid-layout"
    assert "mine.yaml:" in str(error)
    assert said in str(error)
    assert hint in error.hint


def test_an_expression_needs_one_group(own):
    derive = 'derive:\n  x: {columns: acc, regex: "[0-9]+"}\nimages:'
    assert "derive.x.regex: '[0-9]+': needs to be" in str(wrong(own, "images:", derive))


def test_a_layout_that_is_not_there_or_too_large(own):
    error = wrong(own, OWN, "# " + "x" * 300_000)
    assert "too many for a layout" in str(error)
    (own / "mine.yaml").unlink()
    with pytest.raises(InputError) as caught:
        load(own)
    assert caught.value.id == "no-such-file"


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("{acc}.png", "{accession}.png", "accession"),
        ("patient: mrn", "patient: mnr", "mnr"),
        ("columns: result", "columns: results", "results"),
        ("header: [acc, result]", "header: [acc, outcome]", "outcome"),
    ],
)
def test_columns_that_the_table_has_not(old, new, named, own):
    error = wrong(own, old, new)
    assert error.id == "missing-column"
    assert f"'{named}'" in str(error)
    assert "reads.csv" in str(error)


def test_a_value_that_the_layout_does_not_know_is_told_by_its_row(own):
    error = wrong(own, "nein: 0", "no: 0")
    assert str(error) == "the column 'result' holds a value in row 3 of reads.csv that is not known"
    assert error.hint == "known are ja, no, unklar, and blank"


def test_rounded_identifiers_are_refused_and_never_merged(own):
    write(own / "data/reads.csv", "acc,mrn,age,result", "000123,1.23E+15,4,ja")
    with pytest.raises(InputError) as caught:
        load(own)
    assert caught.value.id == "damaged-identifiers"
    write(own / "data/reads.csv", "acc,mrn,age,result", "1.23E+15,0007,4,ja")
    with pytest.raises(InputError) as caught:
        load(own)
    assert caught.value.id == "labels-match-nothing"
    assert "rounded numbers" in caught.value.hint


def test_rounded_identifiers_give_way_to_another_key(own):
    """The accessions are damaged; the images are found by their headers."""
    images = '{file: "{acc}.dcm", header: {SOPInstanceUID: "{uid}"}}'
    layout = OWN.replace('\n  file: "{acc}.png"', f" {images}")
    write(own / "mine.yaml", layout)
    write(own / "data/reads.csv", "acc,uid,mrn,age,result", "1.23E+15,1.2.77,0007,4,ja")
    dicom(own / "data/x.dcm", SOPInstanceUID="1.2.77")
    got = load(own)
    assert [case.case_id for case in got.cases] == ["x.dcm"]


def test_leading_zeros_are_kept(own):
    write(own / "data/reads.csv", "acc,mrn,age,result", "123,0007,4,ja")
    with pytest.raises(InputError) as caught:
        load(own)
    assert caught.value.id == "labels-match-nothing"


def test_a_shorter_path_is_no_match_and_two_matches_are_none(own):
    """`study1/view1.png` of another patient must never be taken."""
    write(own / "mine.yaml", OWN.replace("{acc}.png", "{mrn}/{acc}.png"))
    write(own / "data/reads.csv", "acc,mrn,age,result", "000123,2024,4,ja", "000124,2024,5,nein")
    got = load(own)
    assert [case.case_id for case in got.cases] == ["2024/000123.png"]
    picture(own / "data/again/2024/000123.png")
    with pytest.raises(InputError):
        load(own)
    picture(own / "data/2024/000124.png")
    notes = load(own).notes
    assert (
        "1 rows could mean several images and were given none, such as row 2 of reads.csv" in notes
    )


def test_only_five_of_those_without_a_partner_are_shown(own):
    rows = [f"x{n},1,4,ja" for n in range(9)]
    write(own / "data/reads.csv", "acc,mrn,age,result", "000123,1,4,ja", *rows)
    for number in range(9):
        picture(own / f"data/y{number}.png")
    notes = load(own).notes
    said = ", ".join(f"row {n} of reads.csv" for n in range(3, 8))
    assert f"kept 1 of 10 rows because the others have no image, such as {said}" in notes
    assert (
        "kept 1 of 11 images because the others have no row, such as "
        "y0.png, y1.png, y2.png, y3.png, y4.png"
    ) in notes


def test_patients_may_be_named_by_the_user(own):
    assert load(own, patient="acc").cases[0].patient_id == "000123"
    by_path = load(own, patient_regex=r"(\d{4})/").cases
    assert [case.patient_id for case in by_path] == ["2024", "2025"]


def test_splits_by_a_column_with_own_words(own):
    extra = "cases:\n  split: {columns: part, values: {A: train, B: test}}"
    write(own / "mine.yaml", OWN.replace("cases:", extra))
    rows = ["000123,7,4,ja,A", "000124,8,4,nein,B"]
    write(own / "data/reads.csv", "acc,mrn,age,result,part", *rows)
    assert [case.split for case in load(own).cases] == ["train", "test"]
    write(own / "data/reads.csv", "acc,mrn,age,result,part", "000123,7,4,ja,C")
    with pytest.raises(InputError) as caught:
        load(own)
    assert caught.value.id == "unknown-split"


@pytest.mark.parametrize("other", ["000123,7,4,ja,test", "000123,8,4,ja,train"])
def test_rows_that_name_two_splits_or_patients_refuse_the_image(other, own):
    extra = "cases:\n  split: part"
    write(own / "mine.yaml", OWN.replace("cases:", extra))
    rows = ["000123,7,4,ja,train", "000124,9,4,nein,train", other]
    write(own / "data/reads.csv", "acc,mrn,age,result,part", *rows)
    got = load(own)
    assert [case.patient_id for case in got.cases] == ["9"]
    assert [one.case_id for one in got.refused] == ["2024/000123.png"]


def test_every_field_is_documented():
    page = Path(__file__).parents[3] / "docs/reference/data-formats.md"
    words = set(re.findall(r"[a-z_]+", page.read_text("utf-8")))
    assert set(all_fields(Layout)) - words == set()


# The page that says how, and the commands


def test_the_how_to_works_as_written(tmp_path, radzoo):
    docs = Path(__file__).parents[3] / "docs"
    page = (docs / "how-to/describe-your-own-data-set.md").read_text("utf-8")
    table, layout = re.findall(r"```(?:text|yaml)\n(.*?)```", page, re.DOTALL)
    reference = (docs / "reference/data-formats.md").read_text("utf-8")
    assert layout.partition("cases:")[0] in reference
    write(tmp_path / "ours/reads.csv", table)
    write(tmp_path / "mine.yaml", layout)
    for name in ("000123", "000124"):
        picture(tmp_path / f"ours/2024/{name}.png")
    command = ("data", "convert", tmp_path / "ours", "--data-format", tmp_path / "mine.yaml")
    command += ("-o", tmp_path / "m.csv")
    assert radzoo(*command)[0] == 2
    code, _, err = radzoo(*command, "--readers", "any")
    assert code == 0, err
    assert "000123.png,0007,1,F,64" in (tmp_path / "m.csv").read_text()


def test_describe_takes_a_layout(own, radzoo):
    code, out, err = radzoo(
        "data", "describe", own / "data", "--data-format", own / "mine.yaml", "--json"
    )
    assert code == 0, err
    report = json.loads(out)
    assert report["data_format"] == "ours"
    assert report["labels"]["effusion"]["n_positive"] == 1
    assert any("2 of 2 rows have an image" in note for note in report["notes"])


def test_what_must_be_decided_ends_in_exit_code_2(own, radzoo):
    table = own / "data/reads.csv"
    table.write_text(table.read_text("utf-8").replace("nein", "unklar"), "utf-8")
    common = ("data", "convert", own / "data", "--data-format", own / "mine.yaml")
    code, out, err = radzoo(*common, "-o", own / "m.csv")
    assert (code, out) == (2, "")
    assert "--uncertain blank, positive, negative" in err
    code, _, err = radzoo(*common, "-o", own / "m.csv", "--uncertain", "positive")
    assert code == 0, err
    assert "1 uncertain labels count as positive" in err
    written = (own / "m.csv").read_text().splitlines()
    assert written[0].startswith("case_id,path,patient_id,target:effusion,age")
    assert [line.split(",")[3] for line in written[1:]] == ["1", "1"]
    assert radzoo(*common, "-o", own / "n.csv", "--uncertain", "maybe")[0] == 2


def test_a_split_by_patient_of_a_layout(own, radzoo):
    code, _, err = radzoo(
        "data", "split", own / "data", "--data-format", own / "mine.yaml", "-o", own / "s.csv"
    )
    assert code == 0, err
    assert "0007" in (own / "s.csv").read_text()


def test_a_mistake_in_a_layout_ends_in_exit_code_3(own, radzoo):
    write(own / "mine.yaml", OWN.replace("mrn", "[mrn"))
    code, _, err = radzoo("data", "describe", own / "data", "--data-format", own / "mine.yaml")
    assert code == 3
    assert "mine.yaml:" in err


def test_a_run_keeps_the_place_of_its_layout(own, monkeypatch):
    from radzoo.workflows.run.config import read_options, write_options

    monkeypatch.chdir(own)
    options = DataOptions(data_format="mine.yaml", uncertain="negative", view="PA", readers="any")
    kept = read_options(write_options(options))
    assert kept.data_format == str(own / "mine.yaml")
    assert (kept.uncertain, kept.view, kept.readers) == ("negative", "PA", "any")
    assert write_options(DataOptions(data_format="chexpert"))["data_format"] == "chexpert"
