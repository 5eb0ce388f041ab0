"""What a finished run of segmentation leaves behind: weights, masks, tables, report, manifest."""

from pathlib import Path
from typing import Final

from torch import nn

from radzoo.core.case import Split
from radzoo.core.json_text import to_text
from radzoo.core.mask_pairs import MaskPair, read_mask_pairs, write_mask_pairs
from radzoo.core.mask_values import write_mask_values
from radzoo.core.publish import publish_text
from radzoo.core.report import EvalReport, RunReport
from radzoo.core.segmentation import SegmentationPlan
from radzoo.data.guard import Guard
from radzoo.data.refusal import ImageRefused
from radzoo.models.training.train import Trained
from radzoo.models.weights import save_state
from radzoo.workflows.evaluation.masks import Measured, make_report, measure
from radzoo.workflows.evaluation.options import EvaluateOptions
from radzoo.workflows.run.folder import RunFolder
from radzoo.workflows.run.outcome import Draw, Ingredients, describe, link_best
from radzoo.workflows.segmentation.mask_names import name_files
from radzoo.workflows.segmentation.mask_output import make_pair, write_case
from radzoo.workflows.segmentation.ready import plan_of
from radzoo.workflows.segmentation.segmented import Said, Segmented
from radzoo.workflows.stopwatch import Stopwatch
from radzoo.workflows.teaching.teaching import about

TOLERANCE_MM: Final = 2.0
"""How far off a surface may lie and still agree, unless `radzoo evaluate` is told otherwise."""
WORKERS: Final = 2


def write_mask_outcome(
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
    """Fill a run folder; the manifest with every hash comes last. See `run.outcome`."""
    assert isinstance(val, Segmented)
    assert isinstance(test, Segmented)
    made = made_from.config
    save_state(run.weights, network, about(made))
    link_best(run)
    plan = plan_of(made)
    with clock.time("evaluation"):
        options = options_of(made.recipe.seed, plan)
        for_val = keep_masks(run, "val", val, plan, made.model, options)
        for_test = keep_masks(run, "test", test, plan, made.model, options)
        write_mask_values(run.predictions("val"), for_val.cases, for_val.patients)
        write_mask_values(run.predictions("test"), for_test.cases, for_test.patients)
        report = judge(run, out, made_from, for_test, options)
    publish_text(run.report, to_text(report))
    draw(run, out.name)
    publish_text(run.manifest, to_text(describe(run, made_from, trained, clock)))
    return RunReport(
        run=str(out),
        model=made.model,
        task=made.task,
        best_epoch=trained.best_epoch,
        metrics=report.metrics,
        warnings=report.warnings,
    )


def options_of(seed: int, plan: SegmentationPlan) -> EvaluateOptions:
    """Return how the masks of a run are judged."""
    structures = tuple((one.number, one.name) for one in plan.structures)
    return EvaluateOptions(
        task="segmentation", seed=seed, tolerance_mm=TOLERANCE_MM, structures=structures
    )


def keep_masks(
    run: RunFolder,
    split: Split,
    found: Segmented,
    plan: SegmentationPlan,
    model: str,
    options: EvaluateOptions,
) -> Measured:
    """Write the masks of a split and their table, and measure them as they were written."""
    table = pairs_file(run, split)
    pairs, names = list[MaskPair](), name_files([one.case for one in found.cases])
    with Guard(1) as guard:
        for one, name in zip(found.cases, names, strict=True):
            stem = run.path / "masks" / split / name
            try:
                path = write_case(stem, one, plan.structures, guard, wanted=None, model=model)
            except ImageRefused:
                path = None  # it was read a moment ago: the pair without a prediction is counted
            pairs.append(make_pair(one.case, path, plan.structures, run.path))
    pairs += [MaskPair(one.case_id, "", None, None) for one in found.refused]
    write_mask_pairs(table, pairs)
    measured = measure(read_mask_pairs(table), options, track=iter, workers=WORKERS)
    reasons = {one.case_id: one for one in found.refused}
    refused = [reasons.get(one.case_id, one) for one in measured.refused]
    return Measured(measured.cases, measured.patients, refused, measured.warnings)


def judge(
    run: RunFolder,
    out: Path,
    made_from: Ingredients,
    measured: Measured,
    options: EvaluateOptions,
) -> EvalReport:
    """Evaluate the masks of the test split."""
    report = make_report(pairs_file(run, "test"), measured, options)
    known = {
        "predictions": pairs_file(run, "test").name,
        "model": made_from.config.model,
        "run": out.name,
    }
    provenance = report.provenance.model_copy(update=known)
    return report.model_copy(
        update={"provenance": provenance, "warnings": [*made_from.warnings, *report.warnings]}
    )


def pairs_file(run: RunFolder, split: Split) -> Path:
    """Return the table of references and predictions of a split."""
    return run.path / f"pairs-{split}.csv"
