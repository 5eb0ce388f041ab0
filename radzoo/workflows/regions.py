"""Regions that a network learnt from, and those of the data that it is asked about."""

from collections.abc import Sequence
from dataclasses import replace

from radzoo.core.case import Case
from radzoo.core.decoding import Decoding
from radzoo.core.errors import InputError, UsageError


def note_regions(decoding: Decoding, cases: Sequence[Case]) -> Decoding:
    """Write down whether the images that are learnt from are regions."""
    return replace(decoding, regions=any(case.region is not None for case in cases))


def check_regions(learnt: Decoding | None, cases: Sequence[Case]) -> None:
    """Refuse whole images for a network that learnt from regions, and the other way round.

    Args:
        learnt: how the images were made that it learnt from; None = nobody says.
        cases: that it is asked about.

    Raises:
        InputError: if it learnt from regions, and the cases have none.
        UsageError: if it learnt from whole images, and the cases are regions.
    """
    if learnt is None or learnt.regions is None or not cases:
        return
    found = any(case.region is not None for case in cases)
    if learnt.regions and not found:
        raise InputError(
            "the model learnt from regions of images, and the data name none",
            id="no-regions",
            hint="regions stand in a column bbox, mask or point: --region says which",
        )
    if found and not learnt.regions:
        raise UsageError(
            "the model learnt from whole images, and the data name regions of them",
            id="unwanted-regions",
            hint="--region none leaves the regions out",
        )


def check_same_framing(learnt: Decoding, asked: Decoding) -> None:
    """Refuse another margin, size or scale of regions than a network learnt from.

    Raises:
        UsageError: if one was asked for.
    """
    if asked.framing in (Decoding().framing, learnt.framing):
        return
    raise UsageError(
        f"{asked.framing} was asked for; the model learnt from "
        f"{str(learnt.framing) or 'regions without a margin'}",
        id="other-framing",
        hint="leave --region-margin, --region-size and --mm-per-pixel out: the model says them",
    )
