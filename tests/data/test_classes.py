"""Classes in the order that was declared, wherever the data have them."""

from pathlib import Path

import pytest
from PIL import Image as Pillow

from radzoo.core.case import Case, Manifest
from radzoo.core.errors import InputError, UsageError
from radzoo.data.classes import adapt_classes, declare_classes, number_classes
from radzoo.data.load import DataOptions, load_manifest

GRADES = ("low", "mid", "high")


@pytest.fixture
def table(tmp_path):
    """Write a manifest of one target column; gives a function that reads it."""
    Pillow.new("L", (8, 8)).save(tmp_path / "a.png")

    def read(column, *cells, **options):
        lines = [f"{at},a.png,{cell}" for at, cell in enumerate(cells)]
        path = tmp_path / "cases.csv"
        path.write_text("\n".join([f"case_id,path,{column}", *lines]))
        return load_manifest(path, options=DataOptions(**options))

    return read


def values(manifest, label):
    return [case.targets[label] for case in manifest.cases]


@pytest.mark.parametrize(
    ("cells", "classes"),
    [
        pytest.param(["mid", "HIGH", "", "low"], GRADES, id="words, whatever their letters"),
        pytest.param(["2", "3.0", "", "1"], ("1", "2", "3"), id="numbers, as pandas leaves them"),
        pytest.param(["1a", "2", "nan", "0"], ("0", "1a", "2"), id="both"),
    ],
)
@pytest.mark.parametrize("column", ["target:grade", "grade"])
def test_declared_classes_are_numbered_in_their_order(table, column, cells, classes):
    target = {} if column.startswith("target") else {"target": "grade"}
    manifest = table(column, *cells, classes=classes, **target)
    assert values(manifest, "grade") == [1, 2, None, 0]
    assert manifest.classes == {"grade": classes}


def test_two_words_may_be_classes(table):
    assert values(table("target:grade", "b", "a", classes=("b", "a")), "grade") == [0, 1]


def test_a_class_without_cases_stays_declared(table):
    assert table("target:grade", "mid", "low", classes=GRADES).classes["grade"] == GRADES


def test_a_word_that_is_no_class_is_named_by_its_row(table):
    with pytest.raises(InputError, match=r"'target:grade' of cases.csv holds in row 3") as caught:
        table("target:grade", "mid", "hgh", classes=GRADES)
    assert (caught.value.id, caught.value.exit_code) == ("unknown-class", 3)
    assert "high" in caught.value.hint
    manifest = table("target:grade", "mid", "hgh", classes=GRADES, needs_targets=False)
    assert values(manifest, "grade") == [1, None]
    assert "1 rows have none of the classes" in manifest.notes[0]


@pytest.mark.parametrize("options", [{"classes": ("a", "a")}, {"classes": ("a",)},
                                     {"classes": ("a", "b"), "positive": "a"}])  # fmt: skip
def test_classes_that_contradict_themselves_are_refused(table, options):
    with pytest.raises(UsageError):
        table("target:grade", "a", "b", **options)


def test_class_folders_may_be_declared(tmp_path):
    for name in ("mid", "low", "high"):
        (tmp_path / name).mkdir()
        Pillow.new("L", (8, 8)).save(tmp_path / name / f"{name}.png")
    manifest = load_manifest(tmp_path, options=DataOptions(classes=GRADES))
    found = {case.case_id: case.targets["class"] for case in manifest.cases}
    assert found == {"low/low.png": 0, "mid/mid.png": 1, "high/high.png": 2}
    with pytest.raises(InputError, match="'mid' among the class folders is none of the 2 classes"):
        load_manifest(tmp_path, options=DataOptions(classes=("low", "high")))


def manifest_of(*numbers, label="x", **more):
    cases = tuple(Case(str(at), Path("x"), {label: n}) for at, n in enumerate(numbers))
    return Manifest(cases, (label,), **more)


def test_layouts_of_numbers_take_the_declared_order():
    manifest = declare_classes(manifest_of(0.0, 2.0, None), ("2", "1", "0"))
    assert values(manifest, "x") == [2, 0, None]
    with pytest.raises(InputError, match="no label of the data has the classes a, b alone"):
        declare_classes(manifest_of(0.0, 2.0), ("a", "b"))


def test_whole_numbers_are_classes_called_by_their_digits():
    manifest = number_classes(manifest_of(5.0, 1.0, None, 3.0))
    assert values(manifest, "x") == [2, 0, None, 1]
    assert manifest.classes == {"x": ("1", "3", "5")}
    halves = manifest_of(0.5, 1.0)
    assert number_classes(halves) is halves
    with pytest.raises(InputError, match="51 different values; needed 50 classes or fewer"):
        number_classes(manifest_of(*map(float, range(51))))


def test_other_data_are_numbered_as_the_model_does():
    theirs = manifest_of(0.0, 1.0, 2.0, None, classes={"x": ("covid", "normal", "virus")})
    manifest, strange = adapt_classes(theirs, "x", ("normal", "virus"))
    assert values(manifest, "x") == [None, 0, 1, None]
    assert strange == {"covid": 1}
