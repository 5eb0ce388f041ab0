"""Published networks are asked with masks as the answer, in the axes that they were taught in."""

import itertools
import json

import nibabel
import numpy as np
import pytest
import torch
import yaml
from safetensors.torch import save_file
from torch import nn

from radzoo.core.errors import ExitCode
from radzoo.models.build import create
from radzoo.models.segmentation.turned import TurnedNetwork
from radzoo.models.volume_feed import turn, turn_back
from radzoo.zoo.catalog import find_entry

ORIENTATIONS = [
    "".join(letters)
    for order in itertools.permutations(("SI", "PA", "LR"))
    for letters in itertools.product(*order)
]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_turned_and_back(orientation):
    volume = torch.arange(24.0).reshape(1, 1, 2, 3, 4)
    assert torch.equal(turn_back(turn(volume, orientation), orientation), volume)


class Along(nn.Module):
    """Answers where a voxel lies along the first axis that it is fed."""

    def forward(self, volumes):
        places = torch.arange(volumes.shape[2], dtype=torch.float32).view(1, 1, -1, 1, 1)
        return places.expand(1, 2, *volumes.shape[2:])


def test_a_network_that_counts_to_the_right_does_so_in_our_axes():
    said = TurnedNetwork(Along(), "RAS")(torch.zeros(1, 1, 2, 3, 4))
    assert said.shape == (1, 2, 2, 3, 4)
    # Our columns run to the left.
    assert said[0, 0, 1, 2].tolist() == [3, 2, 1, 0]


@pytest.fixture
def published(tmp_path):
    """Write a registry with a model of the zoo, of its own shape but with random weights."""

    def write(name, **changes):
        entry = find_entry(name)
        torch.manual_seed(4)
        n_labels = len(entry.labels)
        network = create(entry.architecture, outputs=n_labels, channels=1)
        # MONAI's DynUNet has most of its layers under two names.
        state = {key: value.clone() for key, value in network.state_dict().items()}
        save_file(state, tmp_path / "random.safetensors")
        known = entry.model_dump(mode="json", exclude={"name"})
        known["source"] = {"kind": "local", "path": "random.safetensors"}
        known["input"] |= changes
        registry = tmp_path / "zoo.yaml"
        registry.write_text(yaml.safe_dump({"schema_version": 1, "models": {name: known}}))
        return registry, network

    return write


def window(low, high):
    return lambda values: np.clip((values - low) / (high - low), 0, 1)


def standardise(values):
    return (values - values.mean()) / values.std()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "feed", "structures"),
    [
        ("monai-spleen-ct-segmentation", window(-57, 164), 1),
        ("monai-pediatric-abdominal-ct-segmentation", window(-250, 400), 3),
        ("monai-prostate-mri-anatomy", standardise, 2),
        ("monai-swin-unetr-btcv-segmentation", window(-175, 250), 13),
    ],
)
def test_says_what_the_network_says_of_its_own_axes(
    radzoo, published, tmp_path, name, feed, structures
):
    pytest.importorskip("monai")
    registry, network = published(name)
    values = np.random.default_rng(1).integers(-300, 450, (96, 96, 96)).astype(np.int16)
    spacing = find_entry(name).input.spacing_mm
    image = nibabel.Nifti1Image(values, np.diag([*spacing, 1.0]))  # RAS, as they all want it
    nibabel.save(image, tmp_path / "one.nii.gz")
    (tmp_path / "cases.csv").write_text("case_id,path\none,one.nii.gz\n")
    out = tmp_path / "found"
    code, told, err = radzoo(
        "predict", name, "--registry", registry, "--data", tmp_path / "cases.csv", "--out", out,
        "--device", "cpu", "--json",
    )  # fmt: skip
    assert code == ExitCode.OK, err
    assert len(json.loads(told)["structures"]) == structures
    assert ("Hounsfield units" in err) == (feed is not standardise)
    mask = np.asarray(nibabel.load(out / "masks" / "one.nii.gz").dataobj)
    fed = torch.from_numpy(feed(values).astype(np.float32))
    with torch.inference_mode():
        wanted = network.eval()(fed[None, None]).argmax(dim=1)[0].numpy()
    assert len(np.unique(wanted)) > 1
    assert (mask == wanted).mean() > 0.995  # values are kept with 16 bits


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [
        ("nowhere/run", "no-such-run", "no run nowhere/run"),
        ("unet-3d", "no-trained-output", "fine-tune it first"),
        ("totalseg-297", "external-architecture", "does not build nnU-Net"),
        ("lungmask-r231", "published-masks-not-supported", "single slices"),
        ("monai-brats-mri-segmentation", "published-masks-not-supported", "4 series"),
    ],
)
def test_others_are_refused_with_the_reason(radzoo, tmp_path, name, error, said):
    code, _, err = radzoo(
        "predict", name, "--data", tmp_path, "--out", tmp_path / "found", "--mask-format", "seg",
        "--json", "-q",
    )  # fmt: skip
    assert code == ExitCode.INPUT, err
    told = json.loads(err.strip().splitlines()[-1])["error"]
    assert told["id"] == error
    assert said in told["message"]
    assert not (tmp_path / "found").exists()
