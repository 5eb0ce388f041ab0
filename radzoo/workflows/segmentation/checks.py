"""Do the masks hold what was declared, and anything at all?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import InputError
from radzoo.core.segmentation import ALL, Structure, say_structures
from radzoo.data.prepared import Prepared, PreparedVolumes

SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """The numbers in some masks.

    Attributes:
        numbers: of each case, which numbers but 0 it has, and how often.
        whose: what these cases are, for messages.
    """

    numbers: Mapping[str, Mapping[int, int]]
    whose: str


def check_masks(prepared: Prepared | PreparedVolumes, structures: Sequence[Structure]) -> None:
    """Look at every mask that was prepared.

    Raises:
        InputError: if one holds a number that was not declared, or no training mask holds any
            structure.
    """
    seen = count_numbers(prepared)
    check_seen(Seen(seen, "cases"), structures)
    training = [case.case_id for case in prepared.cases if case.split == "train"]
    if training and not any(seen[name] for name in training):
        raise InputError(
            f"the masks of all {len(training)} training cases are background throughout",
            id="empty-masks",
            hint="are these the right masks, and the right numbers?",
        )


def check_seen(seen: Seen, structures: Sequence[Structure]) -> None:
    """Refuse numbers that were not declared.

    Raises:
        InputError: naming them and how many cases have them.
    """
    declared = {one.number for one in structures}
    if ALL in declared:
        return
    strange = sorted({number for one in seen.numbers.values() for number in one} - declared)
    if not strange:
        return
    with_one = [case for case, one in seen.numbers.items() if strange[0] in one]
    others = f" (and {len(strange) - 1} other numbers)" if len(strange) > 1 else ""
    raise InputError(
        f"the masks of {len(with_one)} of {len(seen.numbers)} {seen.whose} hold the number "
        f"{strange[0]}{others}, which was not declared; declared are {say_structures(structures)}",
        id="undeclared-number",
        hint=f"add {', '.join(f'{number}=NAME' for number in strange[:SHOWN])} to --structures, or "
        "give one name for all that is not 0",
    )


def count_numbers(prepared: Prepared | PreparedVolumes) -> dict[str, dict[int, int]]:
    """Return which numbers but 0 each prepared mask has, and how often; one at a time is read."""
    assert prepared.masks is not None
    found = {}
    for case, row in zip(prepared.cases, prepared.rows, strict=True):
        found[case.case_id] = count_labels(prepared.masks[row])
    return found


def count_labels(labels: NDArray[np.uint16]) -> dict[int, int]:
    """Return the numbers but 0 in one mask, and how often each is there."""
    counts = np.bincount(np.asarray(labels).reshape(-1))
    return {int(number): int(counts[number]) for number in np.flatnonzero(counts) if number}
