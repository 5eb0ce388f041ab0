"""Facts of a data set that a plan follows from: counts, and a look at a few images."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from operator import eq, lt
from pathlib import Path
from statistics import median
from typing import Any

from radzoo.core.case import SPLITS, Case, Manifest
from radzoo.core.data_report import Measured, Span, SplitCounts
from radzoo.core.plan import DataFacts, SplitFacts
from radzoo.data.guard import Guard, Request
from radzoo.data.prepared.folder import find_folder
from radzoo.data.prepared.index import read_index
from radzoo.data.prepared.working import Working
from radzoo.workflows.case_counts import Reads

LOOKS = 24


def find_facts(
    manifest: Manifest, *, reads: Reads = "labels", look: bool = True, workers: int = 2
) -> DataFacts:
    """Count what a data set holds, and open some of its training images.

    Args:
        manifest: cases with their splits.
        reads: what a task reads of them; see `Task.reads`.
        look: open images; without, only what is listed is known.
        workers: decoding children.
    """
    counted = count_cases(manifest, reads)
    folder = find_folder(manifest.cases)
    if folder is not None:
        return counted.model_copy(update={"prepared_size": prepared_size(folder)})
    return counted.model_copy(update=look_at(manifest, workers)) if look else counted


def prepared_size(folder: Path) -> int | None:
    """Return rows and columns of images that were prepared; None if they are volumes."""
    index = read_index(folder)
    working = index.working if index else None
    return working.size if isinstance(working, Working) else None


def count_cases(manifest: Manifest, reads: Reads = "labels") -> DataFacts:
    """Count cases, patients and findings of every split, or its classes; measure its numbers."""
    parts = {split: manifest.of(split).cases for split in SPLITS}
    parts = {split: cases for split, cases in parts.items() if cases}
    return DataFacts(
        splits={split: _count_split(cases) for split, cases in parts.items()},
        labels={
            name: {split: _count(cases, label, values) for split, cases in parts.items()}
            for name, label, values in _names(manifest, reads)
        },
        numbers={
            label: {split: _measure(cases, label) for split, cases in parts.items()}
            for label in manifest.labels
            if reads == "number"
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


def _names(manifest: Manifest, reads: Reads) -> Iterator[tuple[str, str, Callable[[float], bool]]]:
    """Yield what is counted: its name, its label, and which values of that it has."""
    for label in manifest.labels:
        if reads == "class":
            for at, name in enumerate(manifest.classes.get(label, ())):
                yield name, label, partial(eq, float(at))
        elif reads != "number":
            yield label, label, partial(lt, 0)


def _count(cases: Sequence[Case], label: str, has: Callable[[float], bool]) -> SplitCounts:
    known = _known(cases, label)
    return SplitCounts(n=len(known), n_positive=sum(map(has, known)))


def _measure(cases: Sequence[Case], label: str) -> Measured | None:
    known = _known(cases, label)
    if not known:
        return None
    return Measured(n=len(known), smallest=min(known), median=median(known), largest=max(known))


def _known(cases: Sequence[Case], label: str) -> list[float]:
    values = (case.targets.get(label) for case in cases)
    return [value for value in values if value is not None]


def _span(values: Sequence[int]) -> Span | None:
    if not values:
        return None
    return Span(smallest=values[0], median=values[len(values) // 2], largest=values[-1])
