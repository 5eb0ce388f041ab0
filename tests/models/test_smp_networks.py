import pytest

from radzoo.core.entry import Architecture
from radzoo.core.errors import EnvironmentFailure, InputError
from radzoo.models.build import create
from radzoo.models.smp_networks import LIBRARY, smp_module


def architecture(name="Unet", **arguments):
    return Architecture(library="smp", name=name, arguments=arguments)


@pytest.mark.parametrize(
    ("made", "seen"),
    [
        (architecture("Segformer", encoder="resnet18"), "does not build 'Segformer'"),
        (architecture(), "no encoder ''"),
        (architecture(encoder="hf-hub:somebody/net"), "no encoder 'hf-hub"),
        (architecture(encoder="resnet18", encoder_weights="imagenet"), "'encoder_weights'"),
        (architecture(encoder="resnet18", pretrained=True), "'pretrained'"),
        (architecture(encoder="resnet18", no_such=1), "does not take the arguments"),
    ],
)
def test_what_is_refused(made, seen):
    pytest.importorskip(LIBRARY)
    with pytest.raises(InputError, match=seen):
        create(made, outputs=2, channels=1)


def test_arguments_reach_decoder_and_encoder():
    pytest.importorskip(LIBRARY)
    made = architecture(
        encoder="resnet18", decoder_channels=[16, 8, 8, 4, 4], channels=[8, 8, 16, 16]
    )
    network = create(made, outputs=4, channels=1)
    assert network.get_submodule("segmentation_head.0").weight.shape[:2] == (4, 4)
    assert network.get_submodule("encoder.model.layer4.1.conv2").out_channels == 16


def test_a_missing_library_is_said(monkeypatch):
    import importlib

    def missing(name, *args):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(EnvironmentFailure, match="not installed") as caught:
        smp_module()
    assert caught.value.hint == 'pip install "radzoo[volume]"'
