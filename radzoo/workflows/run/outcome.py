"""What a finished run leaves behind: weights, predictions, thresholds, report, manifest."""

import os
import platform
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeAlias

from torch import nn

from radzoo import __version__
from radzoo.core.case import SPLITS, Case, Manifest
from radzoo.core.config import RunConfig
from radzoo.core.finding import Finding
from radzoo.core.image_recipe import ImageRecipe
from radzoo.core.json_text import to_text
from radzoo.core.predictions import Predictions
from radzoo.core.predictions_file import write_predictions
from radzoo.core.publish import publish, publish_text
from radzoo.core.report import EvalReport, Provenance, RefusedCase, RunReport
from radzoo.core.source import Fetched
from radzoo.core.thresholds import FrozenThreshold, write_thresholds
from radzoo.data.prepared import Prepared, PreparedVolumes
from radzoo.data.split import group_by_patient
from radzoo.data.split.stamp import stamp
from radzoo.models.training.train import Trained
from radzoo.models.weights import save_state
from radzoo.tasks import TASKS
from radzoo.workflows.audit.cheap import findings_of_run, headline_of
from radzoo.workflows.audit.ledger import look
from radzoo.workflows.audit.pictures import pictures_of
from radzoo.workflows.audit.questions import questions_of
from radzoo.workflows.audit.scores import scores_of
from radzoo.workflows.evaluation.evaluate import EvaluateOptions, evaluate_predictions
from radzoo.workflows.evaluation.threshold import freeze_thresholds
from radzoo.workflows.run.folder import RunFolder, RunManifest, sha256_of
from radzoo.workflows.run.inputs import inputs_of
from radzoo.workflows.run.owner import OWNER
from radzoo.workflows.segmentation.segmented import Said
from radzoo.workflows.stopwatch import Stopwatch
from radzoo.workflows.teaching.teaching import about

Draw: TypeAlias = Callable[[RunFolder, str], None]

