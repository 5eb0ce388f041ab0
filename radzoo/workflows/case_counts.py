"""Are there enough cases to learn from?"""

from collections.abc import Iterator, Sequence
from typing import Literal

from radzoo.core.case import Case, Manifest

TOO_FEW = 10
PURPOSES: dict[Literal["train", "val"], str] = {
    "train": "to learn from",
    "val": "to choose the best epoch by",
}
Reads = Literal["labels", "class", "number", "times", "mask"]


def warn_of_few(manifest: Manifest, reads: Reads = "labels") -> tuple[str, ...]:
    """Say where training or validation has too few cases of something.

    The test split is judged by the evaluation itself.

    Args:
        manifest: cases with their splits.
        reads: what a task reads of them; see `Task.reads`.
    """
    warnings = [_judge(manifest, split, purpose, reads) for split, purpose in PURPOSES.items()]
    return tuple(warning for warning in (*warnings, _say_untaught(manifest, reads)) if warning)


def find_untaught(cases: Sequence[Case], labels: Sequence[str]) -> tuple[str, ...]:
    """Return the findings that not both some and other training cases have."""
    return tuple(
        label for label in labels if not {0.0, 1.0} <= {case.targets.get(label) for case in cases}
    )


def _judge(manifest: Manifest, split: Literal["train", "val"], purpose: str, reads: Reads) -> str:
    """Name what a split has too few of; nothing if there is enough."""
    cases = manifest.of(split).cases
    few = [said for label in manifest.labels for said in _few(manifest, cases, label, reads)]
    events = sum(case.event == 1 for case in cases)
    if reads == "times" and events < TOO_FEW:
        few = [f"{events} with the event of {len(cases)}"]
    if not few:
        return ""
    return (
        f"{split} has too few cases {purpose}, so another seed may give quite another result: "
        + ", ".join(few)
    )


def _few(manifest: Manifest, cases: Sequence[Case], label: str, reads: Reads) -> Iterator[str]:
    values = [case.targets.get(label) for case in cases]
    if reads == "labels":
        present, absent = values.count(1.0), values.count(0.0)
        if min(present, absent) < TOO_FEW:
            yield f"{label} ({present} with, {absent} without)"
    elif reads == "class":
        for at, name in enumerate(manifest.classes.get(label, ())):
            if (n := values.count(float(at))) < TOO_FEW:
                yield f"{name} ({n})"
    elif reads == "number":
        known = len(values) - values.count(None)
        if known < TOO_FEW:
            yield f"{label} ({known})"


def _say_untaught(manifest: Manifest, reads: Reads) -> str:
    untaught = find_untaught(manifest.of("train").cases, manifest.labels)
    if reads != "labels" or not untaught:
        return ""
    return (
        f"nothing can be learnt of {', '.join(untaught)}: all labelled training cases have the "
        "same value, so that no score of it is given"
    )
