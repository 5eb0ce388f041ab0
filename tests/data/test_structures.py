"""What numbers in masks mean, as data sets and users declare it."""

import pytest

from radzoo.core.case import Manifest
from radzoo.core.errors import InputError, UsageError
from radzoo.core.segmentation import Structure
from radzoo.data.structures import declare, read_modality, read_structures, structures_of

EMPTY = Manifest((), ())


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        pytest.param({"0": "background", "1": "a", "2": "b"}, {1: "a", 2: "b"}, id="decathlon"),
        pytest.param({"background": 0, "b": 2, "a": 1}, {2: "b", 1: "a"}, id="nnU-Net v2"),
        pytest.param({"background": "0", "a": "1"}, {1: "a"}, id="numbers as text"),
        pytest.param({"a": [1, 3], "b": 2}, {1: "a", 3: "a", 2: "b"}, id="regions apart"),
        pytest.param({"whole": [1, 2], "core": 2}, {}, id="regions that overlap"),
        pytest.param({"a": 1, "ignore": 2}, {1: "a"}, id="voxels that nobody judged"),
        pytest.param({"a": True, "b": 0.5, "c": None, "d": 70000}, {}, id="no numbers"),
        pytest.param({"1": "li\x1b[31mver"}, {1: "segment 1"}, id="a name that could draw"),
    ],
)
def test_structures_of_a_description(labels, found):
    assert read_structures(labels) == found
    assert list(read_structures(labels)) == list(found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2=spleen, 1=liver", {2: "spleen", 1: "liver"}),
        ("lung", {0: "lung"}),
        ("0=lung", {0: "lung"}),
        (" 0 = lung ", {0: "lung"}),
    ],
)
def test_the_user_counts_before_the_data_set(text, found):
    manifest = declare(Manifest((), (), structures={9: "other"}), text)
    assert dict(manifest.structures) == found
    assert declare(manifest, None) is manifest
    assert structures_of(manifest) == [Structure(number=n, name=name) for n, name in found.items()]


@pytest.mark.parametrize("text", ["0=lung,1=liver", "1=", "liver,spleen", "1=a,1=b", "70000=a"])
def test_what_declares_nothing_is_refused(text):
    with pytest.raises(UsageError) as caught:
        declare(EMPTY, text)
    assert caught.value.id == "bad-structures"


def test_nothing_is_guessed():
    with pytest.raises(InputError, match="not guessed") as caught:
        structures_of(EMPTY)
    assert (caught.value.id, caught.value.exit_code) == ("no-structures", 3)
    assert "--structures" in caught.value.hint


@pytest.mark.parametrize(
    ("names", "modality"),
    [
        (["CT"], "CT"),
        (["MRI"], "MR"),
        (["T1", "T2"], "MR"),
        (["CT", "PET"], ""),
        (["x"], ""),
        ([], ""),
    ],
)
def test_modality_by_the_names_of_channels(names, modality):
    assert read_modality(names) == modality
