"""From a DATA argument to a manifest."""

from pathlib import Path

from radzoo.core.case import Manifest
from radzoo.core.errors import InputError
from radzoo.core.plugins import Preset
from radzoo.data.options import DataOptions
from radzoo.data.presets import PRESETS

__all__ = ["DataOptions", "load_manifest"]


def load_manifest(data: Path, *, options: DataOptions) -> Manifest:
    """Read a data set of any known layout; pixels stay unread.

    What was left out, matched or decided stands in `notes` of the manifest, one sentence
    each, for the command to show.

    Raises:
        InputError: if `data` does not exist, no preset reads it, or it has no cases.
    """
    if not data.exists():
        raise InputError(
            f"{data} does not exist", id="missing-data", hint="check the path given as data"
        )
    if data.is_dir() and not any(data.iterdir()):
        raise InputError(
            f"the folder {data} is empty", id="empty-folder", hint="check the path given as data"
        )
    manifest = find_preset(data, options).read(data, options)
    if not manifest.cases and not manifest.refused:
        raise InputError(
            f"{data} holds no cases",
            id="empty-data",
            hint="images are found by what they are, not by their names; are there any?",
        )
    return manifest


def find_preset(data: Path, options: DataOptions) -> Preset:
    """Return the preset that was asked for, or the first that recognises the layout.

    Raises:
        InputError: if there is none.
    """
    if options.data_format is not None:
        return PRESETS.find(options.data_format)
    if options.labels is not None:
        if data.is_dir():
            return PRESETS["dicom-csv"]
        raise InputError(
            f"a table of labels goes with a folder of images, and {data} is a file",
            id="labels-need-folder",
            hint="leave out --labels, or give the folder that holds the images",
        )
    for preset in PRESETS.values():
        if preset.recognises(data):
            return preset
    raise InputError(
        f"no data format is known for {data}",
        id="unknown-data-format",
        hint=f"name one with --data-format: {', '.join(PRESETS)}",
    )
