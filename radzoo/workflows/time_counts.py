"""Count how long cases were watched, and how many of them had the event."""

from collections.abc import Sequence
from statistics import median

from radzoo.core.case import SPLITS, Case
from radzoo.core.data_report import SplitTimes, TimeCounts


def count_times(cases: Sequence[Case]) -> TimeCounts | None:
    """Count the times of all cases and of each split; None if no case has one."""
    whole = _count(cases)
    if whole is None:
        return None
    parts = {split: [case for case in cases if case.split == split] for split in SPLITS}
    return TimeCounts(
        **whole.model_dump(),
        n_unknown=len(cases) - whole.n,
        by_split={split: _count(part) for split, part in parts.items() if part},
    )


def _count(cases: Sequence[Case]) -> SplitTimes | None:
    known = [case for case in cases if case.time is not None and case.event is not None]
    times = [case.time for case in known if case.time is not None]
    if not times:
        return None
    return SplitTimes(
        n=len(times),
        n_events=sum(case.event == 1 for case in known),
        shortest=min(times),
        median=median(times),
        longest=max(times),
    )
