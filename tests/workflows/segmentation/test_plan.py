"""Plans of made-up data sets whose every value is known, and data that cannot serve."""

import json

import nibabel
import numpy as np
import pytest
from PIL import Image as Pillow

from radzoo.core.errors import InputError, UsageError
from radzoo.core.segmentation import SegmentationPlan
from radzoo.core.volume_axes import VolumeWish
from radzoo.data.options import DataOptions
from radzoo.tasks import TASKS
from radzoo.workflows.finetune_config import SILENT, FinetuneConfig
from radzoo.workflows.planning.plan import ASKED
from radzoo.workflows.segmentation.plan import plan_masks, resolve_masks
from radzoo.workflows.teaching.material import read_cases
from radzoo.zoo.catalog import find_entry

SHAPE = (48, 40, 16)
N = 10


def write_volume(path, values, spacing=(1.0, 1.0, 4.0), *, offset=0.0):
    affine = np.diag([-spacing[0], -spacing[1], spacing[2], 1.0])
    affine[0, 3] = offset
    path.parent.mkdir(parents=True, exist_ok=True)
    nibabel.save(nibabel.Nifti1Image(values, affine), path)


def values_of(number, shape):
    """Half of the structure is 100, half 200; all around it is -1000."""
    values, labels = np.full(shape, -1000, np.int16), np.zeros(shape, np.uint8)
    inside = (slice(8, 16), slice(8, 16), slice(2, 4))
    values[inside] = 100
    values[8:12, 8:16, 2:4] = 200
    labels[inside] = 1
    labels[8:16, 8:16, 3:4] = 2
    return values, labels


def write_set(root, modality="CT", shapes=None, spacings=None, labels=None):
    """Write a data set of the Decathlon's layout: no test images, a patient per case."""
    training = []
    for number in range(N):
        shape = (shapes or {}).get(number, SHAPE)
        values, mask = values_of(number, shape)
        spacing = (spacings or {}).get(number, (1.0, 1.0, 4.0))
        write_volume(root / f"imagesTr/{number}.nii", values, spacing)
        write_volume(root / f"labelsTr/{number}.nii", mask, spacing)
        training.append({"image": f"imagesTr/{number}.nii", "label": f"labelsTr/{number}.nii"})
    description = {
        "modality": {"0": modality}, "training": training, "test": [],
        "labels": labels or {"0": "background", "1": "head", "2": "tail"},
    }  # fmt: skip
    (root / "dataset.json").write_text(json.dumps(description), encoding="utf-8")
    return root


def write_pictures(root, n=10, value=255):
    for number in range(n):
        mask = np.zeros((70, 50), np.uint8)
        mask[20:40, 10:30] = value
        for folder, pixels in (("images", mask), ("masks", mask)):
            (root / folder).mkdir(parents=True, exist_ok=True)
            Pillow.fromarray(pixels).save(root / folder / f"{number}.png")
    return root


@pytest.fixture(scope="module")
def ct(tmp_path_factory):
    """CT of 1 x 1 x 4 mm; one volume of 2 mm slices is the longest."""
    root = tmp_path_factory.mktemp("ct")
    return write_set(root, shapes={3: (40, 44, 20)}, spacings={3: (1.0, 1.0, 2.0)})


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return write_pictures(tmp_path_factory.mktemp("pictures"))


def config_of(data, model="dynunet", *, structures=None, task="segmentation", **changed):
    return FinetuneConfig(
        entry=find_entry(model), data=data, out=data / "run", cache=data / "cache", task=task,
        options=DataOptions(structures=structures), **changed,
    )  # fmt: skip


def propose(data, model="dynunet", *, gpu=False, **changed):
    config = config_of(data, model, **changed)
    manifest, _ = read_cases(config, TASKS["segmentation"], SILENT)
    plan, recipe = plan_masks(config, manifest, gpu, 1)
    made = resolve_masks(config, recipe, manifest, plan, TASKS["segmentation"])
    assert made.segmentation == plan.segmentation
    return plan, recipe, made


