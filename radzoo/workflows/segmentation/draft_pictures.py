"""The draft of a segmentation of pictures: radiographs, slices, photographs."""

from collections.abc import Sequence
from dataclasses import replace

from radzoo.core.case import Case, Manifest
from radzoo.core.entry import ZooEntry
from radzoo.core.errors import InputError
from radzoo.core.segmentation import SegmentationPlan, Structure
from radzoo.data.guard import Guard
from radzoo.data.prepared.folder import find_folder
from radzoo.data.refusal import ImageRefused, describe_reason
from radzoo.data.volume.message import ask_mask, open_mask
from radzoo.workflows.planning.augmentation_choice import choose_augmentation
from radzoo.workflows.planning.data_facts import find_facts
from radzoo.workflows.planning.image_size import propose_size
from radzoo.workflows.planning.proposals import Choice
from radzoo.workflows.segmentation.budget import PLANE_BATCH, Budget
from radzoo.workflows.segmentation.checks import Seen, check_seen, count_labels
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
from radzoo.workflows.segmentation.fingerprint import count_structures
from radzoo.workflows.segmentation.topology import plan_stages

LOOKS = 24


def draft_pictures(
    entry: ZooEntry,
    manifest: Manifest,
    structures: Sequence[Structure],
    image_size: int | None,
    budget: Budget,
    *,
    declared_by_user: bool,
    workers: int,
) -> Draft:
    """Choose the size of the pictures, which is that of the patch, and the network.

    Args:
        entry: the model.
        manifest: the cases.
        structures: that are to be found.
        image_size: rows and columns that the user wants.
        budget: of the machine.
        declared_by_user: did the user declare the structures?
        workers: decoding children.

    Raises:
        UsageError: if the size that is wanted does not fit the network.
        InputError: if the masks hold what was not declared, or the network takes volumes.
    """
    if find_folder(manifest.cases) is not None:
        raise InputError(
            "these images are prepared already, without their masks",
            id="prepared-for-segmentation",
            hint="give the data set itself; what is decoded is kept for the next run anyway",
        )
    entry.input.as_plane(entry.name)
    seen = look_at_masks(manifest.of("train").cases, workers)
    check_seen(Seen(seen, "training masks that were opened"), structures)
    facts = find_facts(replace(manifest, labels=()), workers=workers)
    size = propose_size(entry, facts) if image_size is None else Choice(image_size, "")
    side = int(size.value)
    topology = plan_stages((1.0, 1.0), (side, side))
    if is_shaped(entry) and topology.patch != (side, side):
        raise refuse_patch((side,), topology.patch[:1])
    plan = SegmentationPlan(
        dimensions=2, structures=list(structures), size=(side, side), patch=(side, side),
        batch_size=PLANE_BATCH, normalisation="none",
        **stages_of(entry, topology, budget, budget.most_flat),
    )  # fmt: skip
    fitting = settle_patch(entry, plan)
    if fitting.patch != plan.patch:
        raise refuse_patch((side,), fitting.patch[:1])
    proposals = [
        tell_structures(structures, asked=declared_by_user),
        tell_looked_at(count_structures(seen, structures), len(seen), structures, ""),
        tell("image_size", side, size.reason, asked=image_size is not None),
        tell("normalisation", "none", "the contract of the model says how greys are fed"),
        *tell_stages(entry, plan, topology),
    ]
    batch = Choice(PLANE_BATCH, "every pixel teaches: small batches make more steps")
    return Draft(plan, facts, tuple(proposals), topology, batch, choose_augmentation(entry, facts))


def look_at_masks(cases: Sequence[Case], workers: int) -> dict[str, dict[int, int]]:
    """Open masks here and there; return the numbers but 0 in each.

    Raises:
        InputError: if none of them can be used with its image.
    """
    chosen = cases[:: max(1, len(cases) // LOOKS)][:LOOKS]
    with Guard(min(workers, max(1, len(chosen)))) as guard:
        answers = list(guard.map(ask_mask(case) for case in chosen))
    found = {}
    for case, answer in zip(chosen, answers, strict=True):
        try:
            found[case.case_id] = count_labels(open_mask(answer).labels)
        except ImageRefused:
            continue
    if not found:
        raise InputError(
            f"none of the {len(chosen)} training masks that were opened can be used; the first: "
            f"{describe_reason(answers[0].refused or 'undecodable')}",
            id="no-usable-mask",
            hint="image and mask have to lie on the same pixels; radzoo data describe says more",
        )
    return found
