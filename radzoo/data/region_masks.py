"""Masks of a data set as the regions of its cases."""

from dataclasses import replace

from radzoo.core.case import Manifest, Region


def take_masks(manifest: Manifest) -> Manifest:
    """Return the manifest with the cases that have a mask: it says their region.

    What is not 0 in it is meant, unless a table says which labels are. Cases that have no mask
    are left out, with a note; where none has any, nothing is changed.
    """
    masked = [case for case in manifest.cases if case.mask is not None]
    if not masked:
        return manifest
    cases = tuple(
        replace(case, region=Region("mask")) if case.region is None else case for case in masked
    )
    notes = manifest.notes
    if len(cases) < len(manifest.cases):
        kept = f"kept {len(cases):,} of {len(manifest.cases):,} cases"
        notes += (f"{kept} because the others have no mask",)
    return replace(manifest, cases=cases, notes=notes)
