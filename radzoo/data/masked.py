"""Keeping the cases that have a mask: the others can neither teach a segmentation nor judge it."""

from dataclasses import replace

from radzoo.core.case import Manifest, Refused
from radzoo.core.errors import InputError
from radzoo.data.refusal import describe_reason


def keep_masked(manifest: Manifest) -> Manifest:
    """Return the cases with a mask; the others are refused, and counted.

    A test split without any mask, as challenges keep theirs secret, is left out whole: nobody
    expected it to serve. Where nothing but training cases is left, they are to be split anew.

    Raises:
        InputError: if no case has a mask.
    """
    bare = [case for case in manifest.cases if case.mask is None]
    if bare and len(bare) == len(manifest.cases):
        raise InputError(
            f"none of the {len(bare)} cases has a mask, and a segmentation is taught by masks",
            id="no-masks",
            hint="name them in the column mask of a manifest, or put them into a folder masks "
            "beside images, with the same names",
        )
    kept = tuple(case for case in manifest.cases if case.mask is not None)
    judged = any(case.split == "test" for case in kept)
    secret = () if judged else tuple(case for case in bare if case.split == "test")
    refused = tuple(
        Refused(case.case_id, describe_reason("no-mask")) for case in bare if case not in secret
    )
    notes = (_say(len(secret)),) if secret else ()
    if {case.split for case in kept} == {"train"}:
        kept = tuple(replace(case, split=None) for case in kept)
        notes = (*notes, "all cases with a mask are training cases: they are split anew")
    return replace(
        manifest, cases=kept, refused=(*manifest.refused, *refused),
        notes=(*manifest.notes, *notes),
    )  # fmt: skip


def _say(n: int) -> str:
    return f"the {n} test cases of the data set have no masks and were left out"
