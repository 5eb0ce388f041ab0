"""How sure a validation score can be, before anything is taught."""

import math
from collections.abc import Mapping
from typing import Final

from radzoo.core.data_report import SplitCounts
from radzoo.core.plan import DataFacts
from radzoo.workflows.case_counts import TOO_FEW

SUPPOSED_AUROC: Final = 0.85
WIDE: Final = 0.1
Z: Final = 1.959964
FEW_TO_LEARN_FROM: Final = 50


def half_width(n_positive: int, n_negative: int, *, auroc: float = SUPPOSED_AUROC) -> float:
    """Return half of the 95 % interval that an AUROC of this height will have.

    References:
        Hanley JA, McNeil BJ. The meaning and use of the area under a receiver operating
        characteristic (ROC) curve. Radiology 1982;143:29-36. Equation 2.
    """
    if not n_positive or not n_negative:
        return 1.0
    one, two = auroc / (2 - auroc), 2 * auroc**2 / (1 + auroc)
    variance = (
        auroc * (1 - auroc)
        + (n_positive - 1) * (one - auroc**2)
        + (n_negative - 1) * (two - auroc**2)
    ) / (n_positive * n_negative)
    return Z * math.sqrt(variance)


def warn_of_lottery(facts: DataFacts, *, have: str = "have") -> list[str]:
    """Say for which labels validation is too small to tell one epoch from another.

    Labels with fewer than `TOO_FEW` cases are left to `case_counts`, which says so anyway.

    Args:
        facts: counts of findings or classes.
        have: what cases do with them, for the message.
    """
    return [
        f"{counts.n_positive} of {counts.n} validation cases {have} {label}: at an AUROC of "
        f"{SUPPOSED_AUROC} chance moves it by {width:.2f} either way, so the choice of the best "
        "epoch is a lottery"
        for label, counts in _of("val", facts).items()
        if _rarer(counts) >= TOO_FEW
        and (width := half_width(counts.n_positive, counts.n - counts.n_positive)) > WIDE
    ]


def advise_strategy(facts: DataFacts) -> list[str]:
    """Propose a linear probe where there is little to learn from."""
    train = _of("train", facts)
    if not train or min(map(_rarer, train.values())) >= FEW_TO_LEARN_FROM:
        return []
    label, counts = min(train.items(), key=lambda item: _rarer(item[1]))
    return [
        f"only {_rarer(counts)} training cases of the rarer class ({label}): --strategy LP "
        "teaches the last layer alone and is hard to beat with so few"
    ]


def rarest(facts: DataFacts) -> tuple[str, SplitCounts] | None:
    """Return the label whose classes are the most uneven in train."""
    train = {label: counts for label, counts in _of("train", facts).items() if counts.n}
    if not train:
        return None
    return min(train.items(), key=lambda item: _rarer(item[1]) / item[1].n)


def _of(split: str, facts: DataFacts) -> Mapping[str, SplitCounts]:
    return {label: by[split] for label, by in facts.labels.items() if split in by}


def _rarer(counts: SplitCounts) -> int:
    return min(counts.n_positive, counts.n - counts.n_positive)
