"""Describe a data set: what it holds, what of it can be read, and why the rest cannot."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from radzoo.core.case import SPLITS, Case, Manifest
from radzoo.core.data_report import DataReport, Leak, RefusedFile, Span
from radzoo.data.guard import Answer, Guard, Request, plain_numbers
from radzoo.data.load import DataOptions, find_preset, load_manifest
from radzoo.data.prepared.folder import check_folder
from radzoo.data.recipe import RECIPE_VERSION
from radzoo.data.refusal import describe_numbers, describe_reason
from radzoo.data.split import count_leaks, group_by_patient
from radzoo.data.volume.remarks import REMARKS
from radzoo.workflows.label_counts import count_label
from radzoo.workflows.layout_hints import hint_series, hint_table
from radzoo.workflows.time_counts import count_times

MOST_VALUES = 1000  # more than any fact has in practice; a report must end somewhere

Track = Callable[[Iterable[Case]], Iterable[Case]]


def describe(
    data: Path, *, options: DataOptions, workers: int = 2, track: Track = iter
) -> DataReport:
    """Read every image of a data set once and count what is found.

    Args:
        data: any DATA argument.
        options: how it is laid out; labels are not needed.
        workers: decoding children.
        track: shows progress over the cases.

    Raises:
        InputError: if the data set cannot be read at all.
        IntegrityError: if it is prepared, and not as it was written.
    """
    manifest = load_manifest(data, options=options)
    check_folder(manifest.cases)
    answers: list[dict[str, Any]] = []
    refusals: list[RefusedFile | None] = []
    with Guard(workers) as guard:
        requests = (
            Request("inspect", case.path, case.member, parts=case.parts)
            for case in track(manifest.cases)
        )
        for case, answer in zip(manifest.cases, guard.map(requests), strict=True):
            refusals.append(_refusal(case, answer))
            answers.append(answer.fields)
    kept = tuple(case for case, one in zip(manifest.cases, refusals, strict=True) if one is None)
    refused = [RefusedFile(path=one.case_id, reason=one.reason) for one in manifest.refused]
    refused += [one for one in refusals if one is not None]
    data_format = find_preset(data, options).name
    hints = (
        *hint_table(data, data_format, joined=options.labels is not None),
        *hint_series(manifest.cases, answers, data_format),
    )
    manifest = replace(manifest, notes=(*manifest.notes, *hints))
    return _report(data, data_format, manifest, kept, answers, refused)


def _report(
    data: Path, data_format: str, manifest: Manifest, kept: Sequence[Case],
    answers: Sequence[dict[str, Any]], refused: list[RefusedFile],
) -> DataReport:  # fmt: skip
    groups = group_by_patient(kept)
    patients = {case.patient_id for case in kept if case.patient_id}
    return DataReport(
        data=str(data),
        data_format=data_format,
        recipe=RECIPE_VERSION,
        n_cases=len(kept),
        n_patients=len(patients) or None,
        n_without_patient=sum(not case.patient_id for case in kept),
        n_refused=len(refused),
        refused_by_reason=dict(Counter(one.reason for one in refused).most_common()),
        splits=_count_splits(kept),
        split_patients=_count_patients(kept),
        labels={
            label: count_label(kept, label, manifest.classes.get(label, ()))
            for label in manifest.labels
        },
        times=count_times(kept),
        refused=refused,
        formats=_count(answers, "format"),
        transfer_syntaxes=_count(answers, "transfer_syntax"),
        photometric=_count(answers, "photometric"),
        modalities=_count(answers, "modality"),
        manufacturers=_count(answers, "manufacturer"),
        rows=_span(answers, "rows"),
        columns=_span(answers, "columns"),
        slices=_span(answers, "slices"),
        spacings_mm=_count(answers, "spacing_mm"),
        units=_count(answers, "unit"),
        groups=_count_groups(kept),
        leaks=[Leak(splits=pair, n_patients=count) for pair, count in count_leaks(groups).items()],
        notes=[*manifest.notes, *_say_remarks(answers)],
    )


def _refusal(case: Case, answer: Answer) -> RefusedFile | None:
    code = answer.refused or answer.fields.get("refused_image")
    if code is None:
        return None
    numbers = answer.numbers or plain_numbers(answer.fields.get("refused_numbers"))
    detail = describe_numbers(str(code), numbers)
    return RefusedFile(path=case.case_id, reason=describe_reason(str(code)), detail=detail)


def _count(answers: Sequence[dict[str, Any]], fact: str) -> dict[str, int]:
    """Count the values of a fact, the commonest first; files that lack it do not count."""
    values = Counter(str(answer[fact]) for answer in answers if answer.get(fact))
    return dict(values.most_common(MOST_VALUES))


def _count_splits(cases: Sequence[Case]) -> dict[str, int]:
    counts = Counter(case.split for case in cases)
    return {split: counts[split] for split in SPLITS if counts[split]}


def _count_patients(cases: Sequence[Case]) -> dict[str, int]:
    """Count the patients that are known in each split."""
    known = {(case.split, case.patient_id) for case in cases if case.split and case.patient_id}
    counts = Counter(str(split) for split, _ in known)
    return {split: counts[split] for split in _count_splits(cases)}


def _count_groups(cases: Sequence[Case]) -> dict[str, dict[str, int]]:
    """Count the values of each group; age and date have too many to be worth counting."""
    many = {"age", "date"}
    names = dict.fromkeys(name for case in cases for name in case.groups if name not in many)
    return {
        name: dict(
            Counter(case.groups[name] for case in cases if name in case.groups).most_common(
                MOST_VALUES
            )
        )
        for name in names
    }


def _say_remarks(answers: Sequence[dict[str, Any]]) -> list[str]:
    """Return a sentence for each thing that was remarked of volumes, the commonest first."""
    counts = Counter(code for answer in answers for code in answer.get("remarks", ()))
    return [f"{count:,} of the volumes: {REMARKS[code]} ({code})"
            for code, count in counts.most_common() if code in REMARKS]  # fmt: skip


def _span(answers: Sequence[dict[str, Any]], fact: str) -> Span | None:
    values = sorted(answer[fact] for answer in answers if fact in answer)
    if not values:
        return None
    return Span(smallest=values[0], median=values[len(values) // 2], largest=values[-1])
