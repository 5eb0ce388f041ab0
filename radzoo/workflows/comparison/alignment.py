"""Several predictions of the same cases, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import InputError
from radzoo.core.predictions import Predictions
from radzoo.workflows.evaluation.judged import choose_rows
from radzoo.workflows.evaluation.source import EvaluationSource


@dataclass(frozen=True, slots=True)
class Aligned:
    """The cases that all files have.

    Attributes:
        predictions: of each file, the same cases in the same order and the same labels; the
            targets and patients of all are alike.
        n_left_out: of each file, cases that another lacks.
        n_apart: cases that are in some files only.
        warnings: what must be said of it.
    """

    predictions: list[Predictions]
    n_left_out: list[int]
    n_apart: int
    warnings: list[str]


def align(sources: Sequence[EvaluationSource], names: Sequence[str]) -> Aligned:
    """Bring the cases of several files together by `case_id`.

    Raises:
        InputError: if a file names no cases, none is in all files, or files disagree on what
            is true of a case or whose it is.
    """
    files = [source.predictions for source in sources]
    forms = {one.form for one in files}
    if len(forms) > 1:
        raise InputError(
            f"the files are of different tasks: {' and '.join(sorted(forms))}",
            id="different-tasks",
            hint="compare predictions for one task",
        )
    labels, doubts = share_labels(files, names)
    shared = set(files[0].case_ids).intersection(*(one.case_ids for one in files[1:]))
    if not shared:
        raise InputError(
            "no case is in all files; needed the same case_id in each",
            id="no-shared-case",
            hint="are these predictions for the same cases, with the same names?",
        )
    chosen = [pick(one, shared, labels) for one in files]
    chosen, missing = agree_on_targets(chosen, names)
    chosen = agree_on_patients(chosen, names)
    n_all = len(set().union(*(one.case_ids for one in files)))
    left = [len(one.case_ids) - len(shared) for one in files]
    apart = warn_of_left_out(left, n_all - len(shared), names)
    return Aligned(chosen, left, n_all - len(shared), [*apart, *doubts, *missing])


def share_labels(
    files: Sequence[Predictions], names: Sequence[str]
) -> tuple[tuple[str, ...], list[str]]:
    """Return the labels that all files have, and what to say of the others.

    Raises:
        InputError: if there are none, or classes differ.
    """
    labels = tuple(
        label for label in files[0].labels if all(label in one.labels for one in files[1:])
    )
    every = dict.fromkeys(label for one in files for label in one.labels)
    others = [label for label in every if label not in labels]
    if not labels or (others and files[0].form == "classes"):
        raise InputError(
            f"the files do not have the same labels: {', '.join(files[0].labels)} in {names[0]}, "
            f"and others elsewhere ({', '.join(others)})",
            id="different-labels",
            hint="name the columns of foreign files with --target COLUMN --score COLUMN",
        )
    if not others:
        return labels, []
    return labels, [f"Labels that are not in all files are left out: {', '.join(others)}."]


def pick(predictions: Predictions, shared: set[str], labels: Sequence[str]) -> Predictions:
    """Return the shared cases by rising name, and the shared labels."""
    rows = [row for row, name in enumerate(predictions.case_ids) if name in shared]
    rows.sort(key=predictions.case_ids.__getitem__)
    found = choose_rows(predictions, rows)
    columns = [found.labels.index(label) for label in labels]
    return replace(
        found,
        labels=tuple(labels),
        targets=found.targets[:, columns],
        scores=found.scores[:, columns],
        groups={},
    )


def agree_on_targets(
    files: Sequence[Predictions], names: Sequence[str]
) -> tuple[list[Predictions], list[str]]:
    """Give all files the same targets: what one file leaves blank is taken from another.

    Raises:
        InputError: if two files say different things of one case.
    """
    truths = [stack_truth(one) for one in files]
    targets = truths[0].copy()
    filled = 0
    for name, other in zip(names[1:], truths[1:], strict=True):
        known = ~np.isnan(targets) & ~np.isnan(other)
        different = int((known & (targets != other)).any(axis=1).sum())
        if different:
            raise InputError(
                f"{names[0]} and {name} differ in what is true of {different} of "
                f"{len(targets)} shared cases",
                id="different-targets",
                hint="compare predictions for the same data, with the same --positive value",
            )
        filled += int((np.isnan(targets) != np.isnan(other)).any(axis=1).sum())
        targets = np.where(np.isnan(targets), other, targets)
    doubts = [f"{filled} cases have a target in one file only; it counts for all."]
    return [with_truth(one, targets) for one in files], doubts if filled else []


def stack_truth(predictions: Predictions) -> NDArray[np.float64]:
    """Return targets, and events as a last column if there are any."""
    if predictions.events is None:
        return predictions.targets
    return np.column_stack([predictions.targets, predictions.events])


def with_truth(predictions: Predictions, truth: NDArray[np.float64]) -> Predictions:
    """Return predictions with other targets and events."""
    if predictions.events is None:
        return replace(predictions, targets=truth)
    return replace(predictions, targets=truth[:, :-1], events=truth[:, -1])


def agree_on_patients(files: Sequence[Predictions], names: Sequence[str]) -> list[Predictions]:
    """Give all files the patients of the first that knows them all.

    Raises:
        InputError: if two files that know them disagree.
    """
    known = [at for at, one in enumerate(files) if all(one.patient_ids)]
    if not known:
        return list(files)
    patients = files[known[0]].patient_ids
    for at in known[1:]:
        pairs = zip(patients, files[at].patient_ids, strict=True)
        different = sum(one != other for one, other in pairs)
        if different:
            raise InputError(
                f"{names[known[0]]} and {names[at]} differ in whose {different} of "
                f"{len(patients)} shared cases are",
                id="different-patients",
                hint="the column patient_id must be the same in all files",
            )
    return [replace(one, patient_ids=patients) for one in files]


def warn_of_left_out(left: Sequence[int], n_apart: int, names: Sequence[str]) -> list[str]:
    """Count the cases that are not in all files."""
    if not n_apart:
        return []
    parts = [f"{count} of {name}" for count, name in zip(left, names, strict=True) if count]
    return [
        f"{n_apart} cases are not in all files and in no comparison: {', '.join(parts)}. If they "
        "are harder than the rest, the numbers flatter."
    ]
