"""What `radzoo list` says of each model. Imports nothing, so that listing is quick."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from radzoo.core.source import Source
from radzoo.zoo.licences import is_permissive as is_permissive
from radzoo.zoo.sources import SOURCES

if TYPE_CHECKING:
    from radzoo.core.entry import ZooEntry

Record = dict[str, object]


@dataclass(frozen=True, slots=True)
class Listed:
    """One model in a list.

    Attributes:
        record: what is shown, with the keys of the JSON output.
        source: the fields of its source, enough to find its weights.
        words: lower-case text that a search looks through.
    """

    record: Record
    source: Mapping[str, object]
    words: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Which models to list; None and False do not filter."""

    task: str | None = None
    modality: str | None = None
    family: str | None = None
    license: str = "any"
    pulled: bool = False
    search: str | None = None


def describe(entry: "ZooEntry") -> Listed:
    """Return what a list says of an entry, but whether it is on this machine."""
    record: Record = {
        "name": entry.name,
        "task": entry.task,
        "modality": entry.modality,
        "family": entry.family,
        "architecture": f"{entry.architecture.library}:{entry.architecture.name}",
        "labels": entry.labels,
        "input": entry.input.model_dump(mode="json"),
        "size_bytes": entry.source.size_bytes,
        "license": entry.license.model_dump(),
        "source": entry.source.kind,
        "status": entry.status,
    }
    labels = [label for label in entry.labels or [] if label]
    shown = (entry.name, entry.summary, entry.task, entry.modality, entry.family, *labels)
    words = " ".join([*shown, entry.architecture.name]).lower()
    return Listed(record, entry.source.model_dump(mode="json"), words)


def select(listed: Sequence[Listed], filters: Filters, cache: Path) -> list[Record]:
    """Return the records that pass the filters, each with `pulled` filled in."""
    records = []
    for model in listed:
        if not _passes(model, filters):
            continue
        pulled = is_here(model.source, cache)
        if pulled or not filters.pulled:
            records.append({**model.record, "pulled": pulled})
    return records


def select_names(listed: Sequence[Listed], filters: Filters, cache: Path) -> list[str]:
    """Return the names only; looks for weights only where a filter asks for it."""
    return [
        str(model.record["name"])
        for model in listed
        if _passes(model, filters) and (not filters.pulled or is_here(model.source, cache))
    ]


def is_here(source: Mapping[str, object], cache: Path) -> bool:
    """Is there a file of weights on this machine? It is not verified."""
    plugin: Source = SOURCES[str(source["kind"])]
    return plugin.locate(SimpleNamespace(**source), cache) is not None


def _passes(model: Listed, filters: Filters) -> bool:
    for field in ("task", "modality", "family"):
        wanted = getattr(filters, field)
        if wanted is not None and str(model.record[field]).lower() != wanted.lower():
            return False
    licences = model.record["license"]
    weights = licences["weights"] if isinstance(licences, dict) else None
    if filters.license == "permissive" and not is_permissive(weights):
        return False
    return all(word in model.words for word in (filters.search or "").lower().split())
