"""Preset: a folder that `radzoo data prepare` has made."""

from dataclasses import replace
from pathlib import Path

from radzoo.core.case import Manifest
from radzoo.core.errors import InputError
from radzoo.core.plugins import Preset
from radzoo.data.options import DataOptions
from radzoo.data.prepared.folder import CASES, read_refused
from radzoo.data.prepared.index import INDEX
from radzoo.data.presets.csv import read_csv


def recognise(path: Path) -> bool:
    """Has the folder an index and cases?"""
    return path.is_dir() and (path / INDEX).is_file() and (path / CASES).is_file()


def read_prepared(path: Path, options: DataOptions) -> Manifest:
    """Read the cases of the folder; their images are rows of its array.

    Raises:
        InputError: if its tables are damaged, or other regions are asked for.
    """
    if options.region is not None:
        raise InputError(
            f"{path} is prepared: its regions are those that it was made with",
            id="prepared-regions",
            hint="leave --region out, or prepare the images anew with it",
        )
    manifest = read_csv(path / CASES, options)
    return replace(manifest, refused=(*manifest.refused, *read_refused(path)))


PRESET = Preset(name="prepared", recognises=recognise, read=read_prepared)
