"""What classical models reach on the same cases: the paper asks what deep learning adds.

Logistic regression, random forest, ridge and Cox regression learn from metadata alone, from raw
thumbnails, and from the frozen features of a network. Their scores lie in predictions files
like those of a network, so that `evaluate` and `compare` take them alike.
"""

import math
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from radzoo import __version__
from radzoo.core.baseline_report import BaselineReport, BaselineRow
from radzoo.core.case import SPLITS, Case, Manifest, Split
from radzoo.core.errors import UsageError
from radzoo.core.json_text import to_text
from radzoo.core.plugins import Matrix, Vector
from radzoo.core.predictions import Predictions
from radzoo.core.predictions_file import write_predictions
from radzoo.core.publish import publish_text
from radzoo.core.reading import Reading
from radzoo.core.report import Provenance
from radzoo.data.load import load_manifest
from radzoo.data.split.portion import choose_cases
from radzoo.models.classical import ESTIMATORS
from radzoo.models.classical.estimator import Estimator, Fitted, Rows
from radzoo.tasks import TASKS
from radzoo.tasks.task import Task
from radzoo.workflows.baselines.inputs import BaselineConfig, Told, choose_inputs, gather
from radzoo.workflows.case_checks import as_task_reads, check_order
from radzoo.workflows.evaluation.evaluate import EvaluateOptions, evaluate_predictions
from radzoo.workflows.features import Backbone
from radzoo.workflows.inference import lay_out
from radzoo.workflows.planning.recipe import decide
from radzoo.workflows.refusals import check_refused
from radzoo.workflows.run.folder import sha256_of
from radzoo.workflows.teaching.teaching import headline_of, sign_of

REPORT = "baseline.json"


@dataclass(frozen=True, slots=True)
class Known:
    """What is true of the cases.

    Attributes:
        targets: of each split, as the task reads them.
        reading: how scores are read.
    """

    task: Task
    labels: tuple[str, ...]
    cases: Mapping[Split, tuple[Case, ...]]
    targets: Mapping[Split, Matrix]
    reading: Reading


@dataclass(frozen=True, slots=True)
class Learnt:
    """A model with the setting that was best on validation."""

    estimator: Estimator
    value: float
    validation: float
    said: Fitted


