import pytest

from radzoo.core.plan import DataFacts
from radzoo.models.augmentation import AUGMENTATIONS
from radzoo.workflows.planning.augmentation_choice import BY_CODE, BY_WORD, choose_augmentation
from radzoo.zoo.catalog import find_entry


def facts(*codes):
    return DataFacts(splits={}, labels={}, modalities=dict.fromkeys(codes, 1))


@pytest.mark.parametrize(
    ("model", "codes", "chosen"),
    [
        ("resnet18", ["MG"], "mammography"),
        ("resnet18", ["CR", "DX"], "radiograph"),
        ("resnet18", ["CT", "MR"], "radiograph"),
        ("resnet18", ["XX"], "radiograph"),
        ("resnet18", [], "radiograph"),
        ("monai-breast-density", [], "mammography"),
        ("monai-breast-density", ["CT"], "ct"),
        ("xrv-densenet121-all", [], "radiograph"),
        ("radimagenet-resnet50", [], "radiograph"),
    ],
)
def test_files_before_the_model(model, codes, chosen):
    assert choose_augmentation(find_entry(model), facts(*codes)).value == chosen


def test_every_name_is_a_set():
    assert {*BY_CODE.values(), *BY_WORD.values()} <= set(AUGMENTATIONS)


def test_what_is_unknown_mirrors_nothing():
    unknown = choose_augmentation(find_entry("resnet18"), facts())
    assert not AUGMENTATIONS[str(unknown.value)].mirror
    assert "nothing is mirrored" in unknown.reason
