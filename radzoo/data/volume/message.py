"""Volumes and masks on their way from a child of the guard to the parent, and back."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from radzoo.core.case import Case
from radzoo.core.volume import Affine, Mask, Volume
from radzoo.data.guard import Answer, Request
from radzoo.data.pipe import Body
from radzoo.data.refusal import ImageRefused

Message = tuple[dict[str, Any], Body]


def ask_volume(case: Case) -> Request:
    """Return the request for the volume of a case."""
    return Request("volume", case.path, case.member, parts=case.parts)


def ask_mask(case: Case) -> Request:
    """Return the request for the mask of a case, on the grid of its image.

    Raises:
        ImageRefused: `no-mask` if the case has none.
    """
    if case.mask is None:
        raise ImageRefused("no-mask")
    return Request(
        "mask", case.mask, case.mask_member, parts=case.parts, image=case.path,
        image_member=case.member,
    )  # fmt: skip


def pack_volume(volume: Volume) -> Message:
    """Return a volume as plain fields and numbers; nothing in it says whose it is."""
    fields = {
        "shape": list(volume.values.shape),
        "unit": volume.unit,
        "affine": _plain(volume.affine),
        "remarks": dict(volume.remarks),
    }
    return fields, volume.values


def open_volume(answer: Answer) -> Volume:
    """Return the volume in an answer; read-only.

    Raises:
        ImageRefused: if it was refused.
    """
    fields = _fields(answer)
    values = np.frombuffer(answer.body, dtype=np.float32).reshape(fields["shape"])
    return Volume(values, fields["unit"], _affine(fields), fields["remarks"])


def pack_mask(mask: Mask) -> Message:
    """Return a mask as plain fields and numbers."""
    fields = {
        "shape": list(mask.labels.shape),
        "names": {str(label): name for label, name in mask.names.items()},
        "affine": _plain(mask.affine),
        "remarks": dict(mask.remarks),
    }
    return fields, mask.labels


def open_mask(answer: Answer) -> Mask:
    """Return the mask in an answer; read-only.

    Raises:
        ImageRefused: if it was refused.
    """
    fields = _fields(answer)
    labels = np.frombuffer(answer.body, dtype=np.uint16).reshape(fields["shape"])
    names = {int(label): str(name) for label, name in fields["names"].items()}
    return Mask(labels, names, _affine(fields), fields["remarks"])


def _fields(answer: Answer) -> Mapping[str, Any]:
    if answer.refused is not None:
        raise ImageRefused(answer.refused)
    return answer.fields


def _plain(affine: Affine | None) -> list[list[float]] | None:
    return None if affine is None else [[float(value) for value in row] for row in affine]


def _affine(fields: Mapping[str, Any]) -> Affine | None:
    return None if fields["affine"] is None else np.array(fields["affine"], dtype=np.float64)
