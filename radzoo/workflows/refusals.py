"""How many cases may be refused before a result would mean little."""

from collections.abc import Sequence
from typing import Final

from radzoo.core.case import Refused
from radzoo.core.errors import RefusedError
from radzoo.data.refusal import describe_reason

HINTS: Final = {
    "not-hounsfield": "leave --window out: it is for CT in Hounsfield units alone",
    "no-volume": "--data-format dicom-series takes the slices of a DICOM series as one volume; "
    "radzoo list --dimensions 2 shows models for images",
    "volume": "radzoo list --dimensions 3 shows models for volumes; radzoo data prepare takes "
    "them with --slices",
}


def check_refused(refused: Sequence[Refused], total: int, *, allowed: float) -> tuple[str, ...]:
    """Return a warning if cases were refused.

    Args:
        refused: those that were.
        total: number of all cases, refused ones among them.
        allowed: share that may be refused, 0 to 1; that all are is never allowed.

    Raises:
        RefusedError: if more were refused.
    """
    if not refused:
        return ()
    first = refused[0]
    message = f"{len(refused)} of {total} cases were refused, first {first.case_id}: {first.reason}"
    if len(refused) > allowed * total or len(refused) == total:
        raise RefusedError(
            message,
            id="too-many-refused",
            hint=_hint(refused, allowed),
        )
    return (message,)


def _hint(refused: Sequence[Refused], allowed: float) -> str:
    """Say what to do: of a reason that all share, what helps against it."""
    for code, hint in HINTS.items():
        if {one.reason for one in refused} == {describe_reason(code)}:
            return hint
    return f"mend or remove them, or allow more than {allowed:.0%} with --max-refused"
