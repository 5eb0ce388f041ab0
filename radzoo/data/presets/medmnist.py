"""Preset: a MedMNIST archive, `.npz` with `{train,val,test}_{images,labels}`.

References:
    Yang J et al. MedMNIST v2. Scientific Data 2023; 10: 41.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import SPLITS, Case, Manifest, Split
from radzoo.core.errors import InputError, UsageError
from radzoo.core.plugins import Preset
from radzoo.data.door import read_head
from radzoo.data.options import DataOptions
from radzoo.data.readers.magic import is_npz
from radzoo.data.readers.npz import read_array, read_shapes
from radzoo.data.refusal import ImageRefused, describe_reason

BINARY: Final = {"pneumoniamnist": "pneumonia", "breastmnist": "normal or benign"}
CHEST: Final = (
    "atelectasis", "cardiomegaly", "effusion", "infiltration", "mass", "nodule", "pneumonia",
    "pneumothorax", "consolidation", "edema", "emphysema", "fibrosis", "pleural", "hernia",
)  # fmt: skip


def recognise(path: Path) -> bool:
    """Is it a zip archive? Whether the keys are MedMNIST's is said when it is read."""
    try:
        return path.is_file() and is_npz(read_head(path))
    except ImageRefused:
        return False


def read_medmnist(path: Path, options: DataOptions) -> Manifest:
    """Read the labels of an archive; its images stay where they are.

    Raises:
        UsageError: if a column is named: an archive has none.
        InputError: if the archive is damaged or has other keys.
    """
    check_columns(path, options)
    try:
        shapes = read_shapes(path)
        labels = {
            split: read_array(path, f"{split}_labels")
            for split in SPLITS
            if f"{split}_images" in shapes
        }
    except ImageRefused as refused:
        raise InputError(
            f"cannot read {path} ({describe_reason(refused.code)})",
            id="bad-archive",
            hint="MedMNIST keys were needed: train_images, train_labels and so on",
        ) from None
    if not labels:
        raise InputError(
            f"{path} has none of the arrays train_images, val_images, test_images",
            id="bad-archive",
            hint=f"it holds: {', '.join(shapes) or 'no arrays'}",
        )
    names, notes = _name_labels(path, labels, options)
    cases: list[Case] = []
    for split, values in labels.items():
        if len(values) != shapes[f"{split}_images"][0]:
            raise InputError(
                f"{path}: {split} has {shapes[f'{split}_images'][0]} images, {len(values)} labels",
                id="bad-archive",
                hint="the file is damaged or no MedMNIST file: fetch it again",
            )
        cases += _cases(path, split, values.reshape(len(values), -1), names, options)
    return Manifest(tuple(cases), names, notes=notes)


def check_columns(path: Path, options: DataOptions) -> None:
    """Refuse what would be left undone: nobody should believe that patients were kept apart.

    Raises:
        UsageError: if a column is named: an archive has none.
    """
    given = {
        "--target": options.target, "--patient": options.patient,
        "--patient-regex": options.patient_regex, "--view": options.view,
    }  # fmt: skip
    for flag, value in given.items():
        if value is not None:
            raise UsageError(
                f"{flag} was given, and {path} is an archive without columns and paths",
                id="no-columns",
                hint=f"leave {flag} out; what is known of patients has to stand in a manifest",
            )


def _cases(
    path: Path, split: Split, values: NDArray[Any], names: tuple[str, ...], options: DataOptions
) -> list[Case]:
    if options.positive is not None:
        values = (values == float(options.positive)).astype(np.float64)
    return [
        Case(
            case_id=f"{split}_images/{row}",
            path=path,
            member=f"{split}_images/{row}",
            targets={name: float(value) for name, value in zip(names, values[row], strict=True)},
            split=split,
        )
        for row in range(len(values))
    ]


def _name_labels(
    path: Path, labels: dict[Split, NDArray[Any]], options: DataOptions
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the label columns, and notes."""
    first = next(iter(labels.values()))
    width = int(np.prod(first.shape[1:]))
    flag = path.stem.lower().split("_")[0]
    if width > 1:
        chest = flag == "chestmnist" and width == len(CHEST)
        return (CHEST if chest else tuple(f"label {place}" for place in range(width))), ()
    classes = np.unique(np.concatenate([values.ravel() for values in labels.values()]))
    if options.positive is not None:
        _check_positive(options.positive, classes)
        return (f"class {options.positive}",), ()
    if len(classes) > 2:
        return ("class",), (f"the labels have {len(classes)} values: several classes",)
    return (BINARY.get(flag, "positive"),), ()


def _check_positive(positive: str, classes: NDArray[Any]) -> None:
    known = [f"{value:g}" for value in classes.astype(float)]
    if positive not in known:
        raise InputError(
            f"'{positive}' is not among the labels",
            id="unknown-positive",
            hint=f"they are numbers: {', '.join(known[:20])}",
        )


PRESET = Preset(name="medmnist", recognises=recognise, read=read_medmnist)
