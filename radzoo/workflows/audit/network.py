"""The network of a run, as checks may ask it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from radzoo.checks.subject import Network, Question
from radzoo.core.config import RunConfig
from radzoo.models.training.probe import can_cache
from radzoo.workflows.audit.explaining import Gradients
from radzoo.workflows.audit.relearning import relearner
from radzoo.workflows.audit.trained import Bench


def network_of(
    made: RunConfig, bench: Bench, questions: Sequence[Question], cache: Path
) -> Network:
    """Return what checks may ask a network.

    Args:
        made: the run.
        bench: its network, and the images.
        questions: what it answers.
        cache: where its published weights are, if it is to be taught anew.
    """
    gradients = Gradients(bench)
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
    )
