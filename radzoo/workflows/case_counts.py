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
    return tuple(
        warning
        for label in manifest.labels
        for split, purpose in PURPOSES.items()
        for warning in _judge(manifest, label, split, purpose)
    )


def _judge(
    manifest: Manifest, label: str, split: Literal["train", "val"], purpose: str
) -> list[str]:
    values = [case.targets.get(label) for case in manifest.of(split).cases]
    present, absent = values.count(1.0), values.count(0.0)
    if min(present, absent) >= TOO_FEW:
        return []
    return [
        f"{split} has {present} cases with '{label}' and {absent} without: too few {purpose}, so "
        "another seed may give quite another result"
    ]
