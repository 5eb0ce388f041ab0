"""The name of prepared images: by what they were made from, and how."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from radzoo.core.case import Case
from radzoo.data.door import open_regular
from radzoo.data.prepared.form import Form
from radzoo.data.refusal import ImageRefused
from radzoo.data.region import needs_mask

FORMAT: Final = "radzoo prepared images 2"
DIGITS: Final = 32
HASHERS: Final = 4
PIECE: Final = 1024**2


def key_of(cases: Sequence[Case], working: Form, *, verify_content: bool = False) -> str:
    """Name the images: another file, time, recipe, size or order makes another key.

    Args:
        cases: whose images.
        working: how they are kept.
        verify_content: read every file and go by its content; else by path, size and time.
            Moved or touched files then keep their key.
    """
    digest = hashlib.sha256(f"{FORMAT} {working.text} {verify_content}".encode())
    files = [_files(case, working) for case in cases]
    marks = _by_content(files) if verify_content else _by_time(files)
    for case, mark in zip(cases, marks, strict=True):
        digest.update(b"\0".join([b"", mark, os.fsencode(case.member)]))
        if working.masked:
            digest.update(b"\0mask\0" + os.fsencode(case.mask_member))
        if case.region is not None:
            mask = case.mask_member if case.region.kind == "mask" else ""
            said = f"\0region\0{case.region.kind} {case.region.numbers} {mask}"
            digest.update(os.fsencode(said))
    return digest.hexdigest()[:DIGITS]


def _files(case: Case, working: Form) -> tuple[Path, ...]:
    wanted = case.mask if needs_mask(case, masked=working.masked) else None
    return (*case.files, wanted) if wanted else case.files


def _by_time(files: Iterable[Sequence[Path]]) -> Iterable[bytes]:
    known: dict[Path, bytes] = {}
    for paths in files:
        # Rows of one archive follow each other.
        known = {path: known.get(path) or _stamp(path) for path in paths}
        yield b"\0".join(known.values())


def _stamp(path: Path) -> bytes:
    try:
        status = path.stat()
        stamp = f"{status.st_size} {status.st_mtime_ns}"
    except OSError:
        stamp = "missing"
    return os.fsencode(path.absolute()) + b"\0" + stamp.encode()


def _by_content(files: Sequence[Sequence[Path]]) -> Iterable[bytes]:
    paths = list(dict.fromkeys(path for some in files for path in some))
    with ThreadPoolExecutor(HASHERS) as pool:
        known = dict(zip(paths, pool.map(_hash, paths), strict=True))
    return (b"".join(known[path] for path in some) for some in files)


def _hash(path: Path) -> bytes:
    try:
        with open_regular(path) as file:
            digest = hashlib.sha256()
            while piece := file.read(PIECE):
                digest.update(piece)
            return digest.digest()
    except ImageRefused as refused:
        return refused.code.encode()
    except OSError:
        return b"missing"
