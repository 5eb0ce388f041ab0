"""Reads kits that may come from anybody: checks all of a kit before any of it is used.

Nothing is unpacked. A kit may hold only the members that `kit.json` announces, stored,
each once, one after the other, and of the announced size and hash; anything else ends in
`IntegrityError`.
"""

import hashlib
import os
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from pydantic import ValidationError

from radzoo.core.errors import InputError, IntegrityError
from radzoo.zoo.kit import BLOCK_BYTES, MANIFEST, MAX_MODELS, TEXTS, KitContents, KitModel

MAX_TEXT_BYTES = 8 * 2**20
MAX_MEMBERS = MAX_MODELS + 1 + len(TEXTS)
# Each member takes 46 bytes there, its name of at most 82, and at most 28 for a large size.
MAX_DIRECTORY_BYTES = MAX_MEMBERS * 160
END = struct.Struct("<4s4H2LH")
END64_LOCATOR = struct.Struct("<4sLQL")
END64 = struct.Struct("<4sQ2H2L4Q")
MAX_HEADER_BYTES = 100 * 2**20
# What zipfile raises on archives that are wrong in one way or another.
BROKEN = (BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error)


@dataclass(frozen=True, slots=True)
class Digests:
    """What was measured of a member."""

    sha256: str
    md5: str


class Kit:
    """An open kit whose outline is right; its weights are checked by `measure`."""

    def __init__(self, path: Path, archive: ZipFile, stream: IO[bytes]) -> None:
        self.path = path
        self._archive = archive
        self._stream = stream
        self._members = _members(path, archive, os.fstat(stream.fileno()).st_size)
        self.contents = self._read_contents()
        self._check_members()

    def sha256(self) -> str:
        """Hash the whole kit, as it is open here."""
        digest = hashlib.sha256()
        self._stream.seek(0)  # whoever reads a member finds its place anew each time
        while block := self._stream.read(BLOCK_BYTES):
            digest.update(block)
        return digest.hexdigest()

    def measure(self, model: KitModel) -> Digests:
        """Hash the weights of a model and look at how they begin.

        Raises:
            IntegrityError: if they are not what `kit.json` says.
        """
        sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        size, head = 0, b""
        for block in self._blocks(model.file):
            head = head or block[:16]
            size += len(block)
            sha256.update(block)
            md5.update(block)
        if size != model.size_bytes or sha256.hexdigest() != model.sha256:
            _refuse(self.path, f"{model.file} is not the file that {MANIFEST} names")
        if model.entry.source.member is None and not _fits(model.entry.source.format, head, size):
            _refuse(self.path, f"{model.file} is no {model.entry.source.format} file")
        return Digests(sha256.hexdigest(), md5.hexdigest())

    def copy(self, model: KitModel, target: IO[bytes]) -> None:
        """Write the weights of a model to a file, hashing them once more.

        Raises:
            IntegrityError: if they are not what `kit.json` says.
        """
        digest = hashlib.sha256()
        for block in self._blocks(model.file):
            digest.update(block)
            target.write(block)
        if digest.hexdigest() != model.sha256:
            _refuse(self.path, f"{model.file} changed while it was read")

    def _blocks(self, name: str) -> Iterator[bytes]:
        """Read a member; never more than the directory announced."""
        try:
            with self._archive.open(self._members[name]) as stream:
                while block := stream.read(BLOCK_BYTES):
                    yield block
        except BROKEN:
            _refuse(self.path, f"{name} is damaged")

    def _read_contents(self) -> KitContents:
        if MANIFEST not in self._members:
            _refuse(self.path, f"it has no {MANIFEST}")
        if self._members[MANIFEST].file_size > MAX_TEXT_BYTES:
            _refuse(self.path, f"its {MANIFEST} is larger than {MAX_TEXT_BYTES:,} bytes")
        text = b"".join(self._blocks(MANIFEST))
        try:
            return KitContents.model_validate_json(text)
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"][:4])
            _refuse(self.path, f"its {MANIFEST} is wrong at '{where}'")

    def _check_members(self) -> None:
        """Refuse members that nobody announced, missing ones, and wrong sizes."""
        sizes = {model.file: model.size_bytes for model in self.contents.models}
        if self._members.keys() != {MANIFEST, *TEXTS, *sizes}:
            _refuse(self.path, f"its members are not those that {MANIFEST} names")
        for name, member in self._members.items():
            if name in sizes and member.file_size != sizes[name]:
                _refuse(self.path, f"{name} has not the size that {MANIFEST} names")
            if name not in sizes and member.file_size > MAX_TEXT_BYTES:
                _refuse(self.path, f"{name} is larger than {MAX_TEXT_BYTES:,} bytes")


