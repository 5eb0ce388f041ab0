"""What the networks of all folds say together of masks."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from radzoo.core.case import Case, Refused
from radzoo.core.mask_pairs import MaskPair, read_mask_pairs, write_mask_pairs
from radzoo.core.mask_values import read_mask_values, write_mask_values
from radzoo.core.report import EvalReport, MetricValue
from radzoo.core.report_tasks import MaskCase
from radzoo.models.device import Engine, pick_device, reproducible
from radzoo.workflows.evaluation.masks import Measured, make_report
from radzoo.workflows.evaluation.options import EvaluateOptions
from radzoo.workflows.finetune_config import FinetuneConfig
from radzoo.workflows.run.folder import RunFolder, read_report
from radzoo.workflows.segmentation.infer import Inference, segment_cases
from radzoo.workflows.segmentation.outcome import keep_masks, options_of, pairs_file
from radzoo.workflows.segmentation.ready import ReadyMasks, join_masks, open_run
from radzoo.workflows.segmentation.segmented import Segmented, SegmentedCase

HEADLINE = "dice"


def pool_masks(
    whole: RunFolder, runs: Sequence[RunFolder], config: FinetuneConfig
) -> tuple[bool, EvalReport]:
    """Write tables of the masks of all folds together, and judge them.

    Where all folds have the same test cases, these are segmented anew by the mean probability
    of all networks. Else each case keeps the mask of the network that has not seen it.

    Returns:
        Had all folds the same test cases? And the report.
    """
    tables = [read_mask_pairs(pairs_file(run, "test")) for run in runs]
    names = [{pair.case_id for pair in table if pair.image} for table in tables]
    shared = all(one == names[0] for one in names)
    ready = join_masks([open_run(run.path) for run in runs])
    options = options_of(ready.seed, ready.plan)
    if shared:
        measured = segment_together(whole, tables[0], ready, config, options)
    else:
        measured = join_folds(whole, runs, tables)
    write_mask_values(whole.predictions("test"), measured.cases, measured.patients)
    table = pairs_file(whole, "test")
    report = make_report(table, measured, options)
    known = {"predictions": table.name, "model": config.entry.name, "run": config.out.name}
    return shared, report.model_copy(
        update={"provenance": report.provenance.model_copy(update=known)}
    )


def join_folds(
    whole: RunFolder, runs: Sequence[RunFolder], tables: Sequence[Sequence[MaskPair]]
) -> Measured:
    """Return what each fold measured; its masks stay where they are."""
    pairs = [
        replace(pair, prediction=pair.prediction and pair.prediction.relative_to(whole.path))
        for table in tables
        for pair in table
    ]
    write_mask_pairs(pairs_file(whole, "test"), pairs)
    values = [read_mask_values(run.predictions("test")) for run in runs]
    refused = [one for run in runs for one in read_report(run).refused]
    return Measured(
        [case for cases, _ in values for case in cases],
        {name: patient for _, patients in values for name, patient in patients.items()},
        list(dict.fromkeys(Refused(one.case_id, one.reason) for one in refused)),
    )


def segment_together(
    whole: RunFolder,
    table: Sequence[MaskPair],
    ready: ReadyMasks,
    config: FinetuneConfig,
    options: EvaluateOptions,
) -> Measured:
    """Segment the test cases by the mean probability of all networks."""
    engine = Engine(pick_device(config.device), amp=False)
    for segmenter in ready.segmenters:
        engine.place(segmenter.network)
    cases = [case_of(pair) for pair in table if pair.image]
    with reproducible(engine.device):
        found = list(segment_cases(ready.segmenters, cases, engine, Inference()))
    kept = tuple(one for one in found if isinstance(one, SegmentedCase))
    lost = tuple(one for one in found if isinstance(one, Refused))
    segmented = Segmented(kept, lost)
    return keep_masks(whole, "test", segmented, ready.plan, ready.model, options)


def case_of(pair: MaskPair) -> Case:
    """Return the case that a pair is about."""
    assert pair.image is not None
    return Case(
        pair.case_id, pair.image, {}, patient_id=pair.patient_id, member=pair.image_member,
        mask=pair.reference, mask_member=pair.reference_member,
    )  # fmt: skip


def mask_headline(cases: Sequence[MaskCase]) -> MetricValue:
    """Return the mean Dice over structures, each a mean over its cases, without an interval."""
    means, labels = [], list(dict.fromkeys(case.label for case in cases))
    for label in labels:
        values = [
            value
            for case in cases
            if case.label == label and (value := case.values.get(HEADLINE)) is not None
        ]
        if values:
            means.append(float(np.mean(values)))
    lacking = len(labels) - len(means)
    return MetricValue(
        name=HEADLINE,
        label=labels[0] if len(labels) == 1 else f"mean of {len(means)} structures",
        value=float(np.mean(means)) if means else None,
        n=len({case.case_id for case in cases}),
        note=f"{lacking} of {len(labels)} structures have no pair of masks" if lacking else None,
    )
