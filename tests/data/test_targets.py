"""Tables and targets: as spreadsheets write them."""

from dataclasses import replace
from pathlib import Path

import pytest

from radzoo.core.case import Case, Manifest
from radzoo.core.errors import InputError
from radzoo.data.manifest_file import write_manifest
from radzoo.data.options import DataOptions
from radzoo.data.patients import find_patient_column, hash_identifier, match_patient
from radzoo.data.table import Table, read_table
from radzoo.data.targets import name_targets, read_targets, write_classes

HASH = "629f4cf9337b"  # sha256sum of the three digits


def table(column: str, *cells: str) -> Table:
    return Table(Path("t.csv"), (column,), tuple({column: cell} for cell in cells))


def values(found):
    (label,) = found.labels
    return label, [row[label] for row in found.rows]


def manifest_of(cells):
    found = read_targets(table("label", *cells), DataOptions())
    cases = tuple(
        Case(str(n), Path("a.png"), row, split="test") for n, row in enumerate(found.rows)
    )
    return Manifest(cases, found.labels, classes=found.classes)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_classes_are_written_as_words_and_read_back_as_the_same_numbers(suffix, tmp_path):
    manifest = manifest_of(["lung", "normal", "", "covid", "lung"])
    write_manifest(tmp_path / f"m{suffix}", manifest)
    written = read_table(tmp_path / f"m{suffix}")
    assert written.column("target:label") == ["lung", "normal", "", "covid", "lung"]
    again = read_targets(written, DataOptions())
    assert again.rows == tuple(case.targets for case in manifest.cases)
    assert again.classes == manifest.classes == {"label": ("covid", "lung", "normal")}
    assert again.notes[0].startswith("there are 3 values of 'label': 0 = covid, 1 = lung")


def test_classes_of_which_one_has_no_case_are_written_as_numbers(tmp_path):
    manifest = manifest_of(["lung", "normal", "covid", "zoster"])
    kept = replace(manifest, cases=manifest.cases[:3])
    write_manifest(tmp_path / "m.csv", kept)
    assert read_table(tmp_path / "m.csv").column("target:label") == ["1", "2", "0"]
    write_manifest(tmp_path / "m.csv", replace(manifest, cases=manifest.cases[1:]))
    assert read_table(tmp_path / "m.csv").column("target:label") == ["2", "0", "3"]


@pytest.mark.parametrize(
    "names", [("10", "2", "a"), ("a", "b", "none"), ("a", "b"), ("b", "a", "c")]
)
def test_names_that_would_be_read_otherwise_are_not_written(names):
    assert not write_classes(names, {0.0, 1.0, 2.0})
    assert write_classes(("a", "b", "c"), {0.0, 1.0, 2.0})


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "BOM"])
def test_delimiters_and_byte_order_marks(delimiter, mark, tmp_path):
    path = tmp_path / "a.csv"
    rows = [["path", "Patient ID"], ["a.png", "007"], ['"x;,y.png"', "1"]]
    text = mark + "\r\n".join(delimiter.join(row) for row in rows)
    path.write_text(text, encoding="utf-8", newline="")
    got = read_table(path)
    assert got.columns == ("path", "Patient ID")
    assert got.rows[0] == {"path": "a.png", "Patient ID": "007"}
    assert got.rows[1]["path"] == "x;,y.png"
    assert got.find(["patient_id"]) == "Patient ID"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_unicode_text_of_a_spreadsheet(encoding, tmp_path):
    path = tmp_path / "a.txt"
    mark = "" if encoding == "utf-16" else "\ufeff"
    path.write_bytes(f"{mark}path\tBefund\r\na.png\tMüller\r\n".encode(encoding))
    assert read_table(path).rows == ({"path": "a.png", "Befund": "Müller"},)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(InputError, match="not delimited text"):
        read_table(path)


def test_parquet_keeps_strings_and_blanks(tmp_path):
    import pyarrow
    import pyarrow.parquet

    path = tmp_path / "a.anything"
    columns = {"path": ["a", "b"], "n": [1, None], "id": ["007", ""]}
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    assert [row["id"] for row in read_table(path).rows] == ["007", ""]
    assert [row["n"] for row in read_table(path).rows] == ["1", ""]


@pytest.mark.parametrize(
    ("content", "id_"), [(None, "no-such-file"), (b"", "no-such-file"), (b"a,b\n", "empty-table")]
)
def test_tables_that_hold_nothing(content, id_, tmp_path):
    path = tmp_path / "a.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_table(path)
    assert caught.value.id == id_


def test_target_columns_are_numbers_or_blank():
    got = read_targets(table("target:edema", "1", "0.0", "", "nan", "TRUE"), DataOptions())
    assert values(got) == ("edema", [1.0, 0.0, None, None, 1.0])


def test_a_word_in_a_target_column_is_said_with_its_row():
    with pytest.raises(InputError, match="row 3"):
        read_targets(table("target:edema", "1", "maybe"), DataOptions())


