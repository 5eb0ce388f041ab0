"""`evaluate --task segmentation`: pairs of masks, or per-case values, in; a report out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil, inf, isfinite
from pathlib import Path

import numpy as np

from radzoo.core.case import Refused
from radzoo.core.errors import UsageError
from radzoo.core.mask_pairs import MaskPair, is_table_of_pairs, read_mask_pairs
from radzoo.core.mask_values import EMPTY_KINDS, Patients, read_mask_values
from radzoo.core.predictions import Predictions
from radzoo.core.predictions_table import read_table
from radzoo.core.report import EvalReport, RefusedCase
from radzoo.core.report_tasks import MaskCase, MaskCases
from radzoo.workflows.evaluation.mask_files import MeasuredPair, measure_pairs
from radzoo.workflows.evaluation.mask_summary import HIGHER_IS_BETTER, Summary, summarise
from radzoo.workflows.evaluation.mask_volumes import agree_on_sizes
from radzoo.workflows.evaluation.options import EvaluateOptions, check_options
from radzoo.workflows.evaluation.source import describe_file
from radzoo.workflows.evaluation.warnings import count_cases, warn_of_cases
from radzoo.workflows.refusals import check_refused

WORST_SHARE = 0.05
FEWEST_WORST = 5
# Of two empty masks: no lesion, and none false.
NOTHING: dict[str, float | None] = {
    "lesions": 0.0,
    "lesions_found": 0.0,
    "false_positive_lesions": 0.0,
}
EMPTY_WORDS = {
    "both": "in both (rightly nothing)",
    "reference": "in the reference alone (a false alarm)",
    "prediction": "in the prediction alone (missed)",
}
WORST_BY = ("dice", "iou", "nsd", "hd95", "assd", "hd")


@dataclass(frozen=True, slots=True)
class Measured:
    """Values of all cases, whatever they come from."""

    cases: list[MaskCase]
    patients: Patients
    refused: list[Refused] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class EvaluatedMasks:
    """A report, and whose cases it is about, which the report itself does not say.

    Attributes:
        patients: case to patient; empty if unknown.
    """

    report: EvalReport
    patients: Patients


def evaluate_masks(
    path: Path,
    options: EvaluateOptions,
    *,
    track: Callable[[Iterable[MaskPair]], Iterable[MaskPair]] = iter,
    warn: Callable[[str], object] = lambda message: None,
    workers: int = 2,
    max_refused: float = 1.0,
) -> EvaluatedMasks:
    """Say how well predicted masks agree with reference masks, structure by structure.

    Args:
        path: a table of pairs of masks (`core.mask_pairs`), or of values case by case
            (`core.mask_values`); its columns say which.
        options: `tolerance_mm` is needed for masks.
        track: shows progress over the pairs.
        warn: told of refused pairs while the report is made; the report has them, too.
        workers: how many masks are decoded at a time.
        max_refused: share of pairs that may be refused before it is given up; that all are
            is never allowed.

    Raises:
        InputError: if the table cannot be read.
        UsageError: if an option does not make sense, or the tolerance is missing.
        RefusedError: if more than `max_refused` of the pairs were refused, or all.
    """
    check_options(options)
    check_tolerance(options.tolerance_mm)
    if is_table_of_pairs(read_table(path)):
        pairs = read_mask_pairs(path)
        measured = measure(pairs, options, track=track, workers=workers)
        for message in check_refused(measured.refused, len(pairs), allowed=max_refused):
            warn(message)
    else:
        measured = Measured(*read_mask_values(path))
    return EvaluatedMasks(make_report(path, measured, options), measured.patients)


def check_tolerance(tolerance_mm: float | None) -> None:
    """Refuse a tolerance that is no length.

    Raises:
        UsageError: if it is negative or not finite.
    """
    if tolerance_mm is not None and not (isfinite(tolerance_mm) and tolerance_mm >= 0):
        raise UsageError(
            f"a tolerance of {tolerance_mm:g} mm was asked for; needed 0 or more",
            id="bad-tolerance",
            hint="--tolerance-mm 2: how far off a surface may lie and still agree",
        )


def measure(
    pairs: Sequence[MaskPair],
    options: EvaluateOptions,
    *,
    track: Callable[[Iterable[MaskPair]], Iterable[MaskPair]],
    workers: int,
) -> Measured:
    """Measure all pairs, and complete what one pair alone cannot know.

    Raises:
        UsageError: if no tolerance was given.
    """
    if options.tolerance_mm is None:
        raise UsageError(
            "surface agreement (nsd) needs a tolerance in mm",
            id="no-tolerance",
            hint="such as --tolerance-mm 2: about how far two experts differ",
        )
    found = list(
        measure_pairs(pairs, options.structures, options.tolerance_mm, workers=workers, track=track)
    )
    measured = [one for one in found if isinstance(one, MeasuredPair)]
    return Measured(
        complete(measured),
        {one.pair.case_id: one.pair.patient_id for one in measured},
        [one for one in found if isinstance(one, Refused)],
        warn_of_labels(measured),
    )


def complete(measured: Sequence[MeasuredPair]) -> list[MaskCase]:
    """Add what no mask of a case has, though masks of others do: both are empty there.

    Not where rows say which structure they are about: those are not about the others.
    """
    own = {name for one in measured for _, name in one.pair.structures}
    names = sorted({case.label for one in measured for case in one.cases} - own)
    cases = []
    for one in measured:
        cases += one.cases
        there = {case.label for case in one.cases}
        if not one.pair.structures:
            cases += [
                MaskCase(case_id=one.pair.case_id, label=name, values=NOTHING, empty="both")
                for name in names
                if name not in there
            ]
    return cases


def warn_of_labels(measured: Sequence[MeasuredPair]) -> list[str]:
    """Notice numbers that cannot agree, or that nobody asked about."""
    warnings = []
    sides = [frozenset().union(*(one.numbers[side] for one in measured)) for side in (0, 1)]
    apart = sides[0] and sides[1] and not sides[0] & sides[1]
    if apart and not any(one.pair.structures for one in measured):
        lists = [", ".join(map(str, sorted(side)[:5])) for side in sides]
        warnings.append(
            f"The references hold the numbers {lists[0]} and the predictions {lists[1]}: unless "
            "both have one name (--structures), nothing can agree."
        )
    unnamed = sum(one.unnamed for one in measured)
    if unnamed:
        warnings.append(
            f"{count_cases(unnamed)} with numbers in a mask that have no name among the "
            "structures: not judged."
        )
    return warnings


def make_report(path: Path, measured: Measured, options: EvaluateOptions) -> EvalReport:
    """Average what was measured."""
    cases = sorted(measured.cases, key=lambda case: case.case_id)
    names = sorted({case.case_id for case in cases})
    known = options.cluster == "patient" and any(measured.patients[name] for name in names)
    labels = order_labels({case.label for case in cases}, options)
    summaries = []
    for label in labels:
        own = [case for case in cases if case.label == label]
        # A case without a patient is one of its own; no patient is called so.
        owners = [measured.patients[case.case_id] or f"\0{case.case_id}" for case in own]
        patients = owners if known else None
        summaries.append(summarise(label, own, patients, options.intervals, options.tolerance_mm))
    people = tuple(measured.patients[name] for name in names)
    blank = np.empty((len(names), 0))
    cohort = Predictions((), tuple(names), people, blank, blank, refused=tuple(measured.refused))
    provenance = describe_file(path).model_copy(
        update={"seed": options.seed, "n_boot": options.n_boot}
    )
    return EvalReport(
        task="segmentation",
        n_cases=len(names),
        n_patients=cohort.n_patients,
        n_refused=len(measured.refused),
        labels=labels,
        metrics=[value for one in summaries for value in one.metrics],
        agreement=agree_on_sizes(
            labels, cases, measured.patients if known else {}, options.intervals
        ),
        masks=describe_masks(labels, cases, summaries, options.tolerance_mm),
        warnings=[
            *warn_of_cases(cohort, cluster=options.cluster == "patient"),
            *measured.warnings,
            *warn_of_empty(labels, cases),
            *warn_of_spacing(cases),
        ],
        refused=[RefusedCase(case_id=one.case_id, reason=one.reason) for one in measured.refused],
        provenance=provenance,
    )


def order_labels(labels: set[str], options: EvaluateOptions) -> list[str]:
    """Put structures in the order that was asked for; others by name."""
    asked = [name for _, name in options.structures]
    return sorted(labels, key=lambda name: (asked.index(name) if name in asked else inf, name))


def describe_masks(
    labels: Sequence[str],
    cases: Sequence[MaskCase],
    summaries: Sequence[Summary],
    tolerance_mm: float | None,
) -> MaskCases:
    """List the cases, the worst of them, and count the empty masks."""
    n_worst = max(FEWEST_WORST, ceil(WORST_SHARE * len(cases)))
    return MaskCases(
        tolerance_mm=tolerance_mm,
        empty={label: count_empty(label, cases) for label in labels},
        worst=rank_worst(cases)[:n_worst],
        cases=list(cases),
        spread=[one for summary in summaries for one in summary.spread],
    )


def rank_worst(cases: Sequence[MaskCase]) -> list[MaskCase]:
    """Return the cases that have it, worst first: by Dice, or else by what there is."""
    for name in WORST_BY:
        judged = [case for case in cases if case.values.get(name) is not None]
        if judged:
            lowest_first = HIGHER_IS_BETTER[name]
            values = [(case.values[name] or 0.0, at) for at, case in enumerate(judged)]
            values.sort(key=lambda one: (one[0] if lowest_first else -one[0], one[1]))
            return [judged[at] for _, at in values]
    return []


def count_empty(label: str, cases: Sequence[MaskCase]) -> dict[str, int]:
    """Count the pairs of a structure of which a mask is empty."""
    own = [case.empty for case in cases if case.label == label]
    return {kind: own.count(kind) for kind in EMPTY_KINDS}


def warn_of_empty(labels: Sequence[str], cases: Sequence[MaskCase]) -> list[str]:
    """Say which pairs are in no average."""
    warnings = []
    for label in labels:
        counts = count_empty(label, cases)
        parts = [f"{n} {EMPTY_WORDS[kind]}" for kind, n in counts.items() if n]
        if parts:
            warnings.append(f"{label}: empty masks, in no mean of overlap or distance: "
                            f"{', '.join(parts)}.")  # fmt: skip
    return warnings


def warn_of_spacing(cases: Sequence[MaskCase]) -> list[str]:
    """Say how many pairs have no distances."""
    without = {case.case_id for case in cases if "dice" in case.values and is_bare(case)}
    if not without:
        return []
    return [
        f"{count_cases(len(without))} without a spacing: no distance in mm and no volume. Give "
        "it in a column spacing_mm."
    ]


def is_bare(case: MaskCase) -> bool:
    """Has a measured pair sizes? Not without a spacing."""
    return "lesions" in case.values and not any(
        name.startswith("reference_") for name in case.values
    )
