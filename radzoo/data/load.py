"""From a DATA argument to a manifest."""

from pathlib import Path

from radzoo.core.case import Manifest
from radzoo.core.errors import InputError
from radzoo.core.plugins import Preset
from radzoo.data.classes import declare_classes
from radzoo.data.layout.files import is_table_or_folder
from radzoo.data.options import DataOptions, names_layout
from radzoo.data.presets import LAYOUTS, PRESETS
from radzoo.data.presets.shipped import preset_of
from radzoo.data.region_masks import take_masks
from radzoo.data.structures import declare
from radzoo.data.views import keep_views

__all__ = ["DataOptions", "load_manifest"]


def load_manifest(data: Path, *, options: DataOptions) -> Manifest:
    """Read a data set of any known layout; pixels stay unread.

    What was left out, matched or decided stands in `notes` of the manifest, one sentence
    each, for the command to show.

    Raises:
        InputError: if `data` does not exist, no preset reads it, or it has no cases.
        UsageError: if the structures that the user declares are none.
    """
    if not data.exists():
        raise InputError(
            f"{data} does not exist", id="missing-data", hint="check the path given as data"
        )
    if data.is_dir() and not any(data.iterdir()):
        raise InputError(
            f"the folder {data} is empty", id="empty-folder", hint="check the path given as data"
        )
    manifest = keep_views(find_preset(data, options).read(data, options), options.view)
    manifest = declare(manifest, options.structures)
    if options.region == "mask":
        manifest = take_masks(manifest)
    if not manifest.cases and not manifest.refused:
        raise InputError(
            f"{data} holds no cases",
            id="empty-data",
            hint="images are found by what they are, not by their names; are there any?",
        )
    check_columns(manifest, data, options)
    if options.classes:
        manifest = declare_classes(manifest, options.classes, needed=options.needs_targets)
    return manifest


def check_columns(manifest: Manifest, data: Path, options: DataOptions) -> None:
    """Refuse columns that were asked for of data that are no table and have none beside them.

    Raises:
        InputError: naming the option.
    """
    asked = {
        "--covariates": bool(options.covariates)
        and any(not case.covariates for case in manifest.cases),
        "--time and --event": bool(options.time or options.event)
        and all(case.time is None for case in manifest.cases),
        "--region": options.region not in (None, "none")
        and all(case.region is None for case in manifest.cases),
    }
    for option in (name for name, lacking in asked.items() if lacking):
        raise InputError(
            f"{option} named columns, and no case of {data} has them",
            id="no-columns",
            hint=f"radzoo data convert {data} -o cases.csv writes a table to add them to",
        )


def find_preset(data: Path, options: DataOptions) -> Preset:
    """Return the preset that was asked for, or the first that recognises the layout.

    Raises:
        InputError: if there is none.
    """
    if options.data_format is not None:
        return _named(options.data_format)
    if options.labels is not None:
        if data.is_dir():
            return PRESETS["dicom-csv"]
        raise InputError(
            f"a table of labels goes with a folder of images, and {data} is a file",
            id="labels-need-folder",
            hint="leave out --labels, or give the folder that holds the images",
        )
    if is_table_or_folder(data):
        found = [name for name in LAYOUTS if PRESETS[name].recognises(data)]
        if len(found) > 1:
            raise InputError(
                f"{data} looks like {' and like '.join(found)}",
                id="ambiguous-data-format",
                hint=f"say which it is: --data-format {found[0]}",
            )
        if found:
            return PRESETS[found[0]]
    for name, preset in PRESETS.items():
        if name not in LAYOUTS and preset.recognises(data):
            return preset
    raise InputError(
        f"no data format is known for {data}",
        id="unknown-data-format",
        hint=f"name one with --data-format: {', '.join(PRESETS)}",
    )


def _named(data_format: str) -> Preset:
    """Return the preset of that name, or the one that a YAML file describes."""
    if names_layout(data_format):
        return preset_of(Path(data_format))
    return PRESETS.find(data_format)
