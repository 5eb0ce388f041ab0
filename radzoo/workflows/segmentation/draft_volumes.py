"""The draft of a segmentation of volumes."""

from collections.abc import Sequence
from dataclasses import replace
from math import prod
from typing import Final

import numpy as np

from radzoo.core.case import Manifest
from radzoo.core.data_report import Span
from radzoo.core.entry import ZooEntry
from radzoo.core.plan import DataFacts, Proposal
from radzoo.core.segmentation import SegmentationPlan, Structure
from radzoo.core.volume_axes import Triple, VolumeWish, write_size
from radzoo.workflows.planning.augmentation_choice import choose_augmentation
from radzoo.workflows.planning.data_facts import count_cases
from radzoo.workflows.planning.proposals import Choice
from radzoo.workflows.segmentation.budget import Budget, propose_patches
from radzoo.workflows.segmentation.draft import (
    Draft,
    is_shaped,
    refuse_patch,
    settle_patch,
    stages_of,
    tell,
    tell_looked_at,
    tell_stages,
    tell_structures,
)
from radzoo.workflows.segmentation.fingerprint import Fingerprint, count_structures
from radzoo.workflows.segmentation.intensities import CT, choose_intensities
from radzoo.workflows.segmentation.topology import (
    Topology,
    choose_spacing,
    fit_patch,
    plan_stages,
)

BYTES_OF_VOXEL: Final = 4
MUCH_GB: Final = 50
OWN: Final = "own"


def draft_volumes(
    entry: ZooEntry,
    manifest: Manifest,
    structures: Sequence[Structure],
    seen: Fingerprint,
    wish: VolumeWish,
    budget: Budget,
    *,
    declared_by_user: bool,
) -> Draft:
    """Choose grid, patch and network.

    Args:
        entry: the model.
        manifest: the cases.
        structures: that are to be found.
        seen: what was seen of the data.
        wish: what the user wants; its size is that of the patch.
        budget: of the machine.
        declared_by_user: did the user declare the structures?

    Raises:
        UsageError: if the patch that is wanted does not fit the network.
        InputError: if the network expects what cannot be made.
    """
    spacing, spacing_reason = find_spacing(entry, seen, wish)
    shapes = seen.shapes_at(spacing)
    middle = tuple(int(side) for side in np.median(shapes, axis=0).astype(int))
    topology, patch_reason = find_patch(entry, spacing, middle, wish, budget)
    values = choose_intensities(entry, seen, manifest.modality, wish.intensity)
    voxels = float(prod(middle)) * len(manifest.of("train").cases)
    batch = propose_patches(topology, budget, voxels)
    largest = tuple(int(side) for side in np.max(shapes, axis=0))
    plan = SegmentationPlan(
        dimensions=3, structures=list(structures), spacing_mm=spacing, size=largest,
        patch=topology.patch, batch_size=int(batch.value), **values.fields,
        **stages_of(entry, topology, budget, budget.most),
    )  # fmt: skip
    plan = settle_patch(entry, plan)
    if wish.size is not None and plan.patch != wish.size:
        raise refuse_patch(wish.size, plan.patch)
    stored_gb = prod(plan.size) * BYTES_OF_VOXEL * len(manifest.cases) / 1e9
    spaced = OWN if spacing is None else write_size(spacing)
    proposals: list[Proposal] = [
        tell_structures(structures, asked=declared_by_user),
        tell_looked_at(count_structures(seen.seen, structures), len(seen.seen), structures,
                       f", beside {seen.n_cases} headers"),
        tell("spacing_mm", spaced, spacing_reason, asked=wish.spacing_mm is not None),
        tell("normalisation", values.words, values.reason),
        tell("stored_size", write_size(plan.size),
             f"the longest sides of {len(seen.shapes)} volumes at this spacing: nothing is cut; "
             f"{stored_gb:.2g} GB on the disk"),
        tell("patch", write_size(plan.patch), patch_reason, asked=wish.size is not None),
        *tell_stages(entry, plan, topology),
    ]  # fmt: skip
    return Draft(
        plan, describe(manifest, seen), tuple(proposals), topology,
        batch, find_augmentation(entry, manifest, seen),
        warnings=tuple(warn(seen, structures, stored_gb, values.warning)),
    )  # fmt: skip


