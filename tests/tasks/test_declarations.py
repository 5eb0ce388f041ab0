"""What every task declares of itself is true."""

import numpy as np
import pytest

from radzoo.core.case import Case
from radzoo.core.predictions import Predictions
from radzoo.core.recipe import Loss
from radzoo.core.report import EvalReport
from radzoo.tasks import TASKS
from radzoo.workflows.evaluation.evaluate import EvaluateOptions, evaluate_predictions
from radzoo.workflows.evaluation.task_metrics import metrics_of

SCORED = [name for name in TASKS if TASKS[name].form is not None]
N = 60


def predictions_of(task):
    """Scores that tell something, in the form of a task."""
    chance = np.random.default_rng(0)
    names = tuple(f"c{at}" for at in range(N))
    if task.form == "classes":
        targets = np.eye(3)[np.arange(N) % 3]
        scores = targets + chance.random((N, 3)) * 2
        scores /= scores.sum(axis=1, keepdims=True)
        labels = ("a", "b", "c")
    else:
        wide = 2 if task.name == "multilabel" else 1
        findings = (np.arange(N * wide).reshape(N, wide) // wide % 2).astype(float)
        targets = findings if task.reads == "labels" else chance.random((N, 1)) * 9 + 1
        scores = (targets / targets.max() + chance.random((N, wide))) / 2
        labels = ("x", "y")[:wide]
    events = (np.arange(N) % 3 > 0).astype(float) if task.form == "times" else None
    return Predictions(
        labels, names, names, targets, scores, form=task.form, events=events,
        survival={5.0: np.linspace(0.1, 0.9, N)} if task.form == "times" else {},
    )  # fmt: skip


@pytest.mark.parametrize("name", SCORED)
def test_its_metrics_and_sections_are_those_of_its_report(name):
    task = TASKS[name]
    report = evaluate_predictions(predictions_of(task), EvaluateOptions(task=name, n_boot=0))
    known = metrics_of(name)
    said = {value.name for value in report.metrics}
    assert task.headline in known
    for metric in task.metrics:
        assert metric in known
        assert metric in said
    for section in task.sections:
        assert section in EvalReport.model_fields
        assert getattr(report, section), section


@pytest.mark.parametrize("name", TASKS)
def test_its_losses_are_names_of_the_recipe(name):
    assert TASKS[name].losses
    assert set(TASKS[name].losses) <= set(Loss.__args__)


@pytest.mark.parametrize("name", SCORED)
def test_what_it_reads_has_the_shape_that_its_loss_is_told(name, tmp_path):
    labels = ["x", "y"] if name == "multilabel" else ["x"]
    case = Case("c", tmp_path, dict.fromkeys(labels, 1.0), time=2.0, event=1.0)
    columns = {"multilabel": 2, "survival": 2}.get(name, 1)
    assert TASKS[name].targets([case, case], labels).shape == (2, columns)
