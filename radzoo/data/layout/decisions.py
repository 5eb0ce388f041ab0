"""What no layout can decide for its user: uncertain labels, readers who disagree."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from radzoo.core.errors import InputError, UsageError
from radzoo.core.registry import did_you_mean
from radzoo.data.layout.schema import State

RULES: Final = ("majority", "any", "all")
UNCERTAIN: Final[Mapping[str, State]] = {"blank": None, "positive": 1, "negative": 0}


def combine_readers(votes: Mapping[str, State], rule: str) -> State:
    """Return what readers together say of one finding.

    Args:
        votes: reader to state.
        rule: `majority` (a tie is blank), `any` or `all` of those who say anything, or the
            name of one reader.
    """
    if rule not in RULES:
        return votes.get(rule, votes.get(""))
    said = [vote for vote in votes.values() if vote is not None]
    if not said:
        return None
    counts = Counter(said)
    if len(counts) == 1:
        return said[0]
    if rule == "majority":
        (first, most), (_, second) = counts.most_common(2)
        return first if most > second else None
    if rule == "any":
        return 1 if 1 in counts else "uncertain"
    return 0 if 0 in counts else "uncertain"


def check_readers(
    images: Mapping[str, Mapping[str, Mapping[str, State]]],
    labels: Sequence[str],
    rule: str | None,
) -> str:
    """Return the rule for readers; it must be given where any of them disagree.

    Args:
        images: image to reader to label to state.
        labels: the labels that count.
        rule: what the user said.

    Raises:
        UsageError: if readers disagree and the user has not said what then.
        InputError: if the user names a reader that is not there.
    """
    readers = {reader for by_reader in images.values() for reader in by_reader} - {""}
    if rule is not None:
        if rule not in RULES and rule not in readers:
            raise InputError(
                f"no reader is called '{rule}'",
                id="unknown-reader",
                hint=did_you_mean(rule, sorted(readers))
                or f"the readers are {', '.join(sorted(readers)) or 'not named in this table'}",
            )
        return rule
    split = sum(_disagree(by_reader, labels) for by_reader in images.values())
    if split:
        raise UsageError(
            f"readers disagree about {split:,} of {len(images):,} images",
            id="undecided-readers",
            hint="say what counts: --readers majority, any or all of them, or the name of one",
        )
    return "majority"


def _disagree(by_reader: Mapping[str, Mapping[str, State]], labels: Sequence[str]) -> bool:
    if len(by_reader) < 2:
        return False
    for label in labels:
        said = {states.get(label) for states in by_reader.values()} - {None}
        if len(said) > 1:
            return True
    return False


def settle_uncertain(
    images: Mapping[str, Mapping[str, State]], labels: Sequence[str], policy: str | None
) -> tuple[dict[str, Mapping[str, float | None]], tuple[str, ...]]:
    """Return targets; uncertain labels become what the user has said.

    Raises:
        UsageError: if there are any, and the user has not said what they count as.
    """
    counts = Counter(
        label for states in images.values() for label in labels if states.get(label) == "uncertain"
    )
    if counts and policy is None:
        first, most = counts.most_common(1)[0]
        raise UsageError(
            f"{counts.total():,} labels are uncertain ({most:,} of {first}), and what they count "
            "as changes every result",
            id="undecided-uncertain",
            hint=f"say --uncertain {', '.join(UNCERTAIN)}",
        )
    settled = UNCERTAIN[policy or "blank"]
    # Thousands of images with the same findings share one mapping.
    shared: dict[tuple[float | None, ...], Mapping[str, float | None]] = {}
    targets = {}
    for name, states in images.items():
        values = tuple(_target(states.get(label), settled) for label in labels)
        targets[name] = shared.setdefault(values, dict(zip(labels, values, strict=True)))
    notes: tuple[str, ...] = ()
    if counts:
        notes = (f"{counts.total():,} uncertain labels count as {policy} (--uncertain)",)
    return targets, notes


def _target(state: State, settled: State) -> float | None:
    value = settled if state == "uncertain" else state
    return None if value is None else float(value)
