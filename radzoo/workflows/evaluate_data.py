"""Predictions of a run or a model on data, so that they can be evaluated. Needs torch."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from radzoo.core.case import Case, Split
from radzoo.core.predictions import Predictions
from radzoo.data.load import DataOptions, load_manifest
from radzoo.workflows.predict import PredictConfig, Ready, open_entry, open_run, predict
from radzoo.zoo.catalog import find_entry

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class DataRequest:
    """Which data are to be scored, and how.

    Attributes:
        split: only the cases of this split; None = those of `test` if the data name splits,
            else all of them.
        registries: further registry files to look a model up in.
    """

    data: Path
    cache: Path
    options: DataOptions = field(default_factory=DataOptions)
    split: Split | None = None
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
    ready = open_network(given, request)
    split = request.split or find_test_split(request, warn)
    with tempfile.TemporaryDirectory() as folder:
        config = PredictConfig(
            data=request.data,
            out=Path(folder) / "predictions.csv",
            cache=request.cache,
            options=request.options,
            split=split,
            device=request.device,
        )
        return predict(ready, config, track=track, warn=warn)


def open_network(given: str, request: DataRequest) -> Ready:
    """Open what is named: the folder of a run, or a model of the zoo."""
    if Path(given).is_dir():
        return open_run(Path(given))
    entry = find_entry(given, request.registries)
    return open_entry(entry, cache=request.cache, offline=request.offline)


def find_test_split(request: DataRequest, warn: Say) -> Split | None:
    """Return `test` if the data name that split, and say so; the rest may have been learnt."""
    cases = load_manifest(request.data, options=request.options).cases
    if not any(case.split == "test" for case in cases):
        return None
    warn(f"{request.data} names splits: only its test split is evaluated (--split for another)")
    return "test"
