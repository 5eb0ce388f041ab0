"""Networks that segment volumes as they were published: asked with nothing taught anew."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from radzoo.core.entry import VolumeInput, ZooEntry
from radzoo.core.errors import InputError
from radzoo.core.segmentation import SegmentationPlan, Structure
from radzoo.core.source import Progress, no_progress
from radzoo.models.build import create
from radzoo.models.published import trained_labels
from radzoo.models.segmentation.networks import build_segmentation
from radzoo.models.segmentation.turned import TurnedNetwork
from radzoo.workflows.network_weights import published_weights
from radzoo.workflows.segmentation.infer import Segmenter
from radzoo.workflows.segmentation.intensities import published_intensities
from radzoo.workflows.segmentation.ready import ReadyMasks
from radzoo.zoo.catalog import find_entry

SEGMENTATION: Final = "segmentation"
BACKGROUND: Final = "background"
VOLUMES: Final = 3
Say = Callable[[str], object]


def find_mask_entry(
    name: str, registries: Sequence[Path] = (), log: Say | None = None
) -> ZooEntry | None:
    """Return the model of the zoo that is named, if it is one that segments.

    Raises:
        InputError: if the name is that of no folder and of no model.
    """
    path = Path(name)
    if path.name != name and not path.exists():
        raise InputError(
            f"there is no run {name}",
            id="no-such-run",
            hint="name the folder of a run of radzoo finetune, or a model of radzoo list",
        )
    if path.exists() or path.name != name:
        return None
    entry = find_entry(name, registries)
    if entry.task != SEGMENTATION:
        return None
    return find_entry(name, registries, log)


def open_published(
    entry: ZooEntry, *, cache: Path, offline: bool, progress: Progress = no_progress,
    log: Say = lambda message: None,
) -> ReadyMasks:  # fmt: skip
    """Build a network that segments volumes with its published weights.

    Raises:
        InputError: if it is not made to be asked so, or nobody knows how it wants to be fed.
        IntegrityError: if its weights are not what they should be.
        EnvironmentFailure: if they are not here and cannot be fetched, or a package is missing.
    """
    check_published(entry)
    # What radzoo cannot build is not fetched first.
    create(entry.architecture, outputs=len(trained_labels(entry)), channels=1)
    contract = entry.input.as_volume(entry.name)
    plan = plan_published(entry, contract)
    if entry.input.hu_window is not None:
        log(f"{entry.name} reads Hounsfield units: the values of all files are taken for them")
    weights, _ = published_weights(entry, cache=cache, offline=offline, progress=progress, log=log)
    fed = plan.model_copy(update={"size": contract.fed_size, "patch": contract.fed_size})
    network = build_segmentation(entry, fed, weights=weights, keep_head=True, log=log)
    turned = TurnedNetwork(network, contract.orientation)
    return ReadyMasks((Segmenter(turned, plan),), entry.name)


def check_published(entry: ZooEntry) -> None:
    """See that an entry has trained outputs for volumes of one channel, one class a voxel.

    Raises:
        InputError: naming what it has instead.
    """
    labels = trained_labels(entry)
    lacking = ""
    if entry.input.dimensions != VOLUMES:
        lacking = "segments images or single slices"
    elif entry.input.channels != 1:
        lacking = f"takes {entry.input.channels} series of each patient at once"
    elif labels[0].lower() != BACKGROUND or len(labels) != len(entry.labels or ()):
        lacking = "gives structures that overlap"
    if lacking:
        raise InputError(
            f"{entry.name} {lacking}; radzoo predict asks published networks that give one "
            "structure to each voxel of one volume",
            id="published-masks-not-supported",
            hint=f"radzoo finetune {entry.name} may take it; radzoo show {entry.name} says where "
            "its own program is",
        )


def plan_published(entry: ZooEntry, contract: VolumeInput) -> SegmentationPlan:
    """Return how volumes are brought to a network that will not learn from them.

    Structures have the numbers of the network's outputs.

    Raises:
        InputError: if radzoo cannot make the values that it expects.
    """
    values = published_intensities(entry, hounsfield=True)
    if values is None:
        raise InputError(
            f"nobody has verified which values {entry.name} expects",
            id="unknown-preprocessing",
            hint=f"radzoo registry add {entry.name} copies the entry into your own registry, "
            "where you can state its hu_window",
        )
    names = trained_labels(entry)[1:]
    return SegmentationPlan(
        dimensions=VOLUMES,
        structures=[Structure(number=at, name=name) for at, name in enumerate(names, start=1)],
        spacing_mm=contract.spacing_mm, size=contract.size, patch=contract.size, batch_size=1,
        **values.fields,
    )  # fmt: skip
