"""The two kinds of file that torch has written: an archive (since 1.6), and a plain stream."""

import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from radzoo.models.foreign.constructors import StorageType
from radzoo.models.foreign.refusal import ForeignRefused
from radzoo.models.foreign.tensors import Storage, StoragePart
from radzoo.models.foreign.unpickler import Names, TensorUnpickler, no_storage

ZIP_MAGIC: Final = b"PK\x03\x04"
STREAM_MAGIC: Final = 0x1950A86A20F9469CFC6C
STREAM_VERSION: Final = 1001
MAX_MEMBERS: Final = 100_000
MAX_PICKLE_BYTES: Final = 256 << 20
ENCRYPTED: Final = 0x1


@dataclass(frozen=True)
class Contents:
    """What a file holds: its object, and everything that its pickles name."""

    root: object
    names: Names


def read_container(file: BinaryIO) -> Contents:
    """Read the object of a file that torch wrote.

    Raises:
        ForeignRefused: if it is no such file, or not a safe one.
    """
    file.seek(0)
    is_archive = file.read(len(ZIP_MAGIC)) == ZIP_MAGIC
    file.seek(0)
    return _read_archive(file) if is_archive else _read_stream(file)


def _read_archive(file: BinaryIO) -> Contents:
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError):
        raise ForeignRefused("not-weights") from None
    members = archive.infolist()
    check_members(members, size_bytes=os.fstat(file.fileno()).st_size)
    by_name = {member.filename: member for member in members}
    pickles = [name for name in by_name if PurePosixPath(name).parts[1:] == ("data.pkl",)]
    if len(pickles) != 1:
        raise ForeignRefused("not-weights")
    top = pickles[0].removesuffix("data.pkl")
    if f"{top}byteorder" in by_name and archive.read(f"{top}byteorder") != b"little":
        raise ForeignRefused("big-endian")
    if by_name[pickles[0]].file_size > MAX_PICKLE_BYTES:
        raise ForeignRefused("too-large")
    storages: dict[str, Storage] = {}

    def storage(identity: tuple[object, ...]) -> StoragePart:
        kind, key, n = _claim(identity)
        if key not in storages:
            member = by_name.get(f"{top}data/{key}")
            if member is None:
                raise ForeignRefused("damaged")
            storages[key] = Storage(member.file_size, partial(archive.read, member))
        size = kind.element.n_bytes if kind.element else 1
        if n * size != storages[key].n_bytes:
            raise ForeignRefused("damaged")
        return StoragePart(storages[key], kind.element)

    names = Names()
    with archive.open(pickles[0]) as stream:
        return Contents(TensorUnpickler(stream, names, storage).load(), names)


def check_members(members: list[zipfile.ZipInfo], *, size_bytes: int) -> None:
    """Refuse an archive that could unpack to more than its size, or that holds a program.

    Raises:
        ForeignRefused: if it is such an archive.
    """
    paths = [PurePosixPath(member.filename) for member in members]
    if any("code" in path.parts[1:2] or path.name == "constants.pkl" for path in paths):
        raise ForeignRefused("torchscript")
    strange = any(
        ".." in path.parts or path.is_absolute() or "\\" in member.filename
        for path, member in zip(paths, members, strict=True)
    )
    packed = any(
        member.compress_type != zipfile.ZIP_STORED or member.flag_bits & ENCRYPTED
        for member in members
    )
    total = sum(member.file_size for member in members)
    names = {member.filename for member in members}
    if strange or packed or total > size_bytes or not len(members) == len(names) <= MAX_MEMBERS:
        raise ForeignRefused("archive")


def _read_stream(file: BinaryIO) -> Contents:
    size_bytes = os.fstat(file.fileno()).st_size
    names = Names()

    def plain() -> object:
        return TensorUnpickler(file, names, no_storage).load()

    if plain() != STREAM_MAGIC or plain() != STREAM_VERSION:
        raise ForeignRefused("not-weights")
    system = plain()
    if not isinstance(system, dict) or system.get("little_endian") is not True:
        raise ForeignRefused("big-endian")
    claims: dict[str, tuple[int, Storage]] = {}

    def storage(identity: tuple[object, ...]) -> StoragePart:
        kind, key, n = _claim(identity[:4])
        element = kind.element
        size = element.n_bytes if element else 1
        if key not in claims:
            if n * size > size_bytes:
                raise ForeignRefused("damaged")
            claims[key] = (size, Storage(n * size, _unread))
        first = _view_start(identity, size)
        return StoragePart(claims[key][1], element, first)

    root = TensorUnpickler(file, names, storage).load()
    order = plain()
    if not isinstance(order, list) or len(order) != len(claims) or set(order) != claims.keys():
        raise ForeignRefused("damaged")
    _locate(file, [claims[key] for key in order], size_bytes)
    return Contents(root, names)


def _locate(file: BinaryIO, storages: list[tuple[int, Storage]], size_bytes: int) -> None:
    """Let each storage know where its bytes stand behind the pickles."""
    position = file.tell()
    for size, storage in storages:
        file.seek(position)
        head = file.read(8)
        start = position + 8
        if (
            len(head) != 8
            or int.from_bytes(head, "little") * size != storage.n_bytes
            or start + storage.n_bytes > size_bytes
        ):
            raise ForeignRefused("damaged")
        storage.read = _reader(file, start, storage.n_bytes)
        position = start + storage.n_bytes


def _reader(file: BinaryIO, start: int, n_bytes: int) -> Callable[[], bytes]:
    def read() -> bytes:
        file.seek(start)
        return file.read(n_bytes)

    return read


def _unread() -> bytes:
    raise ForeignRefused("damaged")


def _claim(identity: tuple[object, ...]) -> tuple[StorageType, str, int]:
    """Return type, key and number of elements that a reference to a storage gives."""
    match identity:
        case (StorageType() as kind, key, _, int(n)) if n >= 0:
            return kind, str(key), n
    raise ForeignRefused("damaged")


def _view_start(identity: tuple[object, ...], size: int) -> int:
    """Return where the wanted part of a storage begins, in bytes."""
    match identity[4:]:
        case () | (None,):
            return 0
        case ((_, int(first), int()),) if first >= 0:
            return first * size
    raise ForeignRefused("damaged")
