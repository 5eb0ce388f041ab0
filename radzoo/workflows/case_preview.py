"""Show one case of a table as a network is fed it: a region is cut out as it will be learnt."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Case
from radzoo.core.decoding import Decoding
from radzoo.core.errors import InputError
from radzoo.core.registry import did_you_mean
from radzoo.core.window import Window
from radzoo.data.guard import Answer, Guard, Request
from radzoo.data.load import DataOptions, load_manifest
from radzoo.data.prepared import Working, WorkingVolume
from radzoo.data.refusal import describe_numbers, describe_reason
from radzoo.data.region import needs_mask
from radzoo.workflows.evaluation.region_picture import picture_region
from radzoo.workflows.preview import Preview

DEEP: Final = ("volume", "multi-frame", "no-image")
"""What is said of files that hold a volume, where an image was asked for."""
LONGEST: Final = 512
"""Pixels of the longer edge of a whole image."""
WHITE: Final = 255


def preview_case(
    table: Path, case_id: str, options: DataOptions, decoding: Decoding, *, size: int
) -> Preview:
    """Decode one case of a data set as `finetune` would; of a volume the middle slice is shown.

    Args:
        table: a manifest, or any data set.
        case_id: which case; of several regions of one image each has its own.
        options: how the data are read; `region` says what part of an image counts.
        decoding: window, exactness, and how much is seen around a region.
        size: rows and columns of the picture.

    Raises:
        InputError: if there is no such case, or it is refused; the message says why.
    """
    case = find_case(table, case_id, options)
    flat = Working(size, exact=decoding.exact, window=decoding.window, framing=decoding.framing)
    deep = WorkingVolume((size, size, size), window=decoding.window, framing=decoding.framing)
    with Guard(1) as guard:
        seen = picture_region(guard, case, flat)
        if isinstance(seen, Answer) and seen.refused in DEEP:
            seen = picture_region(guard, case, deep)
        whole = picture_around(guard, case, decoding.window)
    if isinstance(seen, Answer):
        code = seen.refused or "undecodable"
        detail = describe_numbers(code, seen.numbers)
        raise InputError(
            f"{case.case_id} cannot be shown: {describe_reason(code)}{detail and f' ({detail})'}",
            id="no-preview",
            hint="radzoo data describe says which cases are refused, and why",
        )
    return Preview(case.path, facts_of(case, decoding, size), seen, whole=whole)


def picture_around(guard: Guard, case: Case, window: Window | None) -> NDArray[np.uint8] | None:
    """Return the whole image, of a volume a slice, with a frame around the region of the case.

    None where the case has no region, or the image cannot be shown.
    """
    if case.region is None:
        return None
    answer = guard.ask(
        Request(
            "preview",
            case.path,
            case.member,
            LONGEST,
            window=window,
            parts=case.parts,
            region=case.region,
            mask=case.mask if needs_mask(case, masked=False) else None,
            mask_member=case.mask_member,
        )
    )
    high, wide, box = (answer.fields.get(name) for name in ("high", "wide", "box"))
    if answer.refused or not (high and wide and box) or len(answer.body) != high * wide:
        return None
    picture = np.frombuffer(answer.body, np.uint8).reshape(high, wide).copy()
    return put_frame(picture, box)


def put_frame(picture: NDArray[np.uint8], box: Sequence[float]) -> NDArray[np.uint8]:
    """Draw a white line, between black ones, around a part of a picture.

    Args:
        picture: `(rows, columns)`; it is changed.
        box: upper, lower, left and right edge, as shares of the picture.
    """
    edges = [round(share * picture.shape[place // 2]) for place, share in enumerate(box)]
    upper, lower, left, right = edges
    for out, grey in ((3, 0), (2, WHITE), (1, 0)):
        last_row, last_column = (side - 1 for side in picture.shape)
        top, bottom = max(0, upper - out), min(last_row, lower - 1 + out)
        first, last = max(0, left - out), min(last_column, right - 1 + out)
        picture[[top, bottom], first : last + 1] = grey
        picture[top : bottom + 1, [first, last]] = grey
    return picture


def find_case(table: Path, case_id: str, options: DataOptions) -> Case:
    """Return the case of that name.

    Raises:
        InputError: if there is none.
    """
    cases = {case.case_id: case for case in load_manifest(table, options=options).cases}
    if case_id in cases:
        return cases[case_id]
    raise InputError(
        f"{table} has no case called {case_id}",
        id="unknown-case",
        hint=did_you_mean(case_id, list(cases)) or f"the first is {next(iter(cases), 'none')}",
    )


def facts_of(case: Case, decoding: Decoding, size: int) -> dict[str, Any]:
    """Return what is shown beside the picture."""
    region = case.region
    numbers = " ".join(f"{number:g}" for number in region.numbers) if region else ""
    return {
        "rows": size,
        "columns": size,
        "region": "the whole image" if region is None else f"{region.kind} {numbers}".strip(),
        "decoded": str(decoding),
    }
