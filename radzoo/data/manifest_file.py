"""Writing a manifest, so that the `csv` preset reads the same cases again."""

import os
from pathlib import Path
from typing import Final

from radzoo.core import delimited, parquet
from radzoo.core.case import Case, Manifest
from radzoo.core.publish import publish
from radzoo.data.region_columns import write_regions
from radzoo.data.split.stamp import COLUMN as STAMP
from radzoo.data.split.stamp import stamp
from radzoo.data.targets import write_classes

GROUPS: Final = ("site", "scanner", "sex", "age", "view", "date", "fold")
KNOWN: Final = ("patient_id", "study_id", "series_id", "split")


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write the cases as CSV, or as Parquet if `path` is called so.

    Paths are written relative to the manifest; a row of an archive as `archive.npz::row`.
    Columns that would be empty throughout are left out. Splits and folds are stamped, so that
    a reader can tell whether they are still as they were written.

    Raises:
        EnvironmentFailure: if it cannot be written.
    """
    columns: dict[str, list[str | float]] = {
        "case_id": [case.case_id for case in manifest.cases],
        "path": [_place(case, path.parent) for case in manifest.cases],
        "mask": [_place_mask(case, path.parent) for case in manifest.cases],
        **write_regions(manifest.cases),
        **{name: [str(getattr(case, name) or "") for case in manifest.cases] for name in KNOWN},
    }
    for label in manifest.labels:
        columns[f"target:{label}"] = _targets(manifest, label)
    for name in ("time", "event"):
        known = (getattr(case, name) for case in manifest.cases)
        columns[name] = ["" if value is None else _number(value) for value in known]
    for name in GROUPS:
        columns[name] = [case.groups.get(name, "") for case in manifest.cases]
    for name in dict.fromkeys(name for case in manifest.cases for name in case.covariates):
        columns.setdefault(name, [case.covariates.get(name, "") for case in manifest.cases])
    columns[STAMP] = [stamp(manifest.cases)] * len(manifest.cases)
    filled = {name: cells for name, cells in columns.items() if any(cell != "" for cell in cells)}
    is_parquet = path.suffix.lower() in (".parquet", ".pq")
    write = parquet.write_columns if is_parquet else delimited.write_columns
    publish(path, lambda partial: write(partial, filled))


def _place(case: Case, folder: Path) -> str:
    """Return the path of a case as the manifest's reader will find it."""
    return _relative(case.path, case.member, folder)


def _place_mask(case: Case, folder: Path) -> str:
    return _relative(case.mask, case.mask_member, folder) if case.mask else ""


def _relative(path: Path, member: str, folder: Path) -> str:
    place = Path(os.path.relpath(path.absolute(), folder.absolute())).as_posix()
    return f"{place}::{member}" if member else place


def _targets(manifest: Manifest, label: str) -> list[str | float]:
    """Return a label's values as numbers; as words if those are read back as the same."""
    values = [case.targets.get(label) for case in manifest.cases]
    names = manifest.classes.get(label, ())
    if write_classes(names, {value for value in values if value is not None}):
        return ["" if value is None else names[int(value)] for value in values]
    return ["" if value is None else _number(value) for value in values]


def _number(value: float) -> str:
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)
