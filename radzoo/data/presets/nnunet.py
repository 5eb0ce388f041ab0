"""Preset: raw data of nnU-Net v2, `imagesTr/CASE_0000.nii.gz` and `labelsTr/CASE.nii.gz`.

Data sets that list their files under `dataset` in `dataset.json` are not read.

References:
    nnU-Net, documentation/dataset_format.md.
"""

import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Final

from radzoo.core.case import Case, Manifest, Split
from radzoo.core.plugins import Preset
from radzoo.data.folder import walk
from radzoo.data.options import DataOptions
from radzoo.data.patients import match_patient
from radzoo.data.presets.segmented import as_mapping, existing, finish, read_description
from radzoo.data.structures import read_modality, read_structures

KEYS: Final = frozenset({"channel_names", "labels", "file_ending"})
SPLITS: Final[tuple[tuple[str, Split], ...]] = (("Tr", "train"), ("Ts", "test"))


def recognise(path: Path) -> bool:
    """Is there a `dataset.json` with the keys of version 2, and `imagesTr`?"""
    return (path / "imagesTr").is_dir() and set(read_description(path / "dataset.json")) >= KEYS


def read_nnunet(path: Path, options: DataOptions) -> Manifest:
    """Take each case once, with its channel 0000; `imagesTs` are for testing.

    Raises:
        InputError: if there is no case, or labels are needed and missing.
    """
    description = read_description(path / "dataset.json")
    ending = str(description.get("file_ending", ".nii.gz"))
    cases = [
        case
        for suffix, split in SPLITS
        for case in _cases(path, suffix, split, ending, options)
    ]  # fmt: skip
    names = [str(name) for name in as_mapping(description.get("channel_names")).values()]
    labels = as_mapping(description.get("labels"))
    structures = read_structures(labels)
    notes = [_say_labels(labels)]
    if labels and not structures:
        notes.append("its regions overlap: --structures says which numbers are to be told apart")
    if len(names) > 1:
        notes.append(f"each case has {len(names)} channels ({', '.join(names)}); "
                     "only the first is its image")  # fmt: skip
    return replace(
        finish(path, cases, options, notes),
        structures=structures,
        modality=read_modality(names[:1]),
    )


def _cases(
    path: Path, suffix: str, split: Split, ending: str, options: DataOptions
) -> list[Case]:  # fmt: skip
    pattern = re.compile(rf"(.+)_(\d{{4}}){re.escape(ending)}")
    channels: dict[str, set[str]] = defaultdict(set)
    for file in walk(path / f"images{suffix}"):
        if found := pattern.fullmatch(file.name):
            channels[found[1]].add(found[2])
    return [
        Case(
            case_id=(name := f"images{suffix}/{case}_0000{ending}"),
            path=path / name,
            targets={},
            patient_id=match_patient(name, options),
            split=split,
            mask=existing(path / f"labels{suffix}" / f"{case}{ending}"),
        )
        for case in sorted(channels)
    ]


def _say_labels(labels: object) -> str:
    said = ", ".join(
        f"{' + '.join(map(str, value)) if isinstance(value, list) else value} = {name}"
        for name, value in as_mapping(labels).items()
    )
    return f"the masks hold {said}"


PRESET = Preset(name="nnunet", recognises=recognise, read=read_nnunet)
