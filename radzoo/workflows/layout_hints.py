"""What a data set may be besides what it was read as: hints at another way to read it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from radzoo.core.case import Case

SLICED: Final = frozenset({"CT", "MR", "PT"})
FEWEST_SLICES: Final = 3
LOOSE: Final = frozenset({"unlabelled", "dicom-csv", "imagefolder"})
JOINABLE: Final = frozenset({"unlabelled", "nifti", "dicom-series"})
TABLES: Final = frozenset({".csv", ".tsv", ".parquet"})


def hint_series(
    cases: Sequence[Case], answers: Sequence[Mapping[str, Any]], data_format: str
) -> tuple[str, ...]:
    """Say if single images are the slices of CT, MR or PET series.

    Args:
        cases: as they were read.
        answers: the facts of each.
        data_format: by which they were read; most formats know what they hold.
    """
    if data_format not in LOOSE:
        return ()
    series = Counter(
        case.series_id
        for case, facts in zip(cases, answers, strict=True)
        if case.series_id and facts.get("modality") in SLICED and facts.get("frames", 1) == 1
    )
    sliced = [n for n in series.values() if n >= FEWEST_SLICES]
    if not sliced:
        return ()
    whole = "one series" if len(sliced) == 1 else f"{len(sliced):,} series"
    return (
        f"{sum(sliced):,} of the images are slices of {whole} and count as a case each; "
        "--data-format dicom-series reads every series as one volume",
    )


def hint_table(data: Path, data_format: str, *, joined: bool) -> tuple[str, ...]:
    """Name the table that lies beside images without labels and was not read.

    Args:
        data: the folder.
        data_format: by which it was read.
        joined: were labels named already?
    """
    if joined or data_format not in JOINABLE or not data.is_dir():
        return ()
    tables = sorted(
        path for path in data.iterdir()
        if path.suffix.lower() in TABLES and not path.name.startswith(".") and path.is_file()
    )  # fmt: skip
    if not tables:
        return ()
    named = next((path for path in tables if "label" in path.stem.lower()), tables[0])
    return (f"{named.name} in the folder was not read; --labels {named} joins it with the images",)
