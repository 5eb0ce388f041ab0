"""What an entry may say, and what it may not say twice in different ways."""

import pytest
from pydantic import ValidationError

from radzoo.core.entry import Preprocessing, ZooEntry
from radzoo.core.errors import InputError

PLANE = {
    "channels": 1, "size": 64, "value_range": [0.0, 1.0], "mean": [0.5], "std": [0.25],
    "fit": "pad", "interpolation": "bilinear",
}  # fmt: skip


def entry(**changes):
    return ZooEntry.model_validate(
        {
            "name": "mine",
            "summary": "A model.",
            "task": "multilabel",
            "modality": "phantom",
            "family": "resnet",
            "architecture": {"library": "timm", "name": "resnet18"},
            "source": {"kind": "local", "path": "mine.safetensors"},
            "input": PLANE,
            "license": {"code": None, "weights": None, "data": None},
            "citation": {"text": "Nobody."},
            "intended_use": "Tests.",
        }
        | changes
    )


def network(**arguments):
    return {"library": "timm", "name": "resnet18", "arguments": arguments}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param(
            {"architecture": network(in_chans=3)},
            "architecture.arguments.in_chans is 3, input.channels is 1",
            id="channels",
        ),
        pytest.param(
            {"architecture": network(num_classes=5), "labels": ["a", None]},
            "architecture.arguments.num_classes is 5, the number of labels is 2",
            id="outputs",
        ),
        pytest.param(
            {"labels": ["a"], "operating_points": [
                {"label": "b", "threshold": 0.5, "chosen": "by hand"}]},
            "operating point of 'b', which is no label",
            id="threshold of nothing",
        ),
        pytest.param({"status": "selftest"}, "needs a selftest", id="untold self-test"),
    ],
)  # fmt: skip
def test_contradictions_are_refused(changes, said):
    with pytest.raises(ValidationError, match=said):
        entry(**changes)


def test_what_agrees_is_taken():
    entry(architecture=network(in_chans=1, num_classes=2), labels=["a", None])
    entry(architecture=network(num_classes=1000))
    entry(architecture=network(in_chans=3), input={})


@pytest.mark.parametrize("fact", [*PLANE])
def test_a_network_is_fed_only_if_every_fact_is_known(fact):
    known = {name: value for name, value in PLANE.items() if name != fact}
    with pytest.raises(InputError, match=f"expects as {fact}") as caught:
        Preprocessing.model_validate(known).as_plane("mine")
    assert caught.value.id == "unknown-preprocessing"
    Preprocessing.model_validate(PLANE).as_plane("mine")


@pytest.mark.parametrize(
    ("changes", "id_"),
    [
        ({"dimensions": 3}, "volumes-not-supported"),
        ({"channels": 4, "mean": [0.5] * 4, "std": [0.5] * 4}, "unsupported-preprocessing"),
        ({"size": [64, 32]}, "unsupported-preprocessing"),
        ({"fit": "patch"}, "unsupported-preprocessing"),
        ({"interpolation": "trilinear"}, "unsupported-preprocessing"),
        ({"normalisation": "z-score"}, "unsupported-preprocessing"),
        ({"colour_order": "BGR"}, "unsupported-preprocessing"),
    ],
)
def test_what_radzoo_cannot_feed_is_said(changes, id_):
    with pytest.raises(InputError) as caught:
        Preprocessing.model_validate(PLANE | changes).as_plane("mine")
    assert caught.value.id == id_
