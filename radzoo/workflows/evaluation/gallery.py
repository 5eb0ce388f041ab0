"""The cases that a model got most wrong, and how they look: never whose they are."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Case
from radzoo.core.gallery import GalleryItem
from radzoo.core.predictions import Predictions
from radzoo.core.report import EvalReport, OperatingPoint
from radzoo.core.window import Window

if TYPE_CHECKING:
    from radzoo.data.guard import Guard
    from radzoo.data.prepared.form import Form

MOST = 6
LONGEST = 256
BURNED_IN = "no picture: its header says that text is burned into it"
IN_SIGHT = "its header says that text is burned into it: look before you pass it on"
UNKNOWN = "nobody says whether text is burned into the picture: look before you pass it on"


@dataclass(frozen=True, slots=True)
class Failure:
    """A case on the wrong side; who it is stays here, what may be shown is in `item`."""

    case_id: str
    item: GalleryItem


@dataclass(frozen=True, slots=True)
class Pictures:
    """Where the pictures of cases are found.

    Attributes:
        cases: those of the data that were scored, by case id.
        window: in Hounsfield units, if the images were read through one.
        burned_in: are pictures wanted whose header says that text is burned into them?
        form: what a network is fed, to show regions as it saw them; None = whole images.
    """

    cases: Mapping[str, Case] = field(default_factory=dict)
    window: Window | None = None
    burned_in: bool = False
    form: "Form | None" = None


def make_gallery(
    predictions: Predictions,
    report: EvalReport,
    *,
    pictures: Pictures | None = None,
    with_ids: bool = False,
    most: int = MOST,
) -> list[GalleryItem]:
    """Return the worst false positives and false negatives of each label, the worst first.

    Args:
        predictions: what the report is about.
        report: says which threshold each label is judged at.
        pictures: where pictures are found; None = none are shown.
        with_ids: may cases be called by their case id? Else by their place in its order.
        most: how many of each label and kind.
    """
    failures = pick_failures(predictions, report.operating_points, with_ids=with_ids, most=most)
    if pictures is None or not failures:
        return [failure.item for failure in failures]
    return add_pictures(failures, pictures)


def pick_failures(
    predictions: Predictions, points: Iterable[OperatingPoint], *, with_ids: bool, most: int
) -> list[Failure]:
    """Return the cases whose score lies furthest on the wrong side of the threshold."""
    if predictions.form != "labels":
        return []
    order = np.array(sorted(range(len(predictions.case_ids)), key=predictions.case_ids.__getitem__))
    failures = []
    for point in points:
        if point.label not in predictions.labels:
            continue
        column = predictions.labels.index(point.label)
        targets = predictions.targets[order, column]
        scores = predictions.scores[order, column]
        wrong = {
            "false positive": (targets == 0) & (scores >= point.threshold),
            "false negative": (targets == 1) & (scores < point.threshold),
        }
        for kind, rows in wrong.items():
            far = -scores if kind == "false positive" else scores
            for place in furthest(rows, far, most):
                case_id = predictions.case_ids[order[place]]
                item = GalleryItem(
                    name=case_id if with_ids else f"case {place + 1}",
                    label=point.label,
                    kind="false positive" if kind == "false positive" else "false negative",
                    score=float(scores[place]),
                    target=float(targets[place]),
                    threshold=point.threshold,
                )
                failures.append(Failure(case_id, item))
    return failures


def furthest(rows: NDArray[np.bool_], key: NDArray[np.float64], most: int) -> list[int]:
    """Return the chosen places with the lowest key; of equals the first."""
    places = np.flatnonzero(rows)
    chosen: list[int] = places[np.argsort(key[places], kind="stable")[:most]].tolist()
    return chosen


def add_pictures(failures: Sequence[Failure], pictures: Pictures) -> list[GalleryItem]:
    """Decode the picture of each case behind the guard; one that cannot be shown gets a note."""
    from radzoo.data.guard import Guard

    with Guard(1) as guard:
        seen = {
            case_id: look(guard, pictures.cases.get(case_id), pictures)
            for case_id in dict.fromkeys(failure.case_id for failure in failures)
        }
    return [
        replace(failure.item, png=seen[failure.case_id][0], note=seen[failure.case_id][1])
        for failure in failures
    ]


def look(guard: "Guard", case: Case | None, pictures: Pictures) -> tuple[bytes | None, str | None]:
    """Return the picture of a case as a PNG file, and what must be said of it."""
    from radzoo.data.guard import Request
    from radzoo.data.refusal import describe_reason

    if case is None:
        return None, "no picture: the data do not hold this case"
    # Of a series the middle file by name, which need not be the middle slice.
    path = sorted(case.files)[len(case.files) // 2]
    header = guard.ask(Request("header", path)).fields.get("header", {})
    said = header.get("burned_in", "")
    if said == "YES" and not pictures.burned_in:
        return None, BURNED_IN
    picture, code = _picture(guard, case, path, pictures)
    if picture is None:
        return None, f"no picture: {describe_reason(code or 'undecodable')}"
    return write_png(picture), {"NO": None, "YES": IN_SIGHT}.get(said, UNKNOWN)


def _picture(
    guard: "Guard", case: Case, path: Path, pictures: Pictures
) -> tuple[NDArray[np.uint8] | None, str | None]:
    """Return the picture of a case, its region if it has one, or the code of why there is none."""
    from radzoo.data.guard import Request

    if case.region is not None and pictures.form is not None:
        from radzoo.workflows.evaluation.region_picture import picture_region

        seen = picture_region(guard, case, pictures.form)
        return (seen, None) if isinstance(seen, np.ndarray) else (None, seen.refused)
    member = "" if case.parts else case.member
    answer = guard.ask(Request("preview", path, member, size=LONGEST, window=pictures.window))
    high, wide = answer.fields.get("high", 0), answer.fields.get("wide", 0)
    code = answer.refused or (None if 0 < len(answer.body) == high * wide else "undecodable")
    if code is not None:
        return None, code
    return np.frombuffer(answer.body, np.uint8).reshape(high, wide), None


def write_png(picture: NDArray[np.uint8]) -> bytes:
    """Return grey pixels as a PNG file, without anything else in it."""
    from PIL import Image as Pillow

    file = io.BytesIO()
    Pillow.fromarray(picture).save(file, "PNG", optimize=True)
    return file.getvalue()