def test_an_anisotropic_ct(ct):
    """Worked by hand: medians (4, 1, 1) mm; 16 slices, 40 rows, 48 columns in the middle.

    Slices are 4 times as coarse as rows, but more than a third as many: no coarse axis. Rows and
    columns 40 and 48 > 20, 24 > 10, 12; at 4 mm slices are halved, too: 16 > 8, and 10, 12 >
    5, 6; then slices alone are left, with less than 12. 20 slices of 2 mm are 10 of 4 mm.
    """
    plan, recipe, made = propose(ct)
    got = plan.segmentation
    assert got.spacing_mm == (4, 1, 1)
    assert got.strides == [[1, 1, 1], [1, 2, 2], [1, 2, 2], [2, 2, 2]]
    assert got.kernels == [[1, 3, 3], [1, 3, 3], [3, 3, 3], [3, 3, 3]]
    assert got.patch == (16, 40, 48)
    assert got.size == (16, 44, 48)
    assert got.features == [16, 32, 64, 128]
    assert got.deep_supervision == 2
    assert (got.normalisation, got.intensity) == ("ct", "hu")
    assert (got.low, got.high, got.mean, got.std) == (100, 200, 150, 50)
    assert got.names == ("head", "tail")
    assert (got.batch_size, recipe.batch_size, recipe.from_scratch) == (2, 2, True)
    assert plan.value("augmentation") == "ct"
    assert plan.value("looked_at") == 7
    assert plan.value("structures") == "1=head,2=tail"
    assert made.labels == made.reading.classes == ["head", "tail"]
    assert made.image_size is None
    assert SegmentationPlan.model_validate_json(got.model_dump_json()) == got


def test_a_gpu_gets_more(ct):
    """Seven volumes as large as the patch: 5 % of their voxels are less than two patches."""
    plan, recipe, _ = propose(ct, gpu=True)
    assert plan.segmentation.features == [32, 64, 128, 256]
    assert recipe.batch_size == 2
    assert "5 %" in reason(plan, "batch_size")
    assert recipe.epochs == 500


def test_mr_has_no_scale(tmp_path):
    plan, _, _ = propose(write_set(tmp_path, modality="MRI"))
    got = plan.segmentation
    assert (got.normalisation, got.intensity, got.low) == ("z-score", "range", None)
    assert "MR" in reason(plan, "normalisation")
    assert plan.value("augmentation") == "mr"


def test_wishes_count(ct):
    wish = VolumeWish(size=(8, 32, 32), spacing_mm=(4.0, 1.0, 1.0), intensity="percentiles")
    plan, recipe, _ = propose(
        ct, volume=wish, wishes={"batch_size": 5, "epochs": 3}, structures="1=front,2=front"
    )
    got = plan.segmentation
    assert (got.patch, got.batch_size, recipe.epochs) == ((8, 32, 32), 5, 3)
    assert (got.normalisation, got.intensity) == ("z-score", "percentiles")
    assert got.names == ("front",)
    by_user = {one.setting for one in plan.proposals if one.by == "user"}
    assert by_user == {"structures", "spacing_mm", "patch", "batch_size", "epochs"}
    assert reason(plan, "patch") == ASKED
    coarse, _, _ = propose(ct, volume=VolumeWish(spacing_mm=(4.0, 2.0, 2.0)))
    assert coarse.segmentation.size == (16, 22, 24)  # the longest: 44 rows and 48 columns of 1 mm


def test_a_patch_that_cannot_be_halved_is_refused_with_one_that_can(ct):
    with pytest.raises(UsageError, match="12x42x48") as caught:
        propose(ct, volume=VolumeWish(size=(12, 42, 48)))
    assert caught.value.id == "unfit-patch"
    assert "12x48x48" in caught.value.hint


@pytest.mark.parametrize(
    ("model", "patch", "stages", "depths"),
    [
        ("unet-3d", (16, 40, 48), 4, 1),
        ("swinunetr-3d", (32, 64, 64), 0, 1),
        ("segresnet-3d", (16, 40, 48), 0, 1),
    ],
)
def test_other_networks_get_a_patch_that_they_can_take(ct, model, patch, stages, depths):
    plan, _, _ = propose(ct, model)
    got = plan.segmentation
    assert (got.patch, len(got.strides), got.deep_supervision) == (patch, stages, depths)
    assert all(have >= need for have, need in zip(got.size, patch, strict=True))


