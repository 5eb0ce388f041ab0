"""Show one case of a table as a network is fed it: a region is cut out as it will be learnt."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Case
from radzoo.core.decoding import Decoding
from radzoo.core.errors import InputError
from radzoo.core.registry import did_you_mean
from radzoo.data.guard import Answer, Guard
from radzoo.data.load import DataOptions, load_manifest
from radzoo.data.prepared import Working, WorkingVolume
from radzoo.data.prepared.form import Form
from radzoo.data.refusal import describe_numbers, describe_reason
from radzoo.workflows.preview import Preview


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
        form: Form = flat
        answer = guard.ask(flat.request(case))
        if answer.refused in ("volume", "multi-frame", "no-image"):
            form, answer = deep, guard.ask(deep.request(case))
    picture = read_picture(form, answer, size)
    if picture is None:
        code = answer.refused or "undecodable"
        detail = describe_numbers(code, answer.numbers)
        raise InputError(
            f"{case.case_id} cannot be shown: {describe_reason(code)}{detail and f' ({detail})'}",
            id="no-preview",
            hint="radzoo data describe says which cases are refused, and why",
        )
    return Preview(case.path, facts_of(case, decoding, size), picture)


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


def read_picture(form: Form, answer: Answer, size: int) -> NDArray[np.uint8] | None:
    """Return what came as grey values of 8 bits; None if nothing did."""
    kept = None if answer.refused else form.keep(answer)
    if kept is None:
        return None
    values = np.frombuffer(kept.parts[0], "<u2").reshape(-1, size, size)
    middle = values[len(values) // 2]
    grey: NDArray[np.uint8] = (middle >> 8).astype(np.uint8)
    return grey


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
