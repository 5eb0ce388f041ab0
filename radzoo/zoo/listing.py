"""What `radzoo list` says of each model. Imports nothing heavy, so that listing is quick."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from radzoo.core.source import Source
from radzoo.zoo.sources import SOURCES

if TYPE_CHECKING:
    from radzoo.core.entry import ZooEntry

Record = dict[str, object]

# What radzoo does with a model; of these words the last says the most.
USES = ("external", "fetch", "finetune", "predict")
# Libraries of networks that radzoo trains, and tasks whose outputs are no list of numbers.
TRAINED_HERE = frozenset(["timm", "torchvision", "radzoo"])
SEGMENTING = frozenset(["smp", "monai", "radzoo"])
NOT_A_LIST = frozenset(["segmentation", "detection", "landmarks", "registration", "reconstruction"])


@dataclass(frozen=True, slots=True)
class Listed:
    """One model in a list.

    Attributes:
        record: what is shown, with the keys of the JSON output.
        source: the fields of its source, enough to find its weights.
    """

    record: Record
    source: Mapping[str, object]


def describe(entry: "ZooEntry") -> Listed:
    """Return what a list says of an entry, but whether it is on this machine."""
    licences = entry.license
    record: Record = {
        "name": entry.name,
        "summary": entry.summary,
        "task": entry.task,
        "modality": entry.modality,
        "family": entry.family,
        "architecture": f"{entry.architecture.library}:{entry.architecture.name}",
        "labels": entry.labels,
        "input": entry.input.model_dump(mode="json"),
        "size_bytes": entry.source.size_bytes,
        "size_mb": entry.source.size_mb,
        "license": {"code": licences.code, "weights": licences.weights, "data": licences.data},
        "license_conflict": licences.conflict,
        "license_standing": standing(entry),
        "source": entry.source.kind,
        "status": entry.status,
        "use": use_of(entry),
    }
    return Listed(record, entry.source.model_dump(mode="json"))


def standing(entry: "ZooEntry") -> str:
    """Return what the licences come to: permissive, restricted, conflicting or unknown."""
    from radzoo.zoo.licences import is_permissive

    if entry.source.kind == "none":
        return "permissive"
    if entry.license.conflict is not None:
        return "conflicting"
    if entry.license.weights is None:
        return "unknown"
    return "permissive" if is_permissive(entry.license.weights) else "restricted"


def use_of(entry: "ZooEntry") -> str:
    """Return what radzoo can do with a model, as one of `USES`.

    `external`: the user fetches the weights. `fetch`: radzoo fetches and verifies them.
    `finetune`: it can also feed images to the network and train it. `predict`: it can be
    fine-tuned, and the outputs that were published can be read.
    """
    from radzoo.core.errors import InputError

    if entry.source.kind == "external":
        return "external"
    if entry.task == "segmentation" and entry.architecture.library in SEGMENTING:
        return "finetune"
    if entry.architecture.library not in TRAINED_HERE or entry.task in NOT_A_LIST:
        return "fetch"
    try:
        entry.input.as_plane(entry.name)
    except InputError:
        return "fetch"
    n_trained = sum(label is not None for label in entry.labels or ())
    is_read = entry.task == "multilabel" and n_trained > 0
    return "predict" if is_read or (entry.task == "binary" and n_trained == 1) else "finetune"


def is_here(source: Mapping[str, object], cache: Path) -> bool:
    """Is there a file of weights on this machine? It is not verified."""
    plugin: Source = SOURCES[str(source["kind"])]
    return plugin.locate(SimpleNamespace(**source), cache) is not None
