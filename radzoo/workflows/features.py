"""The features that a network of the zoo, or of a run, sees in every case of a data set."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from torch import nn

from radzoo.core import delimited, parquet
from radzoo.core.case import Case, Manifest, Refused
from radzoo.core.decoding import Decoding, window_of
from radzoo.core.entry import VolumeInput
from radzoo.core.predictions_table import is_parquet
from radzoo.core.publish import publish
from radzoo.core.reading import Covariate
from radzoo.core.source import Progress, no_progress
from radzoo.data.covariates import told_of
from radzoo.data.load import DataOptions, load_manifest
from radzoo.models.build import build_network
from radzoo.models.device import Engine, pick_device, reproducible
from radzoo.models.embedding import embed
from radzoo.models.feed import Feed, image_feed
from radzoo.models.samples import Samples
from radzoo.models.volume_feed import VolumeSamples, volume_feed
from radzoo.workflows.asking import Contract, Stock, decode
from radzoo.workflows.network_weights import published_weights
from radzoo.workflows.predict import VOLUMES, decide_decoding, open_run
from radzoo.workflows.refusals import check_refused
from radzoo.zoo.catalog import find_entry

Columns: TypeAlias = Mapping[str, Sequence[str | float] | NDArray[np.float32]]
FEATURE = "feature:"


@dataclass(frozen=True, slots=True)
class Backbone:
    """A network that is asked for features, and what it wants to be fed.

    Attributes:
        name: as the user named it.
        contract: what it is fed: images of `image_size` rows and columns, or volumes.
        decoding: how the images were decoded that it learnt from; None = nobody says.
        covariates: what it is told beside each image.
    """

    name: str
    network: nn.Module
    contract: Contract
    image_size: int
    decoding: Decoding | None = None
    covariates: tuple[Covariate, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """Columns that a table needs for it."""
        return tuple(one.name for one in self.covariates)


@dataclass(frozen=True, slots=True)
class FeaturesConfig:
    """What the user asks for.

    Attributes:
        image_size: rows and columns, if not those that the network was trained at.
        decoding: window and exactness, as far as the user says.
        max_refused: share of cases that may be refused before it is given up.
    """

    data: Path
    cache: Path
    options: DataOptions = field(default_factory=lambda: DataOptions(needs_targets=False))
    image_size: int | None = None
    decoding: Decoding = field(default_factory=Decoding)
    device: str = "auto"
    batch_size: int = 32
    max_refused: float = 0.05
    workers: int = 2


@dataclass(frozen=True, slots=True)
class Features:
    """One row of features for each case.

    Attributes:
        values: float32 `(n_cases, n_features)`.
        refused: cases that could not be decoded.
    """

    manifest: Manifest
    cases: tuple[Case, ...]
    values: NDArray[np.float32]
    refused: tuple[Refused, ...]


def open_backbone(
    name: str,
    *,
    registries: Sequence[Path] = (),
    cache: Path,
    offline: bool,
    image_size: int | None = None,
    progress: Progress = no_progress,
    log: Callable[[str], object] = lambda message: None,
) -> Backbone:
    """Open a model of the zoo with its published weights, or the network of a run.

    Raises:
        InputError: if it is neither, or nobody knows what it is fed.
        IntegrityError: if its weights are not what they should be.
        EnvironmentFailure: if its weights are not here and cannot be fetched.
    """
    path = Path(name)
    if path.exists() or path.name != name:
        ready = open_run(path)
        return Backbone(
            name, ready.networks[0], ready.contract, ready.image_size, ready.decoding,
            tuple(ready.readings[0].covariates),
        )  # fmt: skip
    entry = find_entry(name, registries, log)
    contract: Contract
    if entry.input.dimensions == VOLUMES:
        contract, size = entry.input.as_volume(entry.name), None
    else:
        contract = entry.input.as_plane(entry.name)
        size = image_size or contract.size
    weights, _ = published_weights(entry, cache=cache, offline=offline, progress=progress, log=log)
    network = build_network(entry, outputs=1, weights=weights, image_size=size, log=log)
    window = window_of(entry)
    return Backbone(name, network, contract, size or 0, Decoding(window) if window else None)


def compute_features(
    backbone: Backbone,
    config: FeaturesConfig,
    *,
    track: Callable[[Iterable[Case]], Iterable[Case]] = iter,
    log: Callable[[str], object] = lambda message: None,
    warn: Callable[[str], object] = lambda message: None,
) -> Features:
    """Return the features of every case of `config.data`.

    Raises:
        InputError: if there are no cases, or the network gives no one row of features.
        RefusedError: if more than `max_refused` of them were refused.
        EnvironmentFailure: if the device does not exist.
    """
    options = replace(config.options, covariates=backbone.told)
    manifest = load_manifest(config.data, options=options)
    for note in manifest.notes:
        log(note)
    found = features_of(backbone, manifest, config, track=track, log=log)
    total = len(manifest.cases) + len(manifest.refused)
    for warning in check_refused(found.refused, total, allowed=config.max_refused):
        warn(warning)
    return found


def features_of(
    backbone: Backbone,
    manifest: Manifest,
    config: FeaturesConfig,
    *,
    track: Callable[[Iterable[Case]], Iterable[Case]] = iter,
    log: Callable[[str], object] = lambda message: None,
) -> Features:
    """Return the features of every case of a manifest that can be decoded."""
    engine = Engine(pick_device(config.device), amp=False)
    stock = decode(
        manifest.cases, backbone.contract, decide_decoding(backbone.decoding, config.decoding),
        image_size=backbone.image_size, cache=config.cache, workers=config.workers, track=track,
        log=log,
    )  # fmt: skip
    with reproducible(engine.device):
        feed = feed_of(backbone, stock, engine)
        values = embed(
            backbone.network, feed, len(stock.cases), engine, batch_size=config.batch_size
        )
    refused = (*manifest.refused, *stock.refused)
    return Features(manifest, stock.cases, values, refused)


def feed_of(backbone: Backbone, stock: Stock, engine: Engine) -> Feed:
    """Return what feeds a network with all that was decoded."""
    contract, nothing = backbone.contract, np.empty((len(stock.cases), 0))
    names = tuple(case.case_id for case in stock.cases)
    told = told_of(stock.cases, backbone.covariates)
    if isinstance(contract, VolumeInput):
        volumes = VolumeSamples(stock.images, stock.rows, nothing, names, told)
        return volume_feed(volumes, contract, engine)
    images = Samples(stock.images, stock.rows, nothing, names, covariates=told)
    return image_feed(images, contract, engine)


def feature_columns(found: Features) -> Columns:
    """Return the columns of a features file: who the cases are, what is true of them, features.

    Columns that would be empty throughout are left out. A feature is called `feature:0`.
    """
    cases, labels = found.cases, found.manifest.labels
    columns: dict[str, Sequence[str | float]] = {
        "case_id": [case.case_id for case in cases],
        "patient_id": [case.patient_id for case in cases],
        "split": [case.split or "" for case in cases],
    }
    for label in labels:
        values = [case.targets.get(label) for case in cases]
        columns[f"target:{label}"] = [float("nan") if one is None else one for one in values]
    for name in ("time", "event"):
        times = [getattr(case, name) for case in cases]
        if any(one is not None for one in times):
            columns[name] = [float("nan") if one is None else one for one in times]
    names = dict.fromkeys(name for case in cases for name in case.groups if name != "date")
    for name in names:
        columns[name] = [case.groups.get(name, "") for case in cases]
    filled = {name: cells for name, cells in columns.items() if any(cell != "" for cell in cells)}
    return filled | {f"{FEATURE}{at}": column for at, column in enumerate(found.values.T)}


def write_features(path: Path, found: Features) -> None:
    """Write a features file: Parquet, or CSV by its suffix; single precision either way.

    Raises:
        EnvironmentFailure: if it cannot be written.
    """
    columns = feature_columns(found)
    if is_parquet(path):
        publish(path, lambda partial: parquet.write_columns(partial, columns))
        return
    # As few digits as tell one number of single precision from the next.
    written = {
        name: [float(str(value)) for value in cells] if isinstance(cells, np.ndarray) else cells
        for name, cells in columns.items()
    }
    publish(path, lambda partial: delimited.write_columns(partial, written))
