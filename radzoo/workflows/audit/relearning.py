"""Teaching a run's network anew, with other answers or another seed: what of it is chance?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from radzoo.checks.subject import Question, Rows
from radzoo.core.case import Split
from radzoo.core.config import RunConfig
from radzoo.core.errors import EnvironmentFailure, LicenceError
from radzoo.core.plugins import Matrix
from radzoo.data.prepared import Prepared
from radzoo.models.device import reproducible
from radzoo.models.training.hooks import SILENT as NO_HOOKS
from radzoo.models.weights_file import WeightsFile
from radzoo.workflows.audit.trained import BATCH, Bench
from radzoo.workflows.finetune_config import SILENT
from radzoo.workflows.network_weights import published_weights
from radzoo.workflows.teaching.planes import lesson_of_planes, make_network
from radzoo.workflows.teaching.teaching import teach

MOST_EPOCHS: Final = 10
Relearn = Callable[[Matrix, Rows, Rows, int], Matrix]


@dataclass(frozen=True, slots=True)
class Course:
    """What a network is taught anew with.

    Attributes:
        made: the run as it was.
        weights: it began with; None = from scratch.
    """

    made: RunConfig
    bench: Bench
    questions: tuple[Question, ...]
    weights: WeightsFile | None

    def relearn(self, positive: Matrix, training: Rows, validation: Rows, seed: int) -> Matrix:
        """Return scores of all cases by the network taught with these answers; see `Network`."""
        made, bench = self.made, self.bench
        recipe = made.recipe.model_copy(
            update={"seed": seed, "epochs": min(made.recipe.epochs, MOST_EPOCHS), "ema": 0.0}
        )
        made = made.model_copy(update={"recipe": recipe})
        splits: dict[int, Split] = dict.fromkeys(training.tolist(), "train")
        splits |= dict.fromkeys(validation.tolist(), "val")
        stock = self.with_answers(positive, splits)
        task = bench.ready.task
        with reproducible(bench.engine.device):
            network = make_network(made, task, self.weights, SILENT)
            lesson = lesson_of_planes(stock, made, task)
            teach(network, made, lesson, task, bench.engine, NO_HOOKS)
        ready = replace(bench.ready, networks=(network,))
        rows = np.flatnonzero(bench.places >= 0)
        scores = np.full((len(bench.cases), len(self.questions)), np.nan)
        asked = replace(bench, ready=ready)
        for start in range(0, len(rows), 1024):
            some = rows[start : start + 1024]
            scores[some] = asked.ask(some, asked.take(some), BATCH, "serving")
        return scores

    def with_answers(self, positive: Matrix, splits: dict[int, Split]) -> Prepared:
        """Return the images of the cases that are in a split, with other targets."""
        bench = self.bench
        rows = [
            row for row in splits if bench.places[row] >= 0 and not np.isnan(positive[row]).all()
        ]
        cases = tuple(
            replace(bench.cases[row], targets=self.targets_of(positive[row]), split=splits[row])
            for row in rows
        )
        return replace(bench.stock, rows=bench.places[rows], cases=cases)

    def targets_of(
        self, answers: np.ndarray[tuple[int], np.dtype[np.float64]]
    ) -> dict[str, float | None]:
        """Turn answers of one case into the targets that its task reads."""
        if self.bench.ready.task.reads == "class":
            number = int(answers[0]) if len(answers) == 1 else int(np.nanargmax(answers))
            return {self.made.labels[0]: float(number)}
        return {
            label: None if np.isnan(answer) else float(answer)
            for label, answer in zip(self.made.labels, answers, strict=True)
        }


def relearner(
    made: RunConfig, bench: Bench, questions: Sequence[Question], cache: Path
) -> Relearn | None:
    """Return what teaches the network of a run anew; None where that cannot be done here."""
    if bench.ready.task.reads not in ("labels", "class"):
        return None
    weights = None
    if not made.recipe.from_scratch and made.entry.source.kind != "none":
        try:
            weights, _ = published_weights(made.entry, cache=cache, offline=True)
        except (EnvironmentFailure, LicenceError):
            return None
    return Course(made, bench, tuple(questions), weights).relearn
