"""The one wanted file of an archive: streamed out, bounded, its checksum verified."""

import zipfile
from typing import BinaryIO, Final

from radzoo.models.foreign.container import ENCRYPTED, MAX_MEMBERS
from radzoo.models.foreign.refusal import ForeignRefused

MAX_BYTES: Final = 20 << 30
MAX_RATIO: Final = 200
BLOCK_BYTES: Final = 1 << 20
METHODS: Final = frozenset([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])


def take_member(archive_file: BinaryIO, wanted: str, target: BinaryIO) -> None:
    """Copy the member whose path is `wanted`, or ends in it, into another file.

    Nothing else of the archive is read, and no name in it is used as a path.

    Raises:
        ForeignRefused: if there is none, or more than one, or it is larger than it says.
    """
    try:
        archive = zipfile.ZipFile(archive_file)
    except (zipfile.BadZipFile, ValueError):
        raise ForeignRefused("no-archive") from None
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise ForeignRefused("archive")
    fitting = [
        member
        for member in members
        if member.filename == wanted or member.filename.endswith(f"/{wanted}")
    ]
    if len(fitting) != 1:
        names = [member.filename for member in fitting or members if not member.is_dir()]
        raise ForeignRefused("several-members" if fitting else "no-such-member", *names)
    (member,) = fitting
    declared = member.file_size
    if (
        member.compress_type not in METHODS
        or member.flag_bits & ENCRYPTED
        or declared > MAX_BYTES
        or declared > MAX_RATIO * max(member.compress_size, 1)
    ):
        raise ForeignRefused("archive")
    with archive.open(member) as stream:
        done = 0
        while block := stream.read(BLOCK_BYTES):
            done += len(block)
            if done > declared:
                raise ForeignRefused("archive")
            target.write(block)
    if done != declared:
        raise ForeignRefused("damaged")
    target.flush()
