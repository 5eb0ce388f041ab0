import pytest

from radzoo.zoo.search import WEIGHTS, is_near, rank


def record(name, **fields):
    given = {
        "labels": None, "modality": "any", "family": "any", "architecture": "timm:any",
        "task": "backbone", "summary": "Nothing.",
    }  # fmt: skip
    return {"name": name, **given, **fields}


MODELS = [
    record("densenet", labels=["Edema", None, "Pneumothorax"], modality="chest radiograph"),
    record("swin", family="swin", modality="CT", summary="Seen beside a densenet."),
    record("other", family="densenet", modality="MR"),
]


def names(*words):
    return [found["name"] for _, found in rank(MODELS, words)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["densenet"], ["densenet", "other", "swin"]),
        (["DENSENET"], ["densenet", "other", "swin"]),
        (["pneumothorax"], ["densenet"]),
        (["pneumotorax"], ["densenet"]),
        (["pneumo"], ["densenet"]),
        (["penumothorax", "chest"], ["densenet"]),
        (["pneumothorax", "CT"], []),
        (["CR"], []),
        (["chest-radiograph"], ["densenet"]),
        (["none"], []),
    ],
)
def test_worked_by_hand(words, found):
    assert names(*words) == found


def test_an_exact_word_is_worth_more_than_a_beginning_and_that_more_than_a_typo():
    (exact, _), *_ = rank(MODELS, ["edema"])
    (begun, _), *_ = rank(MODELS, ["edem"])
    (wrong, _), *_ = rank(MODELS, ["ediema"])
    assert exact > begun > wrong > 0


@pytest.mark.parametrize(
    ("word", "other", "near"),
    [
        ("edema", "edema", True), ("edema", "edem", True), ("edema", "dema", True),
        ("edema", "oedema", True), ("edema", "edama", True), ("edema", "edmea", True),
        ("edema", "deema", True), ("edema", "edmae", False), ("edema", "eda", False),
        ("edema", "endoma", False), ("", "a", True), ("ab", "ba", True),
    ],
)  # fmt: skip
def test_one_letter(word, other, near):
    assert is_near(word, other) is near
    assert is_near(other, word) is near


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("brain MRI", "brain MR"),
        ("chest x-ray", "chest radiograph"),
        ("Chest X-Rays", "chest radiograph"),
        ("cxr", "chest radiograph"),
        ("mammogram", "mammography"),
        ("tumor", "tumour"),
    ],
)
def test_what_people_call_it_finds_what_the_registry_calls_it(said, meant):
    record = dict.fromkeys(WEIGHTS, "") | {"labels": [], "modality": meant}
    assert rank([record], said.split())
    assert not rank([{**record, "modality": "natural images"}], said.split())
