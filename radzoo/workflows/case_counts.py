"""Are there enough cases to learn from?"""

from typing import Literal

from radzoo.core.case import Manifest

TOO_FEW = 10
PURPOSES: dict[Literal["train", "val"], str] = {
    "train": "to learn from",
    "val": "to choose the best epoch by",
}


def warn_of_few(manifest: Manifest) -> tuple[str, ...]:
    """Say where training or validation has too few cases with, or without, a finding.

    The test split is judged by the evaluation itself.
    """
    warnings = (_judge(manifest, split, purpose) for split, purpose in PURPOSES.items())
    return tuple(warning for warning in warnings if warning)


def _judge(manifest: Manifest, split: Literal["train", "val"], purpose: str) -> str:
    """Name the labels of a split that have too few; nothing if all have enough."""
    cases = manifest.of(split).cases
    few = []
    for label in manifest.labels:
        values = [case.targets.get(label) for case in cases]
        present, absent = values.count(1.0), values.count(0.0)
        if min(present, absent) < TOO_FEW:
            few.append(f"{label} ({present} with, {absent} without)")
    if not few:
        return ""
    return (
        f"{split} has too few cases {purpose}, so another seed may give quite another result: "
        + ", ".join(few)
    )