RULE = "youden"
MOST_COMPARED = 20_000
"""With more images duplicates are left to `radzoo audit`."""
PACKAGES = ("torch", "torchvision", "timm", "numpy", "pydicom", "pillow", "imagecodecs")


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What a run was made from.

    Attributes:
        fetched: the published weights; None for a network from scratch.
        cases_sha256: what `inputs.hash_cases` gave; `pixels_sha256`, `hash_pixels`.
        device: name of the hardware that computed.
        warnings: what the user should look at.
    """

    config: RunConfig
    manifest: Manifest
    prepared: Prepared | PreparedVolumes
    fetched: Fetched | None
    cases_sha256: str
    pixels_sha256: str
    device: str
    warnings: tuple[str, ...]


def write_outcome(
    run: RunFolder,
    out: Path,
    made_from: Ingredients,
    network: nn.Module,
    trained: Trained,
    val: Said,
    test: Said,
    clock: Stopwatch,
    draw: Draw,
) -> RunReport:
    """Fill a run folder; the manifest with every hash comes last.

    Args:
        run: the folder.
        out: its name as the user wrote it.
        made_from: what went in.
        network: with the weights of the best epoch.
        trained: how the training went.
        val: predictions of the validation split; thresholds of findings are frozen on them.
        test: predictions of the test split; judged with those thresholds.
        clock: how long each part took.
        draw: makes a page of the report for people.
    """
    assert isinstance(val, Predictions)
    assert isinstance(test, Predictions)
    save_state(run.weights, network, about(made_from.config))
    link_best(run)
    write_predictions(run.predictions("val"), val)
    write_predictions(run.predictions("test"), test)
    with clock.time("evaluation"):
        frozen = freeze(run, made_from.config.task, val)
        report = judge(run, out, made_from, frozen, test)
    with clock.time("checks"):
        found = check_run(run, made_from, report, frozen, (val, test))
        report = report.model_copy(update={"findings": found})
    publish_text(run.report, to_text(report))
    draw(run, out.name)
    manifest = describe(run, made_from, trained, clock)
    publish_text(run.manifest, to_text(manifest))
    return RunReport(
        run=str(out),
        model=made_from.config.model,
        task=made_from.config.task,
        best_epoch=trained.best_epoch,
        metrics=report.metrics,
        warnings=[*made_from.warnings, *report.warnings],
    )


def freeze(run: RunFolder, task: str, val: Predictions) -> tuple[FrozenThreshold, ...] | None:
    """Choose the threshold of every finding on validation; other tasks have none."""
    if TASKS.find(task).reads != "labels":
        return None
    frozen = freeze_thresholds(val, sha256_of(run.predictions("val")), RULE)
    write_thresholds(run.thresholds, frozen)
    return frozen


def link_best(run: RunFolder) -> None:
    """Give the weights their second name; that needs no space where links exist."""
    run.best.unlink(missing_ok=True)
    try:
        os.link(run.weights, run.best)
    except OSError:
        publish(run.best, lambda partial: shutil.copyfile(run.weights, partial))


def judge(
    run: RunFolder,
    out: Path,
    made_from: Ingredients,
    frozen: tuple[FrozenThreshold, ...] | None,
    test: Predictions,
) -> EvalReport:
    """Evaluate the test split at the frozen thresholds."""
    seed = made_from.config.recipe.seed
    file = run.predictions("test")
    report = evaluate_predictions(
        test,
        EvaluateOptions(task=made_from.config.task, threshold=frozen, seed=seed),
        provenance=Provenance(
            radzoo_version=__version__,
            predictions=file.name,
            predictions_sha256=sha256_of(file),
            model=made_from.config.model,
            run=out.name,
        ),
    )
    return report.model_copy(update={"warnings": [*made_from.warnings, *report.warnings]})


def check_run(
    run: RunFolder,
    made_from: Ingredients,
    report: EvalReport,
    frozen: tuple[FrozenThreshold, ...] | None,
    said: Sequence[Predictions],
) -> list[Finding]:
    """Return what the cheap checks of an audit find in the cases and scores of a run."""
    config, stock = made_from.config, made_from.prepared
    task = TASKS.find(config.task)
    questions = questions_of(replace(made_from.manifest, cases=stock.cases), task)
    few = isinstance(stock, Prepared) and len(stock.cases) <= MOST_COMPARED
    return findings_of_run(
        stock.cases,
        questions,
        scores_of(said, stock.cases, questions, task.reads),
        reads=task.reads,
        pictures=pictures_of(stock, stock.cases) if few and isinstance(stock, Prepared) else None,
        thresholds=frozen,
        outputs={
            file.name: sha256_of(file) for file in (run.predictions("val"), run.predictions("test"))
        },
        looks=look(said[-1], *headline_of(report)),
    )


def describe(
    run: RunFolder, made_from: Ingredients, trained: Trained, clock: Stopwatch
) -> RunManifest:
    """Say what the run was made from, by what, and what it made."""
    refused = [*made_from.manifest.refused, *made_from.prepared.refused]
    prepared, labels = made_from.prepared, made_from.config.labels
    used = {split: [case for case in prepared.cases if case.split == split] for split in SPLITS}
    return RunManifest(
        radzoo_version=__version__,
        started=clock.started.isoformat(timespec="seconds"),
        finished=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=clock.seconds,
        seed=made_from.config.recipe.seed,
        versions=versions() | {"image_recipe": str(made_from.prepared.recipe)},
        hardware={
            "device": made_from.device,
            "machine": platform.machine(),
            "system": platform.system(),
            "cpu_count": os.cpu_count() or 0,
            "threads": made_from.config.recipe.threads,
        },
        inputs=inputs_of(
            made_from.config,
            prepared,
            made_from.fetched,
            cases=made_from.cases_sha256,
            pixels=made_from.pixels_sha256,
        ),
        outputs={
            file.relative_to(run.path).as_posix(): sha256_of(file)
            for file in sorted(run.path.rglob("*"))
            if file.is_file()
            and file.name != OWNER
            and not file.match("checkpoints/state-*")
            and run.tracking not in file.parents
        },
        n_cases={split: len(cases) for split, cases in used.items()},
        n_patients={split: len(group_by_patient(cases)) for split, cases in used.items()},
        n_labelled={split: count_labelled(cases, labels) for split, cases in used.items()},
        n_positive={split: count_found(cases, made_from.config) for split, cases in used.items()},
        refused=[RefusedCase(case_id=case.case_id, reason=case.reason) for case in refused],
        notes=list(made_from.manifest.notes),
        warnings=list(made_from.warnings),
        best_epoch=trained.best_epoch,
        epochs_run=len(trained.history),
        split_id=stamp(made_from.manifest.cases),
        images=record_of(made_from.prepared),
    )


def count_labelled(cases: Sequence[Case], labels: Sequence[str]) -> dict[str, int]:
    """Count the cases of which each label is known."""
    return {label: sum(case.targets.get(label) is not None for case in cases) for label in labels}


def count_found(cases: Sequence[Case], config: RunConfig) -> dict[str, int]:
    """Count the cases with each finding, or of each class; numbers have neither."""
    reads, labels = TASKS.find(config.task).reads, config.labels
    if reads == "class":
        (label,) = labels
        numbers = [case.targets.get(label) for case in cases]
        return {name: numbers.count(float(at)) for at, name in enumerate(config.reading.classes)}
    if reads != "labels":
        return {}
    return {label: sum(case.targets.get(label) == 1 for case in cases) for label in labels}


def record_of(prepared: Prepared | PreparedVolumes) -> ImageRecipe | None:
    """Return how images were made; of volumes the configuration of the run says it."""
    if isinstance(prepared, PreparedVolumes):
        return None
    return prepared.working.record(prepared.recipe)


def versions() -> dict[str, str]:
    """Return the versions of what computes the result."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # torch may be installed under another name
            continue
    return found
