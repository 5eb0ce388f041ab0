"""Predictions of a run or a model on data, so that they can be evaluated. Needs torch."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from radzoo.core.case import Case, Split
from radzoo.core.predictions import Predictions
from radzoo.data.load import DataOptions, load_manifest
from radzoo.workflows.predict import PredictConfig, open_model, predict

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class DataRequest:
    """Which data are to be scored, and how.

    Attributes:
        split: only the cases of this split; None = those of `test` if the data name splits,
            else all of them.
        max_refused: share of cases that may be refused.
        registries: further registry files to look a model up in.
    """

    data: Path
    cache: Path
    options: DataOptions = field(default_factory=DataOptions)
    split: Split | None = None
    max_refused: float = 0.05
    device: str = "auto"
    offline: bool = False
    registries: Sequence[Path] = ()


def predict_for_evaluation(
    given: str,
    request: DataRequest,
    *,
    track: Callable[[Iterable[Case]], Iterable[Case]] = iter,
    warn: Say = lambda message: None,
) -> Predictions:
    """Score data with a run (a folder) or a model of the zoo (a name).

    Raises:
        InputError: if there is no such run or model, or the data cannot be read.
        RefusedError: if too many cases were refused.
    """
    ready = open_model(
        given, registries=request.registries, cache=request.cache, offline=request.offline,
        log=warn,
    )  # fmt: skip
    config = PredictConfig(
        data=request.data,
        cache=request.cache,
        options=request.options,
        split=request.split or find_test_split(request, warn),
        device=request.device,
        max_refused=request.max_refused,
    )
    return predict(ready, config, track=track, warn=warn)


def find_test_split(request: DataRequest, warn: Say) -> Split | None:
    """Return `test` if the data name that split, and say so; the rest may have been learnt."""
    cases = load_manifest(request.data, options=request.options).cases
    if not any(case.split == "test" for case in cases):
        return None
    warn(f"{request.data} names splits: only its test split is evaluated (--split for another)")
    return "test"