@contextmanager
def open_kit(path: Path) -> Iterator[Kit]:
    """Open a kit and check its outline: members, their names, sizes and places.

    Raises:
        InputError: if there is no such file.
        IntegrityError: if it is no kit, or not one to trust.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise InputError(
            f"cannot read {path}: {(error.strerror or 'unknown reason').lower()}",
            id="unreadable-kit",
            hint="radzoo bundle NAME -o kit.zip makes a kit",
        ) from None
    with stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            _refuse(path, "it is not a regular file")
        _check_end(path, stream)
        try:
            archive = ZipFile(stream)
        except BROKEN:
            _refuse(path, "it is damaged, or no zip archive")
        with archive:
            yield Kit(path, archive, stream)


def _check_end(path: Path, stream: IO[bytes]) -> None:
    """Refuse an archive that announces more members than a kit has, before reading them."""
    size = stream.seek(0, os.SEEK_END)
    if size < END.size:
        _refuse(path, "it is no zip archive")
    stream.seek(size - END.size)
    mark, disk, first_disk, here, count, length, _, comment = END.unpack(stream.read(END.size))
    if mark != b"PK\x05\x06" or comment or disk or first_disk:
        _refuse(path, "it is damaged, or no zip archive as radzoo writes it")
    # Whoever reads zip archives goes by the second end record wherever there is one.
    for counts in ((here, count, length), _read_end64(path, stream, size)):
        if counts[0] != counts[1] or counts[1] > MAX_MEMBERS or counts[2] > MAX_DIRECTORY_BYTES:
            _refuse(path, f"it announces more than the {MAX_MEMBERS} members of the largest kit")
    stream.seek(0)


def _read_end64(path: Path, stream: IO[bytes], size: int) -> tuple[int, int, int]:
    """Return members here, members, and bytes of the directory of a large archive.

    All are 0 if it is no large archive.
    """
    at = size - END.size - END64_LOCATOR.size
    stream.seek(max(at, 0))
    mark, _, start, _ = END64_LOCATOR.unpack(stream.read(END64_LOCATOR.size).ljust(20, b"\0"))
    if at < 0 or mark != b"PK\x06\x07":
        return 0, 0, 0
    if start != at - END64.size:
        _refuse(path, "it is damaged")
    stream.seek(start)
    end = END64.unpack(stream.read(END64.size))
    return end[6], end[7], end[8]


def _members(path: Path, archive: ZipFile, size: int) -> dict[str, ZipInfo]:
    """Return the members by name, each a plain stored file that overlaps no other."""
    members: dict[str, ZipInfo] = {}
    end = 0
    for member in sorted(archive.infolist(), key=lambda member: member.header_offset):
        name = member.filename
        kind = stat.S_IFMT(member.external_attr >> 16)
        if name in members or member.orig_filename != name:
            _refuse(path, "a member stands in it twice, or under two names")
        if member.compress_type != ZIP_STORED or member.compress_size != member.file_size:
            _refuse(path, "a member is compressed")
        if member.flag_bits or kind not in {0, stat.S_IFREG} or member.is_dir():
            _refuse(path, "a member is encrypted, a link or a folder")
        if member.header_offset < end:
            _refuse(path, "two members overlap")
        end = member.header_offset + 30 + len(name.encode()) + member.file_size
        members[name] = member
    if end > size:
        _refuse(path, "it is cut off")
    return members


def _fits(form: str, head: bytes, size: int) -> bool:
    """Does a file begin like the format that it is said to have?"""
    if form == "safetensors":
        length = int.from_bytes(head[:8], "little")
        return head[8:9] == b"{" and 2 <= length <= min(size - 8, MAX_HEADER_BYTES)
    return head.startswith((b"PK\x03\x04", b"\x80"))


def _refuse(path: Path, reason: str) -> NoReturn:
    raise IntegrityError(
        f"{path.name} is not unbundled: {reason}",
        id="bad-kit",
        hint="make it again with radzoo bundle, and compare its sha256 after copying",
    )
