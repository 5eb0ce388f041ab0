"""Which masks `radzoo measure` is asked about, and the images and references of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from radzoo.core.errors import InputError
from radzoo.core.mask_pairs import (
    PREDICTION,
    REFERENCE,
    MaskPair,
    is_table_of_pairs,
    read_mask_pairs,
    read_pair,
)
from radzoo.core.predictions_table import read_table, require_columns
from radzoo.data.folder import bare_name, find_images

TABLES: Final = (".csv", ".tsv", ".parquet", ".pq")
PAIRS: Final = "pairs*.csv"
CHANNEL: Final = "_0000"
"""What nnU-Net calls the first channel of an image whose mask has no such ending."""


@dataclass(frozen=True, slots=True)
class MeasureInputs:
    """What the user named.

    Attributes:
        masks: mask files, one folder of them, one table, or the folder of a run.
        image, reference: a file, or a folder in which they are found by the mask's name.
    """

    masks: Sequence[Path]
    image: Path | None = None
    reference: Path | None = None


def find_masks(inputs: MeasureInputs) -> list[MaskPair]:
    """Return a pair for each mask: `prediction` is measured, `reference` compared with it.

    Raises:
        InputError: if there is no mask, or a table cannot be read.
    """
    for path in (*inputs.masks, inputs.image, inputs.reference):
        if path is not None and not path.exists():
            raise InputError(
                f"{path} does not exist", id="missing-data", hint="check the path as it was given"
            )
    if len(inputs.masks) == 1:
        pairs = find_in(inputs.masks[0])
    else:
        apart = len({bare_name(path.name) for path in inputs.masks}) == len(inputs.masks)
        pairs = [
            pair_of(path, bare_name(path.name) if apart else str(path)) for path in inputs.masks
        ]
    alone = len(pairs) == 1
    images, references = index(inputs.image), index(inputs.reference)
    return [
        replace(
            pair,
            image=choose(inputs.image, images, pair.prediction, alone=alone) or pair.image,
            reference=choose(inputs.reference, references, pair.prediction, alone=alone)
            or pair.reference,
        )
        for pair in pairs
    ]


def find_in(path: Path) -> list[MaskPair]:
    """Return the masks of a table, a run, a folder, or one file.

    Raises:
        InputError: if there is none.
    """
    if path.is_dir():
        tables = sorted(path.glob(PAIRS))
        if len(tables) > 1:
            raise InputError(
                f"{path} holds several tables of masks: {', '.join(one.name for one in tables)}",
                id="several-tables",
                hint=f"name one of them: radzoo measure {tables[0]}",
            )
        if tables:
            return read_masks(tables[0])
        found, _ = find_images(path)
        apart = len({bare_name(one.name) for one in found}) == len(found)
        return [pair_of(one.path, bare_name(one.name) if apart else one.name) for one in found]
    if path.suffix.lower() in TABLES:
        return read_masks(path)
    return [pair_of(path, bare_name(path.name))]


def pair_of(path: Path, name: str) -> MaskPair:
    """Return a mask alone."""
    return MaskPair(name, "", None, path)


def read_masks(path: Path) -> list[MaskPair]:
    """Read a table of pairs, or a manifest with a column `mask`, whose images are its `path`.

    Raises:
        InputError: if it has no masks, or cannot be read.
    """
    table = read_table(path)
    if is_table_of_pairs(table) and PREDICTION in table:
        if REFERENCE in table:
            return read_mask_pairs(path)
        rows = [read_pair(path, table, row) for row in range(len(table[PREDICTION]))]
        return [named(pair, at) for at, pair in enumerate(rows, start=1)]
    require_columns(path, table, (REFERENCE,))
    pairs = []
    for row in range(len(table[REFERENCE])):
        pair = read_pair(path, table, row)
        if pair.reference is None:
            continue  # a case of a manifest that has no mask
        cell = table["path"][row] if "path" in table else ""
        image = pair.image or (path.parent / cell if cell else None)
        pairs.append(
            replace(
                pair, prediction=pair.reference, prediction_member=pair.reference_member,
                reference=None, reference_member="", image=image,
            )
        )  # fmt: skip
    if not pairs:
        raise InputError(
            f"{path} names no mask", id="empty-file", hint="one row per mask is needed"
        )
    return pairs


def named(pair: MaskPair, row: int) -> MaskPair:
    """Name a row without a case id after its mask."""
    if pair.case_id != f"row {row}" or pair.prediction is None:
        return pair
    return replace(pair, case_id=pair.prediction.name)


def index(place: Path | None) -> Mapping[str, Path]:
    """Return what lies in a folder by its name without an ending; folders are series."""
    if place is None or not place.is_dir():
        return {}
    found = {bare_name(path.name): path for path in sorted(place.iterdir(), reverse=True)}
    return {name.removesuffix(CHANNEL): path for name, path in found.items()} | found


def choose(
    place: Path | None, known: Mapping[str, Path], mask: Path | None, *, alone: bool
) -> Path | None:
    """Return the file that goes with a mask; one that is not there is refused when it is read.

    Args:
        place: what the user named; None = nothing.
        known: what lies in it by name.
        mask: the mask.
        alone: is it the only one? Then a file, or a folder without its name, is its own.
    """
    if place is None or mask is None:
        return None
    if bare_name(mask.name) in known:
        return known[bare_name(mask.name)]
    if place.is_dir() and not alone:
        return place / mask.name
    return place
