"""Show one file: what is in it, which values it holds, and how it looks."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from radzoo.core.errors import InputError
from radzoo.core.publish import publish
from radzoo.core.window import Window
from radzoo.data.guard import Guard, Request
from radzoo.data.prepared.array_file import IMAGES
from radzoo.data.presets.prepared import recognise as is_prepared
from radzoo.data.recipe import RECIPE_VERSION
from radzoo.data.refusal import describe_numbers, describe_reason

FOLDER: Final = "radzoo data describe says what the folder holds"
SERIES: Final = "radzoo data describe FOLDER --data-format dicom-series judges each series below it"
WITHOUT: Final = "radzoo data describe says more of the file, without a picture"
ANEW: Final = "copy it anew from where it came from, if that opens there"
HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "missing-file": "check the path",
        "no-permission": "ask its owner for the right to read it",
        "special-file": "name an image file, or the folder of a series",
        "empty-folder": FOLDER,
        "no-dicom": FOLDER,
        "file-too-big": WITHOUT,
        "unknown-format": "name an image, volume or series; radzoo data describe reads tables",
        "no-member": "name a part with --member: frame/3 of many frames, ARRAY/3 of an .npz, 3 of "
        "an .npy or a prepared folder",
        "multi-frame": "name one with --member frame/1",
        "time-series": "name one with --member frame/1",
        "not-hounsfield": "leave out --window",
        "no-image": WITHOUT,
        "mask-not-image": "show the image that it belongs to",
        "mixed-series": SERIES,
        "no-volume": WITHOUT,
        "no-geometry": "show a single file of the folder",
        "mixed-sizes": "show a single file of the folder",
        "mixed-orientations": "show a single file of the folder",
        "mixed-spacings": "show a single file of the folder",
        "mixed-frames-of-reference": "show a single file of the folder",
        "missing-slices": "fetch the missing slices, or show a single file of the folder",
        "uneven-slices": "show a single file of the folder",
        "duplicate-slices": "show a single file of the folder",
        "too-many-voxels": WITHOUT,
        "too-many-pixels": WITHOUT,
        "out-of-memory": WITHOUT,
        "too-slow": WITHOUT,
    }
)


@dataclass(frozen=True, slots=True)
class Preview:
    """One file as it is shown.

    Attributes:
        facts: technical facts and ranges of values; nothing that says whose it is.
        picture: uint8 `(rows, columns)`, 0 = black.
        whole: the image that the picture was cut from, with a frame there; None if it is all.
    """

    path: Path
    facts: dict[str, Any]
    picture: NDArray[np.uint8]
    recipe: int = RECIPE_VERSION
    whole: NDArray[np.uint8] | None = None


def preview_file(
    path: Path, *, member: str = "", longest: int = 512, window: Window | None = None
) -> Preview:
    """Decode a file, or the DICOM series of a folder, behind the guard.

    Of a folder that `radzoo data prepare` has made one image or volume is shown.

    Args:
        path: the file or folder.
        member: a part of it, such as `frame/3`; of a prepared folder a row, by default 0.
        longest: pixels of the longer edge of the picture.
        window: a window in Hounsfield units, instead of the file's own.

    Raises:
        InputError: if it holds nothing that can be shown; the message says why.
    """
    prepared = is_prepared(path)
    file, part = (path / IMAGES, member or "0") if prepared else (path, member)
    with Guard(1) as guard:
        answer = guard.ask(Request("preview", file, part, size=longest, window=window))
    facts = {**({"row": int(part)} if prepared and part.isdecimal() else {}), **answer.fields}
    high, wide = facts.pop("high", 0), facts.pop("wide", 0)
    code = answer.refused or (None if len(answer.body) == high * wide else "undecodable")
    if code is not None:
        detail = describe_numbers(code, answer.numbers)
        raise InputError(
            f"{path} cannot be shown: {describe_reason(code)}{detail and f' ({detail})'}",
            id="no-preview",
            hint=HINTS.get(code, ANEW),
        )
    picture = np.frombuffer(answer.body, np.uint8).reshape(high, wide)
    return Preview(path, facts, picture)


def write_png(picture: NDArray[np.uint8], path: Path) -> None:
    """Write a picture as a PNG file, readable by its owner only.

    Raises:
        EnvironmentFailure: if it cannot be written.
    """
    publish(path, lambda partial: Pillow.fromarray(picture).save(partial, "PNG"))
