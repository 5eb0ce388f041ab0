"""Teaching from images and volumes with a mask each: what is structure, what is background."""

from torch import nn

from radzoo.core.case import Manifest, Refused, Split
from radzoo.core.config import RunConfig
from radzoo.core.errors import InputError
from radzoo.core.plan import Plan
from radzoo.core.recipe import Recipe
from radzoo.core.segmentation import SegmentationPlan
from radzoo.data.prepared import PreparedVolumes, WorkingVolume, prepare, prepare_volumes
from radzoo.data.prepared.folder import find_folder
from radzoo.models.device import Engine
from radzoo.models.lesson import Lesson
from radzoo.models.segmentation.networks import build_segmentation, channels_of
from radzoo.models.segmentation.patches import MaskSamples, mask_lesson
from radzoo.models.spread import is_spread
from radzoo.models.weights_file import WeightsFile
from radzoo.tasks.task import Task
from radzoo.workflows.finetune_config import FinetuneConfig, Watcher
from radzoo.workflows.segmentation.checks import check_masks
from radzoo.workflows.segmentation.infer import Inference, segment_cases
from radzoo.workflows.segmentation.outcome import write_mask_outcome
from radzoo.workflows.segmentation.plan import plan_masks, resolve_masks
from radzoo.workflows.segmentation.ready import make_segmenter, plan_of
from radzoo.workflows.segmentation.segmented import Segmented, SegmentedCase
from radzoo.workflows.teaching.material import Stock, check_prepared, refused_of, rows_of
from radzoo.workflows.teaching.matter import Matter


def plan_from_files(
    config: FinetuneConfig, manifest: Manifest, gpu: bool, threads: int
) -> tuple[Plan, Recipe]:
    """Plan as `plan_masks` does, from the files of the data set.

    Raises:
        InputError: if the images were prepared already: masks belong on the voxels of files.
    """
    if find_folder(manifest.cases) is not None:
        raise InputError(
            f"{config.data} is prepared already; a segmentation needs the files it was made from",
            id="prepared-already",
            hint="name those: they are prepared on the way, once",
        )
    return plan_masks(config, manifest, gpu, threads)


def make_network(
    made: RunConfig, task: Task, weights: WeightsFile | None, watcher: Watcher
) -> nn.Module:
    """Build the network of a run, as it is before the first step."""
    return build_segmentation(
        made.entry, plan_of(made), weights=weights, activation=made.recipe.activation,
        dropout=made.recipe.dropout, seed=made.recipe.seed, log=watcher.log,
    )  # fmt: skip


def prepare_masks(
    made: RunConfig, manifest: Manifest, task: Task, config: FinetuneConfig, watcher: Watcher
) -> tuple[Stock, tuple[str, ...]]:
    """Decode every image and its mask once, and see whether enough of them could be.

    Returns:
        Images or volumes with masks, and a warning if any was refused.

    Raises:
        RefusedError: if more than `max_refused` of the cases were refused.
        InputError: if those that are left cannot serve the task, a mask holds a number that was
            not declared, or no training mask holds any structure.
    """
    plan = plan_of(made)
    stock: Stock
    if plan.dimensions == 3:
        stock = prepare_volumes(
            manifest.cases, working_volume(plan), cache=config.cache, workers=config.workers,
            track=watcher.track, log=watcher.log,
        )  # fmt: skip
    else:
        stock = prepare(
            manifest.cases, size=made.side, fit=made.plane.fit,
            interpolation=made.plane.interpolation, edge=made.plane.edge_at(made.side),
            decoding=made.decoding, masked=True, cache=config.cache, workers=config.workers,
            track=watcher.track, log=watcher.log,
        )  # fmt: skip
    warnings = check_prepared(stock, made, manifest, task, watcher)
    check_masks(stock, plan.structures)
    return stock, warnings


def working_volume(plan: SegmentationPlan) -> WorkingVolume:
    """Return the form in which volumes and masks are kept for training."""
    slices, rows, columns = plan.size
    return WorkingVolume(
        (slices, rows, columns), plan.spacing_mm, intensity=plan.intensity, masked=True
    )


def lesson_of_masks(stock: Stock, made: RunConfig, task: Task) -> Lesson:
    """Return training and validation."""
    training, validation = (samples_of(stock, made, split) for split in ("train", "val"))
    return mask_lesson(training, validation)


def samples_of(stock: Stock, made: RunConfig, split: Split) -> MaskSamples:
    """Return the images and masks of one split."""
    assert stock.masks is not None
    rows, plan = rows_of(stock, split), plan_of(made)
    volumes = isinstance(stock, PreparedVolumes)
    return MaskSamples(
        images=stock.images,
        masks=stock.masks,
        rows=stock.rows[rows],
        case_names=tuple(stock.cases[row].case_id for row in rows),
        plan=plan,
        limits=tuple(stock.facts[row].limits for row in rows) if isinstance(
            stock, PreparedVolumes) else (),
        contract=None if volumes else made.plane,
        channels=channels_of(made.entry),
        per_case=made.recipe.patches_per_case if split == "train" else 1,
    )  # fmt: skip


def score_masks(
    network: nn.Module,
    split: Split,
    made: RunConfig,
    manifest: Manifest,
    stock: Stock,
    task: Task,
    engine: Engine,
) -> Segmented:
    """Find the structures in every whole image of a split; its refused cases are counted beside.

    The leading process does it alone, unless the network is spread over all of them.
    """
    refused = refused_of(stock, manifest, split)
    if engine.ranks.rank and not is_spread(network):
        return Segmented((), refused)
    cases = [stock.cases[row] for row in rows_of(stock, split)]
    found = list(segment_cases([make_segmenter(network, made)], cases, engine, Inference()))
    lost = tuple(one for one in found if isinstance(one, Refused))
    kept = tuple(one for one in found if isinstance(one, SegmentedCase))
    return Segmented(kept, (*refused, *lost))


MASKS = Matter(
    plan=plan_from_files,
    resolve=resolve_masks,
    network=make_network,
    prepare=prepare_masks,
    lesson=lesson_of_masks,
    score=score_masks,
    conclude=write_mask_outcome,
)