def test_what_a_published_network_expects_counts(ct, tmp_path):
    """RAS in the registry: 1.5, 1.5, 2 mm are 2 mm along slices; -57 to 164 HU become 0 to 1."""
    plan, _, _ = propose(ct, "monai-spleen-ct-segmentation")
    got = plan.segmentation
    assert (got.spacing_mm, got.patch) == ((2.0, 1.5, 1.5), (96, 96, 96))
    assert (got.low, got.high, got.mean, got.std) == (-57, 164, -57, 221)
    assert got.normalise(np.array([-99, -57, 164], np.float32)).tolist() == [0, 0, 1]
    assert got.strides == []
    assert not plan.warnings
    other, _, _ = propose(write_set(tmp_path, modality="MRI"), "monai-spleen-ct-segmentation")
    assert any("Hounsfield" in warning for warning in other.warnings)


def test_pictures(pictures):
    """70 pixels are enlarged to 160: 5 halvings end with a side of 5."""
    plan, recipe, made = propose(pictures, "dynunet-2d", structures="lung")
    got = plan.segmentation
    assert (got.dimensions, got.patch, got.size) == (2, (160, 160), (160, 160))
    assert got.strides == [[1, 1], *[[2, 2]] * 5]
    assert got.features == [16, 32, 64, 128, 256, 256]
    assert (got.normalisation, got.spacing_mm) == ("none", None)
    assert (made.image_size, recipe.batch_size) == (160, 8)
    asked, _, _ = propose(pictures, "unet-2d", structures="lung", image_size=64)
    assert (asked.segmentation.patch, asked.segmentation.strides) == ((64, 64), [])


def test_the_command(ct, radzoo, tmp_path):
    arguments = ("plan", "dynunet", "--data", ct, "--task", "segmentation")
    code, out, err = radzoo(*arguments, "--json", "--batch-size", "3")
    assert code == 0, err
    said = json.loads(out)
    assert said["segmentation"]["spacing_mm"] == [4, 1, 1]
    assert said["segmentation"]["batch_size"] == 3
    assert all(one["reason"] for one in said["proposals"])
    code, out, err = radzoo(*arguments)
    assert code == 0, err
    assert "1=head,2=tail" in out
    assert "111 122 122 222" in out


def reason(plan, setting):
    return next(one.reason for one in plan.proposals if one.setting == setting)


def undeclared(root):
    return write_set(root, labels={"1": "head"}), {}


def unnamed(root):
    return write_set(root, labels={"0": "background"}), {}


def one_slice(root):
    return write_set(root, shapes={2: (48, 40, 1), 5: (48, 40, 1)}), {}


def shifted(root):
    write_set(root)
    for number in range(N):
        _, mask = values_of(number, SHAPE)
        write_volume(root / f"labelsTr/{number}.nii", mask, offset=0.5)
    return root, {}


def smaller(root):
    write_set(root)
    for number in range(N):
        _, mask = values_of(number, SHAPE)
        write_volume(root / f"labelsTr/{number}.nii", mask[:-1])
    return root, {}


def in_time(root):
    write_set(root)
    for number in range(N):
        values, _ = values_of(number, SHAPE)
        write_volume(root / f"imagesTr/{number}.nii", np.stack([values] * 3, axis=-1))
    return root, {}


def without_masks(root):
    write_set(root)
    for number in range(N):
        (root / f"labelsTr/{number}.nii").unlink()
    return root, {}


def as_pictures(root):
    return write_pictures(root), {"structures": "lung"}


def undeclared_pictures(root):
    return write_pictures(root, value=7), {"model": "unet-2d", "structures": "255=lung"}


@pytest.mark.parametrize(
    ("make", "identifier", "words"),
    [
        (undeclared, "undeclared-number",
         "the masks of 7 of 7 training cases that were opened hold the number 2"),
        (unnamed, "no-structures", "not guessed"),
        (one_slice, "one-slice-volumes", "2 of 10 volumes have one slice only"),
        (shifted, "no-usable-mask", "mask-off-grid"),
        (smaller, "no-usable-mask", "mask-size"),
        (in_time, "no-usable-mask", "time-series"),
        (without_masks, "no-masks", "none of the 10 cases has a mask"),
        (as_pictures, "images-not-volumes", "one image"),
        (undeclared_pictures, "undeclared-number", "hold the number 7"),
    ],
)  # fmt: skip
def test_what_cannot_serve_is_one_sentence(make, identifier, words, tmp_path):
    data, changed = make(tmp_path)
    with pytest.raises(InputError, match=words) as caught:
        propose(data, **changed)
    assert (caught.value.id, caught.value.exit_code) == (identifier, 3)
    assert caught.value.hint
    assert "\n" not in str(caught.value)
