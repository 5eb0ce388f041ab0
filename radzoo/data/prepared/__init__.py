"""Every image decoded once, at the working size, in one memory-mapped array on the disk.

Later runs on the same files find it again: its name is a hash of the files' paths, sizes and
times (or of their content), of the recipe and of the working size. Nothing in it names a
patient.

The array is written block by block; a journal notes the hash of each block that is whole, so
that a process that was killed, however, is gone on with by the next one.
"""

from radzoo.data.prepared.preparing import prepare, prepare_folder
from radzoo.data.prepared.result import Prepared
from radzoo.data.prepared.working import Working

__all__ = ["Prepared", "Working", "prepare", "prepare_folder"]
