"""Keeping the images of some views: `frontal`, `lateral`, or as the data set names them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from radzoo.core.case import Manifest
from radzoo.core.errors import InputError
from radzoo.core.registry import did_you_mean

GROUPS: Final[Mapping[str, frozenset[str]]] = {
    "frontal": frozenset({"frontal", "pa", "ap", "ap_horizontal", "ap supine"}),
    "lateral": frozenset({"lateral", "lat", "l", "ll", "rl"}),
}


def keep_views(manifest: Manifest, wanted: str | None) -> Manifest:
    """Return the cases of the wanted views; a note says how many others there were.

    Args:
        manifest: cases with the group `view`, where it is known.
        wanted: names of views with commas between them, in any case; None = all.

    Raises:
        InputError: if no case has such a view.
    """
    if wanted is None:
        return manifest
    names = [name.strip().casefold() for name in wanted.split(",") if name.strip()]
    good = frozenset().union(*(GROUPS.get(name, frozenset({name})) for name in names))
    views = Counter(case.groups.get("view", "") for case in manifest.cases)
    kept = tuple(case for case in manifest.cases if case.groups.get("view", "").casefold() in good)
    if not kept:
        known = [view for view in views if view]
        raise InputError(
            f"no image has the view {wanted}",
            id="no-such-view",
            hint=did_you_mean(wanted, known)
            or f"the views are: {', '.join(sorted(known)) or 'not known for any image'}",
        )
    others = [f"{view or 'unknown'} {count:,}" for view, count in views.most_common()
              if view.casefold() not in good]  # fmt: skip
    note = f"kept {len(kept):,} of {len(manifest.cases):,} images because --view {wanted}"
    note += f" leaves out {', '.join(others)}" if others else " takes them all"
    return replace(manifest, cases=kept, notes=(*manifest.notes, note))
