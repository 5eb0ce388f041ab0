"""Reading the cases of `reference/`, and comparing what was found with what is wanted."""

import csv
import json
import math
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.sample import make_sample

REPOSITORY = Path(__file__).parent.parent.parent
REFERENCE = Path(
    os.environ.get("RADZOO_REAL_DATA", REPOSITORY.parent / "shared" / "data")
) / "reference"  # fmt: skip

Found = dict[str, object]
Check = Callable[[Mapping], Found]


@dataclass(frozen=True)
class Data:
    targets: np.ndarray
    scores: np.ndarray
    patients: list[str] | None = None

    @property
    def sample(self):
        return make_sample(self.targets, self.scores, patients=self.patients)


@cache
def table(name: str) -> list[dict[str, str]]:
    with (REFERENCE / "data" / name).open(newline="") as file:
        return list(csv.DictReader(file))


def read(name: str, score: str, *, target: str = "y", cluster: str | None = None) -> Data:
    rows = [row for row in table(name) if row[score] not in ("", "NA")]
    return Data(
        np.array([float(row[target]) for row in rows]),
        np.array([float(row[score]) for row in rows]),
        [row[cluster] for row in rows] if cluster else None,
    )


def given(compute: Callable[[], object]) -> object:
    """The value, or None where radzoo says that it does not exist."""
    try:
        return compute()
    except UndefinedMetricError:
        return None


def load_cases() -> list[dict]:
    """Every case of every file, none left out."""
    if not REFERENCE.is_dir():
        return []
    files = sorted((REFERENCE / "json").glob("*.json"))
    return [case for file in files for case in json.loads(file.read_text())["cases"]]


def number(value: object) -> float:
    return {"Inf": math.inf, "-Inf": -math.inf, None: math.nan}.get(value, value)


def compare(found: object, wanted: object, tolerance: Mapping, path: str) -> None:
    """Assert that what was found is what is wanted, within the tolerance."""
    if isinstance(found, dict):
        for name, value in found.items():
            compare(value, wanted[name], tolerance, f"{path}.{name}")
    elif isinstance(found, list):
        for at, (one, other) in enumerate(zip(found, wanted, strict=True)):
            compare(one, other, tolerance, f"{path}[{at}]")
    elif wanted is None:
        assert found is None, f"{path}: must not be estimable"
    else:
        assert found is not None, f"{path}: {wanted} was not found"
        allowed = tolerance.get("abs", tolerance.get("rel", 0) * abs(number(wanted)))
        same = found == number(wanted) or abs(found - number(wanted)) <= allowed
        assert same, f"{path}: {found} instead of {wanted}"


def find_missing(found: object, wanted: object, path: str, left_out: Iterable[str]) -> list[str]:
    """Return the keys of a result that were neither computed nor left out for a reason."""
    if isinstance(wanted, list) and isinstance(found, list):
        pairs = zip(found, wanted, strict=False)
        return [gap for one, other in pairs for gap in find_missing(one, other, path, left_out)]
    if not isinstance(wanted, dict):
        return []
    missing = []
    for name, value in wanted.items():
        here = f"{path}.{name}"
        if any(fnmatchcase(here, pattern) for pattern in left_out):
            continue
        if isinstance(found, dict) and name in found:
            missing += find_missing(found[name], value, here, left_out)
        else:
            missing.append(here)
    return list(dict.fromkeys(missing))
