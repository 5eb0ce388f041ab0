"""Split a data set anew, and say what came out."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from radzoo.core.case import SPLITS, Case, Manifest
from radzoo.core.split_report import PartCounts, SplitReport
from radzoo.data.load import DataOptions, load_manifest
from radzoo.data.manifest_file import write_manifest
from radzoo.data.prepared.folder import check_folder
from radzoo.data.split import group_by_patient
from radzoo.data.split.plan import Planned, SplitPlan, split_anew
from radzoo.data.split.stamp import stamp
from radzoo.data.split.strata import EVENT, MOST_VALUES, is_yes_or_no


def split(data: Path, output: Path, *, options: DataOptions, plan: SplitPlan) -> SplitReport:
    """Write DATA as a manifest with new splits or folds, and a stamp of them.

    Raises:
        InputError: if the data cannot be read, or not be split so.
        IntegrityError: if the data are prepared, and not as they were written.
        UsageError: if the plan contradicts itself.
        EnvironmentFailure: if the manifest cannot be written.
    """
    manifest = load_manifest(data, options=options)
    check_folder(manifest.cases)
    planned = split_anew(manifest, plan)
    write_manifest(output, planned.manifest)
    return describe_split(planned, output, plan)


def describe_split(planned: Planned, output: Path, plan: SplitPlan) -> SplitReport:
    """Count what is where."""
    manifest = planned.manifest
    by_split: dict[str, list[Case]] = {
        name: [case for case in manifest.cases if case.split == name] for name in SPLITS
    }
    names = sorted({c.groups.get("fold", "") for c in manifest.cases} - {""}, key=int)
    by_fold = {name: [c for c in manifest.cases if c.groups.get("fold") == name] for name in names}
    parts = by_split | {f"fold {name}": cases for name, cases in by_fold.items()}
    return SplitReport(
        output=str(output),
        split_id=stamp(manifest.cases),
        seed=plan.seed,
        n_cases=len(manifest.cases),
        n_patients=len(group_by_patient(manifest.cases)),
        n_without_patient=sum(not case.patient_id for case in manifest.cases),
        n_refused=len(manifest.refused),
        n_put_aside=len(planned.put_aside),
        splits={name: len(cases) for name, cases in by_split.items() if cases},
        folds={name: len(cases) for name, cases in by_fold.items()},
        parts={name: count_part(manifest, cases) for name, cases in parts.items() if cases},
        notes=[*manifest.notes, *planned.notes],
        warnings=[
            *planned.warnings,
            *(f"refused {one.case_id} ({one.reason})" for one in manifest.refused),
        ],
    )


def count_part(manifest: Manifest, cases: Sequence[Case]) -> PartCounts:
    """Count patients, and cases by label."""
    groups = group_by_patient(manifest.cases)
    plain = [label for label in manifest.labels if is_yes_or_no(groups, label)]
    values = {
        label: Counter(f"{case.targets[label]:g}" for case in cases if has(case, label))
        for label in manifest.labels
        if label not in plain
    }
    return PartCounts(
        n_cases=len(cases),
        n_patients=len(group_by_patient(cases)),
        n_positive={
            **{label: sum(case.targets.get(label) == 1 for case in cases) for label in plain},
            **count_events(manifest, cases),
        },
        values={
            label: dict(sorted(counts.items(), key=lambda item: float(item[0])))
            for label, counts in values.items()
            if len(counts) <= MOST_VALUES
        },
    )


def count_events(manifest: Manifest, cases: Sequence[Case]) -> dict[str, int]:
    """Count the cases with the event, if the data have times."""
    if EVENT in manifest.labels or all(case.event is None for case in manifest.cases):
        return {}
    return {EVENT: sum(case.event == 1 for case in cases)}


def has(case: Case, label: str) -> bool:
    """Is the case labelled?"""
    return case.targets.get(label) is not None
