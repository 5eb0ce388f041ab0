"""Facts of a data set that a plan follows from: counts, and a look at a few images."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from radzoo.core.case import SPLITS, Case, Manifest
from radzoo.core.data_report import Span, SplitCounts
from radzoo.core.plan import DataFacts, SplitFacts
from radzoo.data.guard import Guard, Request
from radzoo.data.prepared.folder import find_folder
from radzoo.data.prepared.index import read_index
from radzoo.data.prepared.working import Working

LOOKS = 24


def find_facts(manifest: Manifest, *, look: bool = True, workers: int = 2) -> DataFacts:
    """Count what a data set holds, and open some of its training images.

    Args:
        manifest: cases with their splits.
        look: open images; without, only what is listed is known.
        workers: decoding children.
    """
    counted = count_cases(manifest)
    folder = find_folder(manifest.cases)
    if folder is not None:
        return counted.model_copy(update={"prepared_size": prepared_size(folder)})
    return counted.model_copy(update=look_at(manifest, workers)) if look else counted


def prepared_size(folder: Path) -> int | None:
    """Return rows and columns of images that were prepared; None if they are volumes."""
    index = read_index(folder)
    working = index.working if index else None
    return working.size if isinstance(working, Working) else None


def count_cases(manifest: Manifest) -> DataFacts:
    """Count cases, patients and findings of every split."""
    parts = {split: manifest.of(split).cases for split in SPLITS}
    parts = {split: cases for split, cases in parts.items() if cases}
    return DataFacts(
        splits={split: _count_split(cases) for split, cases in parts.items()},
        labels={
            label: {split: _count_label(cases, label) for split, cases in parts.items()}
            for label in manifest.labels
        },
    )


def look_at(manifest: Manifest, workers: int) -> dict[str, Any]:
    """Open training images here and there; those that cannot be read say nothing."""
    cases = manifest.of("train").cases
    chosen = cases[:: max(1, len(cases) // LOOKS)][:LOOKS]
    requests = (Request("inspect", case.path, case.member, parts=case.parts) for case in chosen)
    with Guard(min(workers, len(chosen))) as guard:
        seen = [answer.fields for answer in guard.map(requests) if "rows" in answer.fields]
    edges = sorted(max(facts["rows"], facts["columns"]) for facts in seen)
    modalities = Counter(str(facts["modality"]) for facts in seen if facts.get("modality"))
    return {
        "n_looked_at": len(seen),
        "longer_edges": _span(edges),
        "modalities": dict(modalities.most_common()),
    }


def _count_split(cases: Sequence[Case]) -> SplitFacts:
    patients = {case.patient_id for case in cases if case.patient_id}
    return SplitFacts(n_cases=len(cases), n_patients=len(patients) or None)


def _count_label(cases: Sequence[Case], label: str) -> SplitCounts:
    values = [case.targets.get(label) for case in cases]
    known = [value for value in values if value is not None]
    return SplitCounts(n=len(known), n_positive=sum(value > 0 for value in known))


def _span(values: Sequence[int]) -> Span | None:
    if not values:
        return None
    return Span(smallest=values[0], median=values[len(values) // 2], largest=values[-1])
