"""What is said of the cases, turned into numbers that a simple model can use.

Numbers are cut at their quintiles and words become one indicator each, so that a linear model
can follow any course of a column; that something is not said is told, too.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from radzoo.checks.subject import Rows, Subject
from radzoo.core.plugins import Matrix, Vector

FREE_TEXT: Final = ("series_description", "study_description", "file_name")
"""What people typed: it may hold names. A word of it is named only if `is_sayable`."""
PLACES: Final = ("site", "scanner", "station", "department", "manufacturer", "model", "source")
"""Where, and by which machine, an image was taken."""
PERSON: Final = ("sex", "age", "race", "ethnicity")
GEOMETRY: Final = ("rows", "columns", "pixel_spacing", "imager_pixel_spacing", "slice_thickness")
ACQUISITION: Final = (
    *PLACES, *GEOMETRY, "view", "position", "portable", "priority", "hour", "kvp", "exposure",
    "exposure_time", "modality", "sop_class", "body_part", "software", "bits_stored",
    "photometric", "transfer_syntax", "lossy", "window", "voi_lut", "pixel_padding",
    "pixel_representation", "rescale_slope", "rescale_intercept", "presentation_intent",
    "patient_orientation", "image_orientation", "laterality", "burned_in", "frames", "colours",
    "jpeg_tables", "jpeg_process", "interlaced",
)  # fmt: skip
"""How an image was taken and stored."""
NUMBER_SHARE: Final = 0.9
FEWEST_VALUES: Final = 6
BINS: Final = 5
MOST_LEVELS: Final = 30
FEWEST_PATIENTS: Final = 5
IDENTIFYING: Final = re.compile(r"\d{4}|\^|@|\d+[-/.]\d+[-/.]\d+")


@dataclass(frozen=True, slots=True)
class Encoded:
    """Columns as numbers.

    Attributes:
        inputs: `(n_cases, k)`, 0 or 1, no NaN.
        parts: name of each column to the inputs that it became.
    """

    inputs: Matrix
    parts: Mapping[str, slice]


def encode(subject: Subject, names: Sequence[str], rows: Rows | None = None) -> Encoded:
    """Turn those of the columns that are there and vary into indicators.

    Args:
        subject: whose columns.
        names: of columns; missing ones are passed over.
        rows: the cases among which they must vary; None = all.
    """
    blocks: list[Matrix] = []
    parts: dict[str, slice] = {}
    width = 0
    for name in names:
        block = indicators(subject, name, rows) if name in subject.columns else None
        if block is not None:
            parts[name] = slice(width, width + block.shape[1])
            width += block.shape[1]
            blocks.append(block)
    return Encoded(np.concatenate(blocks, axis=1) if blocks else np.zeros((subject.n, 0)), parts)


def indicators(subject: Subject, name: str, rows: Rows | None = None) -> Matrix | None:
    """Return `(n_cases, k)` indicators of a column; None if it says the same of all cases."""
    words = np.array(subject.columns[name])
    chosen = np.arange(subject.n) if rows is None else rows
    numbers = as_numbers(subject.columns[name])
    if numbers is not None and len(np.unique(numbers[chosen])) > FEWEST_VALUES:
        said = numbers[chosen][~np.isnan(numbers[chosen])]
        inner = np.unique(np.quantile(said, np.arange(1, BINS) / BINS))
        groups = np.where(np.isnan(numbers), -1, np.searchsorted(inner, numbers, side="right"))
        block = groups[:, None] == np.unique(groups[chosen])[None]
    else:
        kept = [level for level, _ in levels(subject, name, chosen)]
        block = words[:, None] == np.array(kept, dtype=words.dtype)[None]
    varied = block[chosen].any(axis=0) & ~block[chosen].all(axis=0)
    return block[:, varied].astype(np.float64) if varied.any() else None


def levels(subject: Subject, name: str, rows: Rows) -> list[tuple[str, Rows]]:
    """Return the words that are said of at least five patients, with their cases, most first.

    Blank is one of them; rarer words are left to have no indicator. At most 30 are returned.
    """
    words = np.array(subject.columns[name])[rows]
    found: list[tuple[str, Rows]] = []
    for word, count in Counter(words.tolist()).most_common():
        if count < FEWEST_PATIENTS or len(found) == MOST_LEVELS:
            break
        mine = rows[words == word]
        if len(np.unique(subject.owners[mine])) >= FEWEST_PATIENTS:
            found.append((word, mine))
    return found


def as_numbers(words: Sequence[str]) -> Vector | None:
    """Return numbers, NaN where nothing is said; None if the words are no numbers.

    Of several in one word, such as a spacing of rows and columns, the first counts.
    """
    said = [word for word in words if word]
    parsed = {word: first_number(word) for word in set(said)}
    good = sum(parsed[word] is not None for word in said)
    if not said or good < NUMBER_SHARE * len(said):
        return None
    values = (parsed.get(word) for word in words)
    return np.array([np.nan if one is None else one for one in values], dtype=np.float64)


def first_number(word: str) -> float | None:
    """Return the first number of a word that begins with one."""
    try:
        value = float(word.split()[0])
    except (ValueError, IndexError):
        return None
    return value if np.isfinite(value) else None


def is_sayable(word: str, n_patients: int) -> bool:
    """May a word that somebody typed be shown? Not if it is rare or shaped like an identifier."""
    return n_patients >= FEWEST_PATIENTS and not IDENTIFYING.search(word)


def some_rows(subject: Subject, positive: Vector, most: int, rows: Rows | None = None) -> Rows:
    """Return all cases with an answer, or so many whole patients as make up about `most`.

    Patients with a rare answer are drawn first, up to half of the cases: AUROC does not depend
    on how many there are of each.
    """
    chosen = np.arange(subject.n) if rows is None else rows
    chosen = chosen[~np.isnan(positive[chosen])]
    if len(chosen) <= most:
        return chosen
    owners, place, sizes = np.unique(
        subject.owners[chosen], return_inverse=True, return_counts=True
    )
    share = np.bincount(place, positive[chosen]) / sizes
    rare = share >= 0.5 if positive[chosen].mean() < 0.5 else share < 0.5
    rare |= (share > 0) & (share < 1)
    order = np.random.default_rng(subject.seed).permutation(len(owners))
    first = upto(order[rare[order]], sizes, most // 2)
    taken = np.zeros(len(owners), dtype=bool)
    taken[first] = True
    rest = order[~rare[order]]
    taken[upto(rest, sizes, most - int(sizes[first].sum()))] = True
    return chosen[taken[place]]


def upto(order: Rows, sizes: Rows, most: int) -> Rows:
    """Return the first of these patients who together have at most so many cases."""
    return order[np.cumsum(sizes[order]) <= most]


def linear(strength: float = 0.1) -> Callable[[], Any]:
    """Return what makes a logistic model with a ridge of `1 / strength`, inputs scaled."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def make() -> Any:
        model = LogisticRegression(C=strength, solver="newton-cholesky", max_iter=50, tol=1e-3)
        return make_pipeline(StandardScaler(), model)

    return make


def in_parts(rows: Rows, at_once: int) -> Iterator[Rows]:
    """Give rows a part at a time."""
    for start in range(0, len(rows), at_once):
        yield rows[start : start + at_once]