def find_spacing(
    entry: ZooEntry, seen: Fingerprint, wish: VolumeWish
) -> tuple[Triple | None, str]:  # fmt: skip
    """Return the spacing that all volumes are brought to, and why; None = each one's own."""
    if wish.spacing_mm is not None:
        return wish.spacing_mm, "you asked for it"
    published = entry.input.canonical_spacing if entry.source.kind != "none" else None
    if published is not None:
        return published, "what the model was trained with"
    if not seen.spacings_mm:
        return None, "no file says how far its voxels are apart: they are taken as they are"
    steps, coarse = choose_spacing(seen.spacings_mm, seen.shapes)
    n = len(seen.spacings_mm)
    why = f"the median of {n} headers"
    if coarse:
        why += ", but along the axis that is far coarser the finest tenth"
    return (steps[0], steps[1], steps[2]), why


def find_patch(
    entry: ZooEntry,
    spacing: Triple | None,
    middle: Sequence[int],
    wish: VolumeWish,
    budget: Budget,
) -> tuple[Topology, str]:
    """Return the stages and the patch of the network, and why it is so large.

    Raises:
        UsageError: if the patch that is wanted does not fit.
    """
    steps = spacing or (1.0, 1.0, 1.0)
    if wish.size is not None:
        topology = plan_stages(steps, wish.size)
        if is_shaped(entry) and topology.patch != wish.size:
            raise refuse_patch(wish.size, topology.patch)
        return replace(topology, patch=wish.size), "you asked for it"
    published = entry.input.canonical_size if entry.source.kind != "none" else None
    if published is not None:
        topology = plan_stages(steps, published)
        return replace(topology, patch=published), "what the model was trained with"
    topology, cut = fit_patch(
        steps, middle, first=budget.first, most=budget.most, budget=budget.values
    )
    whole = f"the middle volume has {write_size(middle)} voxels"
    if cut:
        return topology, f"{whole}; cut down to {budget.words}"
    if all(side <= own for side, own in zip(topology.patch, middle, strict=True)):
        return topology, f"{whole}; a patch is as long in mm along every axis, and no longer"
    return topology, f"{whole}; made a little larger so that it can be halved"


def find_augmentation(entry: ZooEntry, manifest: Manifest, seen: Fingerprint) -> Choice:
    """Return what suits the modality."""
    if seen.hounsfield or manifest.modality == CT:
        return Choice("ct", "the volumes are CT")
    if manifest.modality == "MR":
        return Choice("mr", "the data set is declared as MR")
    return choose_augmentation(entry, count_cases(replace(manifest, labels=())))


def describe(manifest: Manifest, seen: Fingerprint) -> DataFacts:
    """Return the counts of cases, and what was seen of them."""
    counted = count_cases(replace(manifest, labels=()))
    named = manifest.modality or ("CT" if seen.hounsfield else "")
    return counted.model_copy(
        update={
            "n_looked_at": len(seen.shapes),
            "longer_edges": _span([max(shape[1:]) for shape in seen.shapes]),
            "slices": _span([shape[0] for shape in seen.shapes]),
            "modalities": {named: seen.n_cases} if named else {},
        }
    )


def warn(
    seen: Fingerprint, structures: Sequence[Structure], stored_gb: float, other: str
) -> list[str]:
    """Say what makes the result less sure, or takes much room."""
    found = count_structures(seen.seen, structures)
    n = len(seen.seen)
    absent = [one.name for one in structures if not found[one.name]]
    said = [f"none of the {n} training masks that were opened holds {name}"
            for name in dict.fromkeys(absent)]  # fmt: skip
    if stored_gb > MUCH_GB:
        said.append(f"the volumes will take {stored_gb:.0f} GB of the disk: a coarser --spacing-mm "
                    "takes less")  # fmt: skip
    return said + ([other] if other else [])


def _span(values: Sequence[int]) -> Span:
    ordered = sorted(values)
    return Span(smallest=ordered[0], median=ordered[len(ordered) // 2], largest=ordered[-1])
