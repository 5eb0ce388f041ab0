"""What one machine can afford: how large a patch, how wide a network, how many epochs."""

from dataclasses import dataclass
from typing import Final

from radzoo.workflows.planning.proposals import Choice
from radzoo.workflows.segmentation.topology import Topology, count_values

VALUES_PER_CORE_S: Final = 3e7
"""So many values of `count_values` one core learns from in a second; measured with a DynUNet of
16 features on 40 x 56 x 40 voxels: 9.5 million values in 0.3 to 0.35 s."""
CPU_S: Final = 2400
"""About how long the patches of a whole training may take on a CPU."""
CORES: Final = 4
"""More threads hardly help a small network."""
FEWEST_EPOCHS: Final = 10
MOST_EPOCHS: Final = {False: 60, True: 500}
GPU_PATCHES: Final = 25_000
PLANE_BATCH: Final = 8
COVERED: Final = 0.05
"""Share of all voxels of the data that a batch covers at most, from nnU-Net."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Bounds of patch and network.

    Attributes:
        values: that a patch may make, see `topology.count_values`.
        first: features of the first stage.
        most: features of any stage; `most_flat` of a network of images.
        words: for the plan.
        gpu: is there one?
    """

    values: float
    first: int
    most: int
    most_flat: int
    words: str
    gpu: bool = False


CPU: Final = Budget(6e7, 16, 128, 256, "60 million values, about 2 s of a core")
GPU: Final = Budget(
    5.6e8, 32, 320, 512, "560 million values, about 8 GB with two patches", gpu=True
)


def budget_of(*, gpu: bool) -> Budget:
    """Return what fits the machine."""
    return GPU if gpu else CPU


def propose_patches(topology: Topology, budget: Budget, voxels: float) -> Choice:
    """Choose how many patches a step sees.

    Args:
        topology: of the network.
        budget: of the machine.
        voxels: of all training cases together.
    """
    if not budget.gpu:
        return Choice(2, "small batches make more steps, where every patch takes its time")
    room = round(2 * budget.values / count_values(topology, budget.first, budget.most))
    covered = round(voxels * COVERED / _voxels(topology))
    if room <= covered:
        return Choice(max(2, room), f"as many as fit {budget.words}")
    return Choice(max(2, covered), "a batch covers no more than 5 % of all voxels")


def propose_epochs(topology: Topology, budget: Budget, n_patches: int, threads: int) -> Choice:
    """Choose how often all training cases are seen.

    Args:
        topology: of the network.
        budget: of the machine.
        n_patches: patches of one epoch.
        threads: that torch uses.
    """
    most = MOST_EPOCHS[budget.gpu]
    if budget.gpu:
        wanted, why = GPU_PATCHES / n_patches, f"about {GPU_PATCHES:,} patches in all"
    else:
        values = count_values(topology, budget.first, budget.most)
        seconds = values / VALUES_PER_CORE_S / min(threads, CORES)
        wanted = CPU_S / (n_patches * seconds)
        why = f"about {CPU_S // 60} minutes on this CPU, at {seconds:.2g} s a patch"
    epochs = round(wanted)
    if epochs < FEWEST_EPOCHS:
        return Choice(FEWEST_EPOCHS, f"fewer would not do, though that is more than {why}")
    if epochs > most:
        return Choice(most, "more would add little")
    return Choice(epochs, why)


def _voxels(topology: Topology) -> int:
    total = 1
    for side in topology.patch:
        total *= side
    return total
