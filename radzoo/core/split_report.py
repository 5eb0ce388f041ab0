"""What a split came out as: plain values that every renderer reads."""

from typing import Literal

from radzoo.core.report import SCHEMA_VERSION, Report


class PartCounts(Report):
    """How much is in one split or fold.

    Attributes:
        n_positive: label to the cases that have it, where a label is there or not.
        values: label to its values and their cases, where it has classes.
    """

    n_cases: int
    n_patients: int
    n_positive: dict[str, int]
    values: dict[str, dict[str, int]]


class SplitReport(Report):
    """What `radzoo data split` says.

    Attributes:
        output: the manifest that was written.
        split_id: the stamp of the split, also in the column `split_id` of the manifest.
        splits: number of cases by split.
        folds: number of cases by fold.
        parts: by split, and by fold as `fold 0`.
        n_put_aside: cases that are in no split, so that nobody is on both sides of a
            hold-out.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    output: str
    split_id: str
    seed: int
    n_cases: int
    n_patients: int
    n_without_patient: int
    n_refused: int
    n_put_aside: int
    splits: dict[str, int]
    folds: dict[str, int]
    parts: dict[str, PartCounts]
    notes: list[str]
    warnings: list[str]
