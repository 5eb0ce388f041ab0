"""What classical models are told of each case: metadata, raw thumbnails, frozen features."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from radzoo.core.baseline_report import Inputs
from radzoo.core.case import SPLITS, Case, Manifest, Refused, Split
from radzoo.core.config import Portion
from radzoo.core.decoding import Decoding
from radzoo.core.entry import PlaneInput, VolumeInput
from radzoo.core.errors import InputError, UsageError
from radzoo.data.guard import Guard, Request
from radzoo.data.load import DataOptions
from radzoo.models.classical.encoding import encode, learn_columns, standardise
from radzoo.models.classical.estimator import Rows
from radzoo.workflows.asking import decode
from radzoo.workflows.features import Backbone, FeaturesConfig, features_of

THUMBNAIL: Final = 28
SMALL_IMAGE: Final = PlaneInput(channels=1, size=THUMBNAIL, mean=[0.0], std=[1.0])
SMALL_VOLUME: Final = VolumeInput(size=(12, 12, 12))
NO_METADATA = ("date", "fold")


@dataclass(frozen=True, slots=True)
class BaselineConfig:
    """What the user asks for.

    Attributes:
        inputs: what the models are told; None = all that there is.
        portion: which run out of several on the same data, so that the split is the same.
        max_refused: share of cases that may be refused before it is given up.
    """

    data: Path
    out: Path
    cache: Path
    task: str = "binary"
    inputs: tuple[Inputs, ...] | None = None
    options: DataOptions = field(default_factory=DataOptions)
    decoding: Decoding = field(default_factory=Decoding)
    portion: Portion = field(default_factory=Portion)
    seed: int = 0
    device: str = "auto"
    overwrite: bool = False
    allow_leakage: bool = False
    max_refused: float = 0.05
    workers: int = 2


@dataclass(frozen=True, slots=True)
class Told:
    """Rows of numbers of the cases of each split, standardised."""

    inputs: Inputs
    rows: Mapping[Split, Rows]


def choose_inputs(
    config: BaselineConfig, manifest: Manifest, backbone: Backbone | None
) -> tuple[Inputs, ...]:
    """Return what the models are told.

    Raises:
        UsageError: if features are asked for without a network.
        InputError: if metadata are asked for and there are none.
    """
    has = bool(metadata_of(manifest.cases, manifest.labels))
    if config.inputs is None:
        found: tuple[tuple[Inputs, bool], ...] = (
            ("metadata", has), ("thumbnails", True), ("features", backbone is not None),
        )  # fmt: skip
        return tuple(name for name, there in found if there)
    if "features" in config.inputs and backbone is None:
        raise UsageError(
            "features were asked for, and no network that gives them",
            id="no-backbone",
            hint="name a model of the zoo with --model",
        )
    if "metadata" in config.inputs and not has:
        raise InputError(
            f"{config.data} says nothing of its cases but paths and targets",
            id="no-metadata",
            hint="add columns such as age, sex, site, scanner or view, or name --covariates",
        )
    return config.inputs


def gather(
    config: BaselineConfig,
    manifest: Manifest,
    wanted: Sequence[Inputs],
    backbone: Backbone | None,
    track: Callable[[Iterable[Case]], Iterable[Case]],
    log: Callable[[str], object],
) -> tuple[list[Told], Manifest, list[Refused]]:
    """Return the rows of every kind of input, of the cases that all of them have."""
    tables: dict[Inputs, tuple[tuple[Case, ...], Rows]] = {}
    refused = list(manifest.refused)
    if "thumbnails" in wanted:
        kind = SMALL_VOLUME if are_volumes(manifest.cases) else SMALL_IMAGE
        prepared = decode(
            manifest.cases, kind, config.decoding, image_size=THUMBNAIL, cache=config.cache,
            workers=config.workers, track=track, log=log,
        )  # fmt: skip
        highest = np.iinfo(prepared.images.dtype).max
        pixels = prepared.images[prepared.rows].reshape(len(prepared.rows), -1) / highest
        tables["thumbnails"] = (prepared.cases, pixels)
        refused += prepared.refused
    if "features" in wanted and backbone is not None:
        asked = FeaturesConfig(
            config.data, config.cache, config.options, decoding=config.decoding,
            device=config.device, workers=config.workers,
        )  # fmt: skip
        found = features_of(backbone, manifest, asked, track=track, log=log)
        tables["features"] = (found.cases, found.values.astype(np.float64))
        refused += [one for one in found.refused if one not in refused]
    names = [{case.case_id for case in cases} for cases, _ in tables.values()]
    shared = set.intersection(*names) if names else {case.case_id for case in manifest.cases}
    kept = tuple(case for case in manifest.cases if case.case_id in shared)
    manifest = replace(manifest, cases=kept)
    every = [tell_metadata(manifest)] if "metadata" in wanted else []
    for inputs, (cases, rows) in tables.items():
        place = {case.case_id: row for row, case in enumerate(cases)}
        parts = {
            split: rows[[place[case.case_id] for case in manifest.of(split).cases]]
            for split in SPLITS
        }
        every.append(Told(inputs, in_spread(parts)))
    return every, manifest, refused


def are_volumes(cases: Sequence[Case]) -> bool:
    """Is the first case that can be read a volume?"""
    requests = (Request("inspect", case.path, case.member, parts=case.parts) for case in cases)
    with Guard(1) as guard:
        for answer in guard.map(requests):
            if "rows" in answer.fields:
                return "slices" in answer.fields
    return False


def tell_metadata(manifest: Manifest) -> Told:
    """Return what the table says of each case, as numbers."""
    tables = {split: metadata_of(manifest.of(split).cases, manifest.labels) for split in SPLITS}
    names = tables["train"].keys()
    columns = learn_columns(tables["train"])
    blank = {split: [""] * len(manifest.of(split).cases) for split in SPLITS}
    rows = {
        split: encode(columns, {name: table.get(name, blank[split]) for name in names})
        for split, table in tables.items()
    }
    return Told("metadata", in_spread(rows))


def metadata_of(cases: Sequence[Case], labels: Sequence[str]) -> dict[str, list[str]]:
    """Return columns that say something of cases beside image and target."""
    every = [{**case.groups, **case.covariates} for case in cases]
    names = dict.fromkeys(name for one in every for name in one)
    kept = [name for name in names if name not in (*NO_METADATA, *labels)]
    return {name: [one.get(name, "") for one in every] for name in kept}


def in_spread(rows: Mapping[Split, Rows]) -> dict[Split, Rows]:
    """Standardise all splits by training."""
    return dict(zip(SPLITS, standardise(*(rows[split] for split in SPLITS)), strict=True))
