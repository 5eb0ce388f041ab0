"""Predictions of a run or a model on data, so that they can be evaluated. Needs torch."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from radzoo.core.case import Case, Manifest, Split
from radzoo.core.decoding import Decoding
from radzoo.core.errors import InputError
from radzoo.core.predictions import Predictions
from radzoo.data.load import DataOptions, load_manifest
from radzoo.data.split import complete_splits
from radzoo.data.split.stamp import stamp
from radzoo.workflows.evaluation.source import MANIFEST_FILE, read_json
from radzoo.workflows.predict import PredictConfig, open_model, predict
from radzoo.workflows.predict_options import read_as_learnt

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class DataRequest:
    """Which data are to be scored, and how.

    Attributes:
        decoding: window and exactness, as far as the user says.
        split: only the cases of this split; None = those of `test` if the data name splits,
            else all of them.
        max_refused: share of cases that may be refused.
        registries: further registry files to look a model up in.
    """

    data: Path
    cache: Path
    options: DataOptions = field(default_factory=DataOptions)
    decoding: Decoding = field(default_factory=Decoding)
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
    doubt: Say = lambda message: None,
    log: Say | None = None,
    note: Say = lambda message: None,
) -> Predictions:
    """Score data with a run (a folder) or a model of the zoo (a name).

    Args:
        given: the folder or the name.
        request: which data, and how.
        track: shows progress over the cases.
        warn: told what happens.
        doubt: told what the report must say, too.
        log: told what must not be missed about the model; `warn` if there is none.
        note: told which columns of the data were taken.

    Raises:
        InputError: if there is no such run or model, or the data cannot be read.
        RefusedError: if too many cases were refused.
    """
    ready = open_model(
        given, registries=request.registries, cache=request.cache, offline=request.offline,
        log=log or warn,
    )  # fmt: skip
    options = read_as_learnt(request.data, request.options, ready, note)
    manifest = load_manifest(request.data, options=options)
    for sentence in doubt_of_split(Path(given), manifest):
        doubt(sentence)
    config = PredictConfig(
        data=request.data,
        cache=request.cache,
        options=options,
        decoding=request.decoding,
        split=request.split or find_test_split(request.data, manifest, warn),
        device=request.device,
        max_refused=request.max_refused,
    )
    return predict(ready, config, track=track, warn=warn)


def find_test_split(data: Path, manifest: Manifest, warn: Say) -> Split | None:
    """Return `test` if the data name that split, and say so; the rest may have been learnt."""
    if not any(case.split == "test" for case in manifest.cases):
        return None
    warn(f"{data} names splits: only its test split is evaluated (--split for another)")
    return "test"


def doubt_of_split(run: Path, manifest: Manifest) -> tuple[str, ...]:
    """Say that data name another split than the one that a run was made with."""
    known = read_json(run / MANIFEST_FILE) or {}
    theirs = known.get("split_id")
    if not theirs or not any(case.split for case in manifest.cases):
        return ()
    ours = {stamp(manifest.cases), stamp_completed(manifest, seed=known.get("seed"))}
    if theirs in ours:
        return ()
    return (
        f"These data are not split as those that the run was made with (split {min(ours)}, run "
        f"{theirs}): unless they are of other patients, it may have learnt from test cases.",
    )


def stamp_completed(manifest: Manifest, *, seed: object) -> str:
    """Return the stamp of the split that a run with this seed would make of the data."""
    try:
        whole, _ = complete_splits(manifest, seed=int(str(seed)), allow_leakage=True)
    except (InputError, ValueError):
        return stamp(manifest.cases)
    return stamp(whole.cases)
