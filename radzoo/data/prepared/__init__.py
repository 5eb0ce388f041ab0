"""Every image or volume decoded once, at the working size, in a memory-mapped array on the disk.

Later runs on the same files find it again: its name is a hash of the files' paths, sizes and
times (or of their content), of the recipe and of the working size. Nothing in it names a
patient.

The array is written block by block; a journal notes the hash of each block that is whole, so
that a process that was killed, however, is gone on with by the next one.
"""

from radzoo.data.prepared.preparing import (
    fill_folder,
    prepare,
    prepare_folder,
    prepare_volumes,
)
from radzoo.data.prepared.result import Prepared, PreparedVolumes
from radzoo.data.prepared.working import Working
from radzoo.data.prepared.working_volume import WorkingVolume

__all__ = [
    "Prepared",
    "PreparedVolumes",
    "Working",
    "WorkingVolume",
    "fill_folder",
    "prepare",
    "prepare_folder",
    "prepare_volumes",
]