def test_words_need_a_positive_unless_the_pair_is_known():
    assert values(read_targets(table("label", "NORMAL", "Mass", ""), DataOptions())) == (
        "Mass", [0.0, 1.0, None],
    )  # fmt: skip
    unknown = table("label", "left", "right")
    with pytest.raises(InputError) as caught:
        read_targets(unknown, DataOptions(target="label"))
    assert caught.value.id == "unknown-positive"
    got = read_targets(unknown, DataOptions(target="label", positive="LEFT"))
    assert values(got) == ("left", [1.0, 0.0])


def test_a_positive_word_counts_however_it_is_written():
    cells = ["ja", "Ja", "JA", "nein", "Nein"]
    got = read_targets(table("y", *cells), DataOptions(target="y", positive="ja"))
    assert values(got) == ("ja", [1.0, 1.0, 1.0, 0.0, 0.0])
    assert got.notes == ()
    assert values(name_targets(cells, "JA", what="class folders"))[1] == [1.0, 1.0, 1.0, 0.0, 0.0]


def test_several_words_that_count_as_negative_are_said():
    options = DataOptions(target="y", positive="yes")
    (note,) = read_targets(table("y", "yes", "no", "maybe", ""), options).notes
    assert note.startswith("2 of 4 rows count as negative because 'y' is not 'yes' there")


def test_several_words_of_a_column_are_classes():
    got = read_targets(table("label", "viral", "normal", "", "bacterial"), DataOptions())
    assert values(got) == ("label", [2.0, 1.0, None, 0.0])
    assert "0 = bacterial, 1 = normal, 2 = viral" in got.notes[1]


@pytest.mark.parametrize("cells", [["yes", "no", "maybe"], ["0", "1", "?"],
                                   [f"report {number}" for number in range(51)]])  # fmt: skip
def test_slips_and_reports_are_no_classes(cells):
    with pytest.raises(InputError, match="none is known to be the positive one"):
        read_targets(table("label", *cells), DataOptions())


def test_decimal_commas_are_numbers_unless_they_may_be_thousands():
    target = DataOptions(target="t")
    assert values(read_targets(table("t", "1,0", "0,0", ""), target))[1] == [1.0, 0.0, None]
    assert values(read_targets(table("t", "0,5", "1,234"), target))[1] == [0.5, 1.234]
    assert values(read_targets(table("target:t", "0,5"), DataOptions())) == ("t", [0.5])
    with pytest.raises(InputError):
        read_targets(table("t", "1,234", "2"), target)


def test_yes_and_no_take_the_name_of_the_column():
    assert values(read_targets(table("edema", "yes", "no"), DataOptions(target="edema"))) == (
        "edema", [1.0, 0.0],
    )  # fmt: skip


def test_a_wrong_positive_gets_a_suggestion():
    with pytest.raises(InputError) as caught:
        read_targets(table("label", "PNEUMONIA", "NORMAL"), DataOptions(positive="pneumona"))
    assert caught.value.hint == "did you mean PNEUMONIA?"


@pytest.mark.parametrize("options", [DataOptions(), DataOptions(target="labl")])
def test_a_missing_target_column_is_named_with_those_there_are(options):
    with pytest.raises(InputError) as caught:
        read_targets(table("other", "1"), options)
    assert caught.value.id == "missing-column"
    assert "other" in caught.value.hint


def test_no_target_is_fine_where_none_is_needed():
    assert read_targets(table("path", "a"), DataOptions(needs_targets=False)).labels == ()


@pytest.mark.parametrize("negative", ["NORMAL", "negative", "Healthy", "0", "no", "No Finding"])
def test_class_names_with_a_known_negative(negative):
    assert values(name_targets([negative, "zebra", negative], None, what="folders")) == (
        "zebra", [0.0, 1.0, 0.0],
    )  # fmt: skip


def test_unknown_class_names_take_the_second_and_say_so():
    got = name_targets(["b", "a"], None, what="class folders")
    assert values(got) == ("b", [1.0, 0.0])
    assert "--positive" in got.notes[0]


def test_many_classes_are_numbered_or_one_against_the_rest():
    assert values(name_targets(["c", "a", "b"], None, what="folders")) == ("class", [2.0, 0.0, 1.0])
    assert values(name_targets(["c", "a", "b"], "b", what="folders")) == ("b", [0.0, 0.0, 1.0])


def test_patients():
    options = DataOptions(patient_regex=r"(person\d+)_")
    assert match_patient("train/person12_virus.jpeg", options) == "person12"
    assert match_patient("train/IM-1.jpeg", options) == ""
    assert find_patient_column(table("Subject ID", "1"), DataOptions()) == "Subject ID"
    for wrong in ("person", "("):
        with pytest.raises(InputError, match="regular expression"):
            match_patient("a", DataOptions(patient_regex=wrong))


def test_identifiers_are_hashed_alike_everywhere():
    assert hash_identifier("007") == HASH
    assert hash_identifier("007") != hash_identifier("7")
    assert len(hash_identifier("007")) == 12
    assert hash_identifier("") == ""
