"""Scores of volumes: what `finetune` and `predict` do alike."""

from collections.abc import Sequence

import numpy as np
from torch import nn

from radzoo.core.case import Case, Refused
from radzoo.core.config import RunConfig
from radzoo.core.decoding import WHOLE, Framing
from radzoo.core.entry import VolumeInput
from radzoo.core.predictions import Predictions
from radzoo.core.reading import Covariate, Reading
from radzoo.core.window import Window
from radzoo.data.covariates import count_columns, told_of
from radzoo.data.prepared import PreparedVolumes, WorkingVolume
from radzoo.models.covariates import with_covariates
from radzoo.models.device import Engine
from radzoo.models.predict import run
from radzoo.models.volume_feed import VolumeSamples, volume_feed
from radzoo.models.volume_networks import Log, build_volume_network
from radzoo.models.weights_file import WeightsFile
from radzoo.tasks.task import Task
from radzoo.workflows.inference import predictions_of


def working_of(contract: VolumeInput, framing: Framing = WHOLE) -> WorkingVolume:
    """Return the form in which volumes, or regions of them, are kept that a network is fed so."""
    window = None
    if contract.hu_window is not None:
        low, high = contract.hu_window
        window = Window((low + high) / 2, high - low)
    return WorkingVolume(
        contract.size, contract.spacing_mm, "pad" if contract.fit == "patch" else contract.fit,
        contract.intensity, window, framing=framing,
    )  # fmt: skip


def build_for_run(
    made: RunConfig, task: Task, weights: WeightsFile | None, log: Log = lambda message: None
) -> nn.Module:
    """Build the network of a run on volumes, as it is before the first step."""
    assert made.volume is not None
    outputs = task.outputs(made.labels, made.reading)
    network = build_volume_network(
        made.entry, made.recipe, outputs=outputs, size=made.volume.fed_size, weights=weights,
        log=log,
    )  # fmt: skip
    return with_covariates(network, count_columns(made.reading.covariates), outputs)


def volume_samples_of(
    prepared: PreparedVolumes,
    task: Task,
    labels: Sequence[str],
    rows: Sequence[int],
    covariates: Sequence[Covariate] = (),
) -> VolumeSamples:
    """Return the prepared volumes of some cases with their targets; see `samples_of`."""
    cases = [prepared.cases[row] for row in rows]
    return VolumeSamples(
        images=prepared.images,
        rows=prepared.rows[np.array(rows, dtype=np.int64)],
        targets=task.targets(cases, labels),
        names=tuple(case.case_id for case in cases),
        covariates=told_of(cases, covariates),
    )


def score_volumes(
    network: nn.Module,
    cases: Sequence[Case],
    samples: VolumeSamples,
    *,
    labels: Sequence[str],
    task: Task,
    reading: Reading,
    contract: VolumeInput,
    engine: Engine,
    batch_size: int,
    refused: Sequence[Refused] = (),
) -> Predictions:
    """Ask a network about cases; `samples` are their volumes, in the same order."""
    outputs = run(
        network, volume_feed(samples, contract, engine), len(samples), batch_size=batch_size,
        ranks=engine.ranks,
    ).numpy()  # fmt: skip
    return predictions_of(
        outputs, cases, labels=labels, task=task, reading=reading, refused=refused
    )
