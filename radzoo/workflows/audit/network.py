"""The network of a run, as checks may ask it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from radzoo.checks.subject import Network, Question
from radzoo.core.config import RunConfig
from radzoo.models.training.probe import can_cache
from radzoo.workflows.audit.explaining import Gradients
from radzoo.workflows.audit.relearning import MOST_EPOCHS, relearner
from radzoo.workflows.audit.trained import BATCH, Bench


def network_of(
    made: RunConfig,
    bench: Bench,
    questions: Sequence[Question],
    inputs: Mapping[str, Any],
    cache: Path,
) -> Network:
    """Return what checks may ask a network.

    Args:
        made: the run.
        bench: its network, and the images.
        questions: what it answers.
        inputs: the run's `manifest.json`.
        cache: where its published weights are, if it is to be taught anew.
    """
    gradients = Gradients(bench)
    epochs = max(1, int(inputs.get("epochs_run", 1)))
    taken = float(inputs.get("seconds", {}).get("training", 0.0))
    return Network(
        read=bench.places >= 0,
        highest=int(np.iinfo(bench.stock.images.dtype).max),
        take=bench.take,
        ask=bench.ask,
        features=bench.features if can_cache(bench.ready.networks[0]) else None,
        fed=bench.fed,
        relearn=relearner(made, bench, questions, cache),
        explain=gradients.explain,
        layers=gradients.layers,
        image_s=time_an_image(bench),
        relearn_s=taken / epochs * min(MOST_EPOCHS, made.recipe.epochs),
    )


def time_an_image(bench: Bench) -> float:
    """Return how long it takes to ask about an image; the first batch warms the device up."""
    rows = np.flatnonzero(bench.places >= 0)[:BATCH]
    images = bench.take(rows)
    bench.ask(rows, images, BATCH, "serving")
    started = perf_counter()
    bench.ask(rows, images, BATCH, "serving")
    return (perf_counter() - started) / max(1, len(rows))
