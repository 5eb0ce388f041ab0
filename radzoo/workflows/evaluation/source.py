"""What `evaluate` is asked about: a predictions file, a run, or a model and data."""

import csv
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from radzoo import __version__
from radzoo.core.errors import InputError, UsageError
from radzoo.core.predictions import Columns, Predictions
from radzoo.core.predictions_file import read_predictions
from radzoo.core.predictions_table import place
from radzoo.core.report import EvalReport, Provenance
from radzoo.core.thresholds import FrozenThreshold, read_thresholds
from radzoo.metrics.thresholds import parse_rule
from radzoo.workflows.evaluation.evaluate import evaluate_predictions, find_task
from radzoo.workflows.evaluation.labels import check_targets
from radzoo.workflows.evaluation.options import EvaluateOptions, FittedOn
from radzoo.workflows.evaluation.threshold import freeze_thresholds
from radzoo.workflows.run.folder import FOLDS, unfinished

PREDICTIONS_FILE = "predictions-test.csv"
VALIDATION_FILE = "predictions-val.csv"
THRESHOLDS_FILE = "thresholds.json"
HISTORY_FILE = "history.csv"
CONFIG_FILE = "config.json"
MANIFEST_FILE = "manifest.json"

Predict = Callable[[str], Predictions]


@dataclass(frozen=True, slots=True)
class EvaluationSource:
    """Predictions, and what is known of how they came about.

    Attributes:
        thresholds: those that the run froze on validation; None if there are none.
        history: one mapping of column to number per epoch of the run.
        config: the configuration of the run.
        warnings: what the run itself said must be known, such as patients in two splits.
        task: what the run was taught; None if nobody says.
    """

    predictions: Predictions
    provenance: Provenance
    thresholds: tuple[FrozenThreshold, ...] | None = None
    history: list[dict[str, float]] = field(default_factory=list)
    config: dict[str, object] | None = None
    warnings: tuple[str, ...] = ()
    task: str | None = None


def evaluate_source(source: EvaluationSource, options: EvaluateOptions) -> EvalReport:
    """Evaluate what was read; what the run warned of stays in front.

    Raises:
        InputError: if the targets are not those of the task, or no case has one; it names the
            line of the file.
        UsageError: if an option does not make sense.
    """
    path = source.provenance.predictions
    options = replace(options, task=options.task or source.task)
    of_findings = find_task(source.predictions, options) in ("binary", "multilabel")
    # Where cases were refused, the rows of the file are not those of the predictions.
    if of_findings and path is not None and not source.predictions.refused:
        check_targets(source.predictions.targets, lambda row: place(Path(path), row))
    report = evaluate_predictions(source.predictions, options, provenance=source.provenance)
    return report.model_copy(update={"warnings": [*source.warnings, *report.warnings]})


def load_source(
    given: str, *, columns: Columns, predict: Predict | None = None, data: Path | None = None
) -> EvaluationSource:
    """Find out what `given` is and read its predictions.

    Args:
        given: path of a predictions file or of a run folder, or name of a model.
        columns: how a predictions file of another program names its columns.
        predict: makes predictions of a run or a model on data; None if no data were given.
        data: those data, to notice that a run has learnt from them.

    Raises:
        InputError: if it is none of these, or cannot be read.
        UsageError: if a model was named without data.
    """
    path = Path(given)
    if path.is_dir():
        return load_run(path, predict, data)
    if path.is_file():
        if predict is not None:
            raise UsageError(
                f"{given} is a predictions file; data are for a run or a model",
                id="data-with-predictions",
                hint="leave --data away",
            )
        return EvaluationSource(read_predictions(path, columns), describe_file(path))
    if predict is None:
        raise InputError(
            f"there is no predictions file and no run called {given}",
            id="no-such-file",
            hint="to evaluate a model of the zoo give it data: --data DATA",
        )
    predictions = predict(given)
    return EvaluationSource(
        predictions, Provenance(radzoo_version=__version__, model=given, data=str(data))
    )


def load_run(
    folder: Path, predict: Predict | None = None, data: Path | None = None
) -> EvaluationSource:
    """Read what a run says of its test split, or predict with it on other data.

    Raises:
        InputError: if the folder is not that of a run.
    """
    file = folder / PREDICTIONS_FILE
    if (folder / CONFIG_FILE).is_file() and not (folder / MANIFEST_FILE).exists():
        raise unfinished(folder)
    if predict is None and not file.is_file():
        raise InputError(
            f"{folder} is not the folder of a run: it has no {PREDICTIONS_FILE}",
            id="not-a-run",
            hint="give the --out folder of radzoo finetune, or a predictions file",
        )
    config = read_json(folder / CONFIG_FILE)
    model = str(config["model"]) if config and "model" in config else None
    known = {"run": str(folder), "model": model}
    thresholds = folder / THRESHOLDS_FILE
    if predict is None:
        predictions = read_predictions(file)
        provenance = describe_file(file).model_copy(update=known)
    else:
        predictions = predict(str(folder))
        provenance = Provenance(radzoo_version=__version__, data=str(data), **known)
    return EvaluationSource(
        predictions,
        provenance,
        read_thresholds(thresholds) if thresholds.is_file() else None,
        read_history(folder / HISTORY_FILE),
        config,
        (*read_warnings(folder / MANIFEST_FILE), *warn_of_learnt(config, data)),
        read_task(config or read_json(folder / FOLDS)),
    )


