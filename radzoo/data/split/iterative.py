"""Iterative stratification: parts in which every label is about as common as in the whole.

References:
    Sechidis K, Tsoumakas G, Vlahavas I. On the Stratification of Multi-label Data. ECML PKDD
    2011, LNCS 6913: 145-158. Algorithm 1.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

from radzoo.data.split.rank import rank

PASSES: Final = 5
ANY: Final = ""  # stands for "is a unit" among the labels
LEAST_GAIN: Final = 1e-9


def stratify(
    labels: Mapping[str, Collection[str]], parts: Mapping[str, float], *, seed: int
) -> dict[str, str]:
    """Give every unit a part, the rarest label first.

    A unit goes to the part that lacks most of the label; among equals to the part that
    lacks most units; among equals by chance. Units without a label fill up the parts. At the
    end `even_out` mends what the algorithm leaves of the common labels. The result depends on
    names, labels, parts and seed, not on any order.

    Args:
        labels: unit (a patient) to the labels that it has, none or several.
        parts: name of a part to its share; the shares add up to 1.
        seed: another seed gives other parts.

    Returns:
        Unit to the name of its part.
    """
    having: dict[str, list[str]] = {}
    for unit in sorted(labels, key=lambda name: rank(seed, name)):
        for label in sorted(set(labels[unit])):
            having.setdefault(label, []).append(unit)
    room = {part: share * len(labels) for part, share in parts.items()}
    lacking = {
        label: {part: share * len(units) for part, share in parts.items()}
        for label, units in having.items()
    }
    left = {label: len(units) for label, units in having.items()}
    places: dict[str, str] = {}

    def put(unit: str, wanted: Mapping[str, float]) -> None:
        part = min(parts, key=lambda one: (-wanted[one], -room[one], rank(seed, f"{unit} {one}")))
        places[unit] = part
        room[part] -= 1
        for label in set(labels[unit]):
            lacking[label][part] -= 1
            left[label] -= 1

    while any(left.values()):
        rarest = min((label for label in left if left[label]), key=lambda one: (left[one], one))
        for unit in having[rarest]:
            if unit not in places:
                put(unit, lacking[rarest])
    for unit in sorted(labels.keys() - places.keys(), key=lambda name: rank(seed, name)):
        put(unit, room)
    return even_out(places, labels, parts, seed=seed)


def even_out(
    places: Mapping[str, str],
    labels: Mapping[str, Collection[str]],
    parts: Mapping[str, float],
    *,
    seed: int,
) -> dict[str, str]:
    """Move units while that brings the counts of all labels nearer to their shares.

    The algorithm places the rarest label first, and when it comes to a common one most
    units that have it are placed. What falls is the sum of `(count - share)^2 / share` over
    parts, labels, and units as such.
    """
    better = dict(places)
    has = {unit: (ANY, *sorted(set(found))) for unit, found in labels.items()}
    totals = Counter(label for found in has.values() for label in found)
    share = {
        part: {one: part_of * n for one, n in totals.items()} for part, part_of in parts.items()
    }
    surplus = {part: {one: -wanted for one, wanted in share[part].items()} for part in parts}
    for unit, part in better.items():
        for label in has[unit]:
            surplus[part][label] += 1

    def cost(unit: str, part: str, step: int) -> float:
        """Return by how much the sum rises if the unit enters (1) or leaves (-1) the part."""
        return sum(
            (2 * step * surplus[part][label] + 1) / share[part][label] for label in has[unit]
        )

    order = sorted(better, key=lambda name: rank(seed, name))
    for _ in range(PASSES):
        moved = False
        for unit in order:
            here = better[unit]
            leaving = cost(unit, here, -1)
            gains = {part: -leaving - cost(unit, part, 1) for part in parts if part != here}
            to = min(gains, key=lambda part: (-gains[part], part), default=here)
            if gains.get(to, 0.0) > LEAST_GAIN:
                for label in has[unit]:
                    surplus[here][label] -= 1
                    surplus[to][label] += 1
                better[unit], moved = to, True
        if not moved:
            break
    return better
