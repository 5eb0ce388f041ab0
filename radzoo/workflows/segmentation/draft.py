"""A plan of segmentation before the recipe: grid, patch and network, each with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from radzoo.core.entry import ZooEntry
from radzoo.core.errors import UsageError
from radzoo.core.plan import DataFacts, Proposal
from radzoo.core.segmentation import (
    SegmentationPlan,
    Structure,
    say_structures,
    structure_names,
)
from radzoo.core.volume_axes import write_size
from radzoo.models.segmentation.networks import multiples_of
from radzoo.workflows.planning.plan import ASKED
from radzoo.workflows.planning.proposals import Choice
from radzoo.workflows.segmentation.budget import Budget
from radzoo.workflows.segmentation.topology import Topology

SHAPED: Final = ("DynUNet", "UNet")
"""Networks of MONAI whose stages follow from the plan, if they have no weights."""
DEEP: Final = "DynUNet"
MOST_DEPTHS: Final = 4


@dataclass(frozen=True, slots=True)
class Draft:
    """What is decided before the recipe.

    Attributes:
        plan: with a batch size that the recipe may change.
        topology: of the network, or of one like it.
        batch, augmentation: what is proposed.
    """

    plan: SegmentationPlan
    facts: DataFacts
    proposals: tuple[Proposal, ...]
    topology: Topology
    batch: Choice
    augmentation: Choice
    warnings: tuple[str, ...] = ()


def tell(setting: str, value: str | int, reason: str, *, asked: bool = False) -> Proposal:
    """Say what a setting is and why."""
    by = "user" if asked else "radzoo"
    return Proposal(setting=setting, value=value, by=by, reason=ASKED if asked else reason)


def tell_structures(structures: Sequence[Structure], *, asked: bool) -> Proposal:
    """Say what is to be found; numbers of the masks and their names."""
    return tell("structures", say_structures(structures), "as the data set declares", asked=asked)


def tell_looked_at(
    found: Mapping[str, int], n_opened: int, structures: Sequence[Structure], beside: str
) -> Proposal:
    """Say how many training masks were opened, and what they hold.

    Args:
        found: structure to how many of the masks hold it.
        n_opened: how many were opened.
        structures: as declared.
        beside: what else was read.
    """
    held = ", ".join(f"{name} in {found.get(name, 0)}" for name in structure_names(structures))
    reason = f"training masks that were opened{beside}: {held}"
    return tell("looked_at", n_opened, reason)


def is_shaped(entry: ZooEntry) -> bool:
    """Do the stages of this network follow from the data?"""
    known = entry.architecture
    return entry.source.kind == "none" and known.library == "monai" and known.name in SHAPED


def stages_of(entry: ZooEntry, topology: Topology, budget: Budget, most: int) -> dict[str, Any]:
    """Return strides, kernels, features and depths for a plan."""
    depths = entry.architecture.arguments.get("dsdepth", 1)
    if not is_shaped(entry):
        return {"deep_supervision": depths if isinstance(depths, int) else 1}
    deep = entry.architecture.name == DEEP
    return {
        "strides": [list(one) for one in topology.strides],
        "kernels": [list(one) for one in topology.kernels],
        "features": topology.features(budget.first, most),
        "deep_supervision": max(1, min(len(topology.strides) - 2, MOST_DEPTHS)) if deep else 1,
    }


def tell_stages(entry: ZooEntry, plan: SegmentationPlan, topology: Topology) -> list[Proposal]:
    """Say how the network is built, where that follows from the data."""
    if not plan.strides:
        name = f"{entry.architecture.library}'s {entry.architecture.name}"
        return [tell("network", entry.architecture.name, f"{name} keeps its own stages")]
    halved = write_size(topology.halvings)
    rows = [
        tell("stages", len(plan.strides),
             f"axes are halved {halved} times: no side of a feature map gets below 4"),
        tell("strides", _join(plan.strides), "an axis twice as coarse as another waits for it"),
        tell("kernels", _join(plan.kernels), "1 only along axes twice as coarse as the finest"),
        tell("features", " ".join(map(str, plan.features)), "doubled up to what is affordable"),
    ]  # fmt: skip
    if plan.deep_supervision > 1:
        deep = "coarser outputs learn as well, each with half the weight of the finer"
        rows.append(tell("deep_supervision", plan.deep_supervision, deep))
    return rows


def settle_patch(entry: ZooEntry, plan: SegmentationPlan) -> SegmentationPlan:
    """Return the plan with a patch that the network can take, and arrays that hold it."""
    multiples = multiples_of(entry, plan)
    patch = tuple(-(-side // one) * one for side, one in zip(plan.patch, multiples, strict=True))
    size = tuple(max(both) for both in zip(plan.size, patch, strict=True))
    return plan.model_copy(update={"patch": patch, "size": size})


def refuse_patch(wanted: Sequence[int], fitting: Sequence[int]) -> UsageError:
    """Say that a patch cannot be halved as often as the network does, and which could."""
    return UsageError(
        f"{write_size(wanted)} was asked for, which this network cannot halve as often as it does",
        id="unfit-patch",
        hint=f"--image-size {write_size(fitting)} would do",
    )


def _join(stages: Sequence[Sequence[int]]) -> str:
    return " ".join("".join(map(str, one)) for one in stages)