def read_task(said: Mapping[str, object] | None) -> str | None:
    """Return the task that a run, or a folder of folds, says it was taught."""
    task = (said or {}).get("task")
    return task if isinstance(task, str) else None


def warn_of_learnt(config: Mapping[str, object] | None, data: Path | None) -> list[str]:
    """Notice that a run is judged on the data it was made from."""
    if not config or data is None or config.get("data") != str(data.absolute()):
        return []
    return [
        "These are the data that the run was made from: what it learnt from may be among the "
        "cases, and then the numbers flatter. Leave --data away to see its own test split."
    ]


def describe_file(path: Path) -> Provenance:
    """Say which file the predictions come from, by its path as given and its hash."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Provenance(radzoo_version=__version__, predictions=str(path), predictions_sha256=digest)


def find_thresholds(
    wanted: str | None, source: EvaluationSource, validation: FittedOn | None = None
) -> str | tuple[FrozenThreshold, ...] | None:
    """Return the rule or the frozen thresholds that `--threshold` means.

    Args:
        wanted: a rule, a number, the path of a thresholds file, or None: those of the run.
        source: what is evaluated.
        validation: predictions on other cases, on which a rule chooses; None = a rule would
            choose on the very cases that are judged.

    Raises:
        InputError: if it names a file that is no thresholds file.
        UsageError: if it is neither a rule nor a file.
    """
    if wanted is None:
        return source.thresholds
    if name_thresholds(wanted, source):
        return read_thresholds(Path(wanted))
    if parse_rule(wanted).kind != "fixed" and validation is not None:
        return freeze_thresholds(validation.predictions, validation.sha256, wanted)
    return wanted


def name_thresholds(
    wanted: str | None, source: EvaluationSource, validation: Path | None = None
) -> str | None:
    """Return the file that `find_thresholds` reads; None if it reads none."""
    if wanted is None:
        run = source.provenance.run
        return str(Path(run) / THRESHOLDS_FILE) if run and source.thresholds else None
    if wanted.endswith(".json") or Path(wanted).is_file():
        return wanted
    return str(validation) if validation and parse_rule(wanted).kind != "fixed" else None


def find_validation(
    wanted: Path | None, source: EvaluationSource, columns: Columns, needs: Sequence[str]
) -> FittedOn | None:
    """Return the predictions on validation that something is to be fitted on.

    Args:
        wanted: path of `--on`: a predictions file or a run; None = those of the run.
        source: what is evaluated.
        columns: how a predictions file of another program names its columns.
        needs: names of the options that need it.

    Raises:
        InputError: if it cannot be read.
        UsageError: if it is needed and there is none, or it is what is evaluated.
    """
    if wanted is None and not needs:
        return None
    run = source.provenance.run
    file = wanted or (Path(run) / VALIDATION_FILE if run else None)
    if file is not None and file.is_dir():
        file = file / VALIDATION_FILE
    if file is None:
        raise UsageError(
            f"--{needs[0]} is fitted on validation, and there are no validation predictions",
            id="no-validation",
            hint="name them: --on VAL.csv",
        )
    fitted = FittedOn(read_predictions(file, columns), str(describe_file(file).predictions_sha256))
    if fitted.sha256 == source.provenance.predictions_sha256:
        raise UsageError(
            f"{file} is what is evaluated: what is fitted on it would flatter it",
            id="validation-is-test",
            hint="give predictions on other cases: --on VAL.csv",
        )
    return fitted


def read_history(path: Path) -> list[dict[str, float]]:
    """Read the numbers of each epoch; a run without them has none."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {name: float(cell) for name, cell in row.items() if is_number(cell)}
            for row in csv.DictReader(file)
        ]


def is_number(cell: str | None) -> bool:
    """Can it be read as a number?"""
    try:
        float(cell or "")
    except ValueError:
        return False
    return True


def read_warnings(path: Path) -> tuple[str, ...]:
    """Read what a run warned of; a run without a manifest warned of nothing."""
    warnings = (read_json(path) or {}).get("warnings")
    return tuple(str(one) for one in warnings) if isinstance(warnings, list) else ()


def read_json(path: Path) -> dict[str, object] | None:
    """Read a file of a run; None if there is none.

    Raises:
        InputError: if it is no JSON.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        raise InputError(
            f"{path} is not JSON",
            id="damaged-run",
            hint="make the run again with radzoo finetune",
        ) from None
    return document if isinstance(document, dict) else None
