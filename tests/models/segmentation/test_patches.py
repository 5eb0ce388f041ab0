import numpy as np
import pytest
import torch

from radzoo.core.errors import UsageError
from radzoo.models.augmentation.sets import NONE, PHOTOGRAPH
from radzoo.models.segmentation.networks import build_segmentation
from radzoo.models.segmentation.patches import Patches, cut_out, mask_lesson
from radzoo.models.training.hooks import Hooks
from radzoo.models.training.train import train
from radzoo.tasks.segmentation import objective
from radzoo.zoo.catalog import find_entry

ALL = np.arange(6)


@pytest.fixture
def patches(make_masks, engine):
    def make(strength, seed=0, **changes):
        samples = make_masks(**changes)
        return Patches(samples, samples.survey(), strength, seed, engine)

    return make


def test_a_patch_is_a_part_of_its_case(patches):
    made = patches(NONE, per_case=2)
    images, classes = made.images(ALL, 1), made.targets(ALL, 1)
    assert (images.shape, classes.shape) == ((6, 1, 16, 16), (6, 16, 16))
    assert classes.dtype == torch.uint8
    for number, fate in enumerate(made.fates(ALL, 1)):
        place = tuple(slice(at, at + 16) for at in fate.start)
        case = number // 2
        greys = made.surveyed[case].greys
        assert np.array_equal(images[number], greys.normalise(made.samples.image(case)[place]))
        assert np.array_equal(classes[number], made.samples.classes(case, place))


@pytest.mark.parametrize("shape", [(40, 44), (30, 26, 28)])
def test_image_and_mask_are_changed_alike(patches, shape):
    made = patches(PHOTOGRAPH, shape=shape, per_case=2)
    images, classes = made.images(ALL, 3)[:, 0], made.targets(ALL, 3)
    inside = [images[classes == number].mean() for number in (0, 1, 2)]
    # Brightness of the three stays apart, wherever they were turned to.
    assert inside[0] < inside[1] - 0.5 < inside[2] - 0.8
    assert not torch.equal(images, made.images(ALL, 4)[:, 0])


@pytest.mark.parametrize("strength", [NONE, PHOTOGRAPH])
def test_a_patch_does_not_depend_on_its_company(patches, strength):
    made = patches(strength, shape=(40, 44))
    together, alone = made.images(ALL, 2), made.images(ALL[[4]], 2)
    assert torch.allclose(together[4], alone[0], atol=1e-6)
    assert torch.equal(made.targets(ALL, 2)[4], made.targets(ALL[[4]], 2)[0])
    assert torch.equal(together, patches(strength, shape=(40, 44)).images(ALL, 2))
    other = patches(strength, seed=1, shape=(40, 44)).images(ALL, 2)
    assert not torch.equal(together, other)


def test_undeclared_numbers_are_unknown(patches, make_masks):
    samples = make_masks(1)
    samples.masks[0, 8, 8] = 9
    assert samples.classes(0, (slice(8, 9), slice(8, 9))).item() == 255
    assert set(np.unique(samples.classes(0, ()))) == {0, 1, 2, 255}


def test_every_case_gives_several_patches(make_masks):
    samples = make_masks(3, per_case=4)
    assert len(samples) == len(samples.names) == len(samples.targets) == 12
    assert samples.names[3:5] == ("case 0-0", "case 0-1")
    assert samples.size == 16


def test_cut_out_fills_with_nothing():
    stored = np.arange(1, 7).reshape(2, 3)
    assert cut_out(stored, (0, 1), (2, 2)).tolist() == [[2, 3], [5, 6]]
    assert cut_out(stored, (-1, 2), (2, 2)).tolist() == [[0, 0], [3, 0]]
    assert cut_out(stored, (5, 5), (1, 2)).tolist() == [[0, 0]]
    assert cut_out(stored, (-4, 0), (2, 2)).tolist() == [[0, 0], [0, 0]]


def teach(make_masks, make_plan, make_recipe, engine):
    plan = make_plan((24, 24), features=[8, 16, 16])
    training = make_masks(16, shape=(28, 30), per_case=2, plan=plan)
    validation = make_masks(4, shape=(28, 30), seed=1, plan=plan)
    recipe = make_recipe(
        lr=1e-2, lr_encoder=1e-2, augmentation="photograph", batch_size=4, epochs=5
    )
    network = build_segmentation(find_entry("dynunet-2d"), plan, weights=None)
    losses = objective(recipe, training.targets, None, engine.device)
    seen = []
    train(
        network, mask_lesson(training, validation), recipe=recipe, engine=engine,
        loss=losses.loss, val_loss=losses.val_loss, judge=lambda targets, logits: 0.0,
        hooks=Hooks(on_epoch=lambda epoch, improved: seen.append(epoch)),
    )  # fmt: skip
    return network, seen


def test_a_network_learns_the_structures(make_masks, make_plan, make_recipe, engine):
    pytest.importorskip("monai")
    network, seen = teach(make_masks, make_plan, make_recipe, engine)
    assert [epoch.n_seen for epoch in seen] == [32] * 5
    assert seen[-1].score > 0.6 > seen[0].score + 0.2
    assert seen[-1].val_loss < 0.75 * seen[0].val_loss
    stages = seen[-1].stages
    assert {"dead[input_block]", "gradient[input_block]", "gradient[head]"} <= stages.keys()
    again, _ = teach(make_masks, make_plan, make_recipe, engine)
    assert all(map(torch.equal, network.state_dict().values(), again.state_dict().values()))


def test_masks_are_not_mixed(make_masks, make_recipe, engine):
    with pytest.raises(UsageError, match="masks cannot be mixed"):
        mask_lesson(make_masks(), make_masks()).feeds(make_recipe(mixup=0.2), engine)