def make_baselines(
    config: BaselineConfig,
    backbone: Backbone | None = None,
    *,
    track: Callable[[Iterable[Case]], Iterable[Case]] = iter,
    log: Callable[[str], object] = lambda message: None,
    warn: Callable[[str], object] = lambda message: None,
) -> BaselineReport:
    """Teach every classical model that suits the task, and judge it on the test split.

    The split is that of `finetune` with the same data, seed and portion.

    Args:
        config: what is asked for.
        backbone: whose frozen features are used; None = none.
        track: wraps the cases while their images are decoded.
        log: told what is done.
        warn: told what the user should look at.

    Raises:
        UsageError: if `out` exists, or inputs are asked for that there are not.
        InputError: if the data cannot serve the task, or say nothing to learn from.
        RefusedError: if more than `max_refused` of the cases were refused.
    """
    if config.out.exists() and not config.overwrite:
        raise UsageError(
            f"{config.out} exists already",
            id="output-exists",
            hint="choose another --out, or replace it with --overwrite",
        )
    task = TASKS.find(config.task)
    estimators = [one for one in ESTIMATORS.values() if task.reads in one.reads]
    if not estimators:
        raise UsageError(
            f"there is no classical model for the task '{task.name}'",
            id="no-baseline",
            hint="compare networks with each other: radzoo compare RUN RUN",
        )
    manifest, warnings = read_cases(config, task, log)
    wanted = choose_inputs(config, manifest, backbone)
    every, manifest, refused = gather(config, manifest, wanted, backbone, track, log)
    warnings += check_refused(refused, len(manifest.cases) + len(refused),
                              allowed=config.max_refused)  # fmt: skip
    known = learn_truth(manifest, task)
    partial = config.out.with_name(f".{config.out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    rows = []
    empty = [told.inputs for told in every if not told.rows["train"].shape[1]]
    if empty:
        warnings += (f"the {empty[0]} of all training cases are alike: nothing learns from them",)
    for told in every:
        if told.inputs in empty:
            continue
        for estimator in estimators:
            log(f"teaching {told.inputs}-{estimator.name}")
            learnt = choose_setting(estimator, told, known, config.seed)
            rows.append(write_row(partial, told, learnt, known, config))
    report = BaselineReport(
        out=str(config.out), task=task.name, headline=task.headline,
        data=str(config.data.absolute()), model=backbone.name if backbone else None,
        seed=config.seed, n_cases={split: len(known.cases[split]) for split in SPLITS},
        n_refused=len(refused), rows=rows, warnings=list(warnings),
    )  # fmt: skip
    publish_text(partial / REPORT, to_text(report))
    if config.out.exists():
        shutil.rmtree(config.out)
    partial.rename(config.out)
    for warning in warnings:
        warn(warning)
    return report


def read_cases(
    config: BaselineConfig, task: Task, log: Callable[[str], object]
) -> tuple[Manifest, tuple[str, ...]]:
    """List the cases as `finetune` does, and see whether they can serve the task."""
    manifest = as_task_reads(load_manifest(config.data, options=config.options), task)
    check_order(manifest, task, config.options.classes)
    for note in manifest.notes:
        log(note)
    manifest, warnings = choose_cases(
        manifest, config.portion, seed=config.seed, allow_leakage=config.allow_leakage
    )
    for split in SPLITS:
        task.check(manifest.of(split).cases, manifest.labels, split)
    return manifest, warnings


def learn_truth(manifest: Manifest, task: Task) -> Known:
    """Return the targets of every split, and what the task has to know to read scores."""
    cases = {split: manifest.of(split).cases for split in SPLITS}
    for split in SPLITS:
        task.check(cases[split], manifest.labels, split)
    targets = {split: task.targets(cases[split], manifest.labels) for split in SPLITS}
    classes = manifest.classes.get(manifest.labels[0], ()) if manifest.labels else ()
    recipe = decide({}, n_train=len(cases["train"]), gpu=False, threads=1)
    reading = task.read(targets["train"], manifest.labels, classes, recipe)
    return Known(task, manifest.labels, cases, targets, reading)


def choose_setting(estimator: Estimator, told: Told, known: Known, seed: int) -> Learnt:
    """Fit with every setting on training, and keep the best on validation.

    Of equals the most regular counts.
    """
    rows, targets = labelled(told.rows["train"], known.targets["train"], known.task)
    n_classes = len(known.reading.classes) if known.task.reads == "class" else 0
    best: Learnt | None = None
    for value in estimator.values:
        said = estimator.fit(rows, targets, value, n_classes, seed)
        score = headline_of(known.task, known.targets["val"], said(told.rows["val"]))
        if best is None or score > best.validation or math.isnan(best.validation):
            best = Learnt(estimator, value, score, said)
    assert best is not None
    return best


def labelled(rows: Rows, targets: Matrix, task: Task) -> tuple[Rows, Matrix]:
    """Leave out cases of which no target is known; of times, those that lack a part of it."""
    unknown = np.isnan(targets)
    kept = ~(unknown.any(axis=1) if task.reads == "times" else unknown.all(axis=1))
    return rows[kept], targets[kept]


def write_row(
    folder: Path, told: Told, learnt: Learnt, known: Known, config: BaselineConfig
) -> BaselineRow:
    """Write the scores of validation and test, and judge the latter."""
    name = f"{told.inputs}-{learnt.estimator.name}"
    (folder / name).mkdir()
    reading = settled(told, learnt, known)
    scored: dict[Split, Predictions] = {}
    for split in ("val", "test"):
        said = learnt.said(told.rows[split])
        scored[split] = lay_out(
            said, survival_of(said, known.task, reading), known.cases[split], known.labels,
            known.task, reading,
        )  # fmt: skip
        write_predictions(folder / name / f"predictions-{split}.csv", scored[split])
    file = folder / name / "predictions-test.csv"
    report = evaluate_predictions(
        scored["test"],
        EvaluateOptions(task=known.task.name, seed=config.seed),
        provenance=Provenance(
            radzoo_version=__version__,
            predictions=file.name,
            predictions_sha256=sha256_of(file),
            model=name,
        ),
    )
    shown = learnt.validation * sign_of(known.task.headline)
    return BaselineRow(
        name=name, inputs=told.inputs, estimator=learnt.estimator.name,
        n_inputs=told.rows["train"].shape[1], setting=learnt.estimator.setting,
        value=learnt.value, validation=None if math.isnan(shown) else shown,
        metrics=report.metrics, predictions=f"{name}/{file.name}",
    )  # fmt: skip


def settled(told: Told, learnt: Learnt, known: Known) -> Reading:
    """Complete the reading by what the model says of the training cases."""
    if known.task.settle is None:
        return known.reading
    outputs = learnt.said(told.rows["train"]).astype(np.float32)
    return known.task.settle(known.reading, known.targets["train"], outputs)


def survival_of(said: Matrix, task: Task, reading: Reading) -> Mapping[float, Vector]:
    """Return the probabilities of no event until each horizon, of a task of times."""
    return {} if task.survival is None else task.survival(said.astype(np.float32), reading)
