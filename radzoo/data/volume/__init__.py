"""Volumes: DICOM series and multi-frame objects, NIfTI, archives, in one orientation."""

from collections.abc import Sequence
from pathlib import Path

from radzoo.core.volume import Volume
from radzoo.data.door import read_head
from radzoo.data.readers import find_reader
from radzoo.data.readers.magic import is_dicom, is_nifti, is_npy, is_npz
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.members import SERIES


def read_volume(path: Path, member: str = "", parts: Sequence[str] = ()) -> Volume:
    """Read a volume in this process: only for files that are trusted. See `guard.Guard`.

    Args:
        path: a file, or the folder of a DICOM series.
        member: `frame/3` of a 4-D NIfTI file, `train_images/17` of an archive, or
            `series/HASH` of a folder with several series.
        parts: the files of the series below the folder; without them it is searched.

    Raises:
        ImageRefused: with the reason why there is no volume to use.
    """
    if parts or path.is_dir():
        from radzoo.data.readers.dicom import trouble_refused
        from radzoo.data.readers.dicom_file import silence
        from radzoo.data.volume.series import find_files, read_series

        with silence(), trouble_refused():
            files = [path / part for part in parts] if parts else find_files(path)
            return read_series(files, series_of(member))
    head = read_head(path)
    if is_nifti(head):
        from radzoo.data.volume.nifti import read_nifti

        return read_nifti(path, member)
    if is_npz(head):
        from radzoo.data.volume.archive import read_archive

        return read_archive(path, member)
    if is_npy(head):
        from radzoo.data.volume.archive import read_prepared_row

        return read_prepared_row(path, member)
    if is_dicom(head):
        return _read_dicom(path, member)
    find_reader(head)  # `unknown-format` if no reader knows it
    raise ImageRefused("no-volume")


def series_of(member: str) -> str:
    """Return the hash in `series/HASH`; empty if no series is named.

    Raises:
        ImageRefused: `no-member` if the name is of another kind.
    """
    if member and not member.startswith(SERIES):
        raise ImageRefused("no-member")
    return member.removeprefix(SERIES)


def _read_dicom(path: Path, member: str) -> Volume:
    from radzoo.data.readers.dicom import trouble_refused
    from radzoo.data.readers.dicom_file import silence
    from radzoo.data.volume.multiframe import read_multiframe

    if member:
        raise ImageRefused("no-volume")
    with silence(), trouble_refused():
        return read_multiframe(path)
