"""What a reader must know of a comparison of masks, as sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from radzoo.workflows.comparison.mask_sources import MaskSource, OfCase
from radzoo.workflows.evaluation.warnings import count_cases

# References that were placed on another grid may differ by so much.
SIZE_TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class Gap:
    """The shared cases in which a model has no value of a structure.

    Attributes:
        missed: those of them where its prediction is empty, and the reference is not.
    """

    name: str
    cases: frozenset[str]
    missed: frozenset[str]


def find_gap(name: str, source: MaskSource, label: str, without: Sequence[str]) -> Gap:
    """Return the gap of a model: the shared cases `without` a value of a structure."""
    missed = frozenset(case for case in without if (case, label) in source.missed)
    return Gap(name, frozenset(without), missed)


def warn_of_gaps(label: str, metric: str, n_cases: int, gaps: tuple[Gap, Gap]) -> list[str]:
    """Count the shared cases that are in no mean, and those that are so to a model's favour."""
    first, second = gaps
    either = first.cases | second.cases
    if not either:
        return []
    both = len(first.cases & second.cases)
    counts = [
        (len(first.cases) - both, f"of {first.name} alone"),
        (len(second.cases) - both, f"of {second.name} alone"),
        (both, "of both"),
    ]
    parts = ", ".join(f"{n} {whose}" for n, whose in counts if n)
    warnings = [
        f"{label}: {len(either)} of {n_cases} shared cases have no {metric} ({parts}): not counted."
    ]
    if first.missed or second.missed:
        misses = " and ".join(
            f"{one.name} in {count_cases(len(one.missed))}" for one in gaps if one.missed
        )
        warnings.append(
            f"{label}: missed, with an empty mask, by {misses}. These are in no mean: the "
            "difference does not punish what is missed."
        )
    return warnings


def warn_of_references(sources: Sequence[MaskSource], names: Sequence[str]) -> list[str]:
    """Notice models that were judged by other references, by their sizes."""
    warnings = []
    for name, other in zip(names[1:], sources[1:], strict=True):
        n_other = len({case for case, _ in differing(sources[0].sizes, other.sizes)})
        if n_other:
            warnings.append(
                f"The references of {names[0]} and {name} differ in size in "
                f"{count_cases(n_other)}: were both models judged by the same reference masks?"
            )
    return warnings


def differing(first: Mapping[OfCase, float], second: Mapping[OfCase, float]) -> list[OfCase]:
    """Return where two sizes are known and apart."""
    return [
        one
        for one, size in first.items()
        if one in second and abs(size - second[one]) > SIZE_TOLERANCE * max(size, second[one])
    ]


def warn_of_tolerance(metrics: Sequence[str]) -> list[str]:
    """Say that surface agreement hangs on a number that the files do not hold."""
    if "nsd" not in metrics:
        return []
    return ["nsd: needs the same tolerance in all files, which they do not say."]
