"""A look at a few training volumes: how large they are, how fine, and what their values mean."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from radzoo.core.case import Manifest
from radzoo.core.data_report import Span
from radzoo.core.errors import InputError
from radzoo.core.plan import DataFacts
from radzoo.core.volume_axes import Shape, Triple
from radzoo.data.guard import Guard, Request
from radzoo.data.prepared import WorkingVolume
from radzoo.data.prepared.folder import find_folder
from radzoo.data.prepared.index import read_index
from radzoo.workflows.case_counts import Reads
from radzoo.workflows.planning.data_facts import count_cases

LOOKS: Final = 12
FEWEST_SLICES: Final = 2


@dataclass(frozen=True, slots=True)
class VolumeFacts:
    """What is known of the volumes before they are decoded.

    Attributes:
        counted: cases and findings, and what was seen, for people.
        shapes: slices, rows and columns of each that was opened.
        spacings_mm: of the same; empty unless all of them have one.
        hounsfield: are they all in Hounsfield units?
        prepared: how they are kept already; None = they are files.
    """

    counted: DataFacts
    shapes: tuple[Shape, ...] = ()
    spacings_mm: tuple[Triple, ...] = ()
    hounsfield: bool = False
    prepared: WorkingVolume | None = None

    @property
    def extents_mm(self) -> Triple | None:
        """The longest of each axis in mm; None if nobody says."""
        if not self.spacings_mm:
            return None
        every = zip(self.shapes, self.spacings_mm, strict=True)
        lengths = [[n * step for n, step in zip(*both, strict=True)] for both in every]
        slices, rows, columns = (max(axis) for axis in zip(*lengths, strict=True))
        return slices, rows, columns


def find_volume_facts(
    manifest: Manifest, model: str, *, reads: Reads = "labels", workers: int = 2
) -> VolumeFacts:
    """Count what a data set holds, and open some of its training volumes.

    Args:
        manifest: cases with their splits.
        model: that is to learn, for the message.
        reads: what a task reads of the cases; see `Task.reads`.
        workers: decoding children.

    Raises:
        InputError: if those that were opened are images.
    """
    counted, folder = count_cases(manifest, reads), find_folder(manifest.cases)
    if folder is not None:
        return VolumeFacts(counted, prepared=_prepared(folder))
    cases = manifest.of("train").cases
    chosen = cases[:: max(1, len(cases) // LOOKS)][:LOOKS]
    requests = (Request("inspect", case.path, case.member, parts=case.parts) for case in chosen)
    with Guard(min(workers, len(chosen))) as guard:
        seen = [answer.fields for answer in guard.map(requests) if "rows" in answer.fields]
    volumes = [facts for facts in seen if facts.get("slices", 1) >= FEWEST_SLICES]
    if seen and not volumes:
        raise not_volumes(model, len(seen))
    return _facts(counted, volumes)


def not_volumes(model: str, n: int) -> InputError:
    """Say that a network for volumes was given images."""
    return InputError(
        f"{model} takes volumes, and each of {n} training cases that were opened is one image or "
        "one slice",
        id="images-not-volumes",
        hint="radzoo list --dimensions 2 shows models for images; the slices of one series are "
        "one case if the data are given as a folder of series",
    )


def _prepared(folder: Path) -> WorkingVolume | None:
    index = read_index(folder)
    working = index.working if index else None
    return working if isinstance(working, WorkingVolume) else None


def _facts(counted: DataFacts, volumes: Sequence[dict[str, Any]]) -> VolumeFacts:
    shapes = tuple((one["slices"], one["rows"], one["columns"]) for one in volumes)
    steps = [_read(one.get("spacing_mm", "")) for one in volumes]
    known = tuple(step for step in steps if step is not None)
    modalities = Counter(str(one["modality"]) for one in volumes if one.get("modality"))
    seen = {
        "n_looked_at": len(volumes),
        "longer_edges": _span([max(shape[1:]) for shape in shapes]),
        "slices": _span([shape[0] for shape in shapes]),
        "modalities": dict(modalities.most_common()),
    }
    return VolumeFacts(
        counted.model_copy(update=seen),
        shapes,
        known if len(known) == len(shapes) else (),
        hounsfield=bool(volumes) and all(one.get("unit") == "HU" for one in volumes),
    )


def _read(text: str) -> Triple | None:
    numbers = [float(part) for part in text.split(" x ")] if text else []
    if len(numbers) != 3 or not all(number > 0 for number in numbers):
        return None
    return numbers[0], numbers[1], numbers[2]


def _span(values: list[int]) -> Span | None:
    if not values:
        return None
    values = sorted(values)
    return Span(smallest=values[0], median=values[len(values) // 2], largest=values[-1])
