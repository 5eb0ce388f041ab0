"""Every image decoded once, at the working size, in one memory-mapped array on the disk.

Later runs on the same files find it again: its name is a hash of the files' paths, sizes
and times, of the recipe and of the size and fit. Nothing in it names a patient.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from radzoo.core.case import Case, Refused
from radzoo.core.publish import cannot_write, flush
from radzoo.data.guard import Answer, Guard, Request
from radzoo.data.recipe import RECIPE_VERSION
from radzoo.data.refusal import describe_reason

IMAGES = "images.npy"
INDEX = "index.json"
PixelArray = NDArray[np.uint16]
Track = Callable[[Iterable[Case]], Iterable[Case]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Decoded images and the cases they belong to, row by row.

    Attributes:
        images: uint16 `(n_cases, size, size)`, read-only and memory-mapped; 0 = black (air),
            65535 = the densest value of the windowed range.
        cases: those that were decoded, in the order given.
        refused: the others, each with its reason.
        recipe: version of the recipe that made the pixels.
        reused: were they found from an earlier run?
    """

    images: PixelArray
    cases: tuple[Case, ...]
    refused: tuple[Refused, ...]
    recipe: int
    reused: bool


def prepare(
    cases: Sequence[Case],
    *,
    size: int,
    fit: str,
    interpolation: str,
    edge: int | None = None,
    cache: Path,
    workers: int = 2,
    track: Track = iter,
) -> Prepared:
    """Decode `cases` through the guard, or find them decoded by an earlier run.

    Memory does not grow with the number of cases. The store appears whole or not at all.

    Args:
        cases: any number; files that cannot be read come back as refused.
        size: rows and columns of each image.
        fit: `pad`, `crop` or `squash`; see `resize.resize`.
        interpolation: `bilinear` or `bicubic`.
        edge: shorter edge before a crop, in pixels; None = `size`.
        cache: the cache root; the store goes to `prepared/` in it.
        workers: how many decoding children.
        track: shows progress over the cases.

    Raises:
        EnvironmentFailure: if the cache cannot be written.
    """
    key = _key(cases, size, f"{fit} {interpolation} {edge or size}")
    folder = cache / "prepared" / key
    codes = _read_index(folder, n_cases=len(cases), size=size)
    reused = codes is not None
    if codes is None:
        with Guard(workers) as guard:
            requests = (
                Request("pixels", case.path, case.member, size, fit, interpolation, edge)
                for case in track(cases)
            )
            codes = _publish(folder, guard.map(requests), size=size)
    kept = tuple(case for row, case in enumerate(cases) if row not in codes)
    refused = tuple(
        Refused(cases[row].case_id, describe_reason(code)) for row, code in codes.items()
    )
    return Prepared(_open(folder, size), kept, refused, RECIPE_VERSION, reused)


def _key(cases: Sequence[Case], size: int, how: str) -> str:
    """Name the content: another file, time, recipe or size makes another key."""
    digest = hashlib.sha256(f"{RECIPE_VERSION} {size} {how}".encode())
    for case in cases:
        try:
            status = case.path.stat()
            stamp = f"{status.st_size} {status.st_mtime_ns}"
        except OSError:
            stamp = "missing"
        name = os.fsencode(case.path.absolute())
        digest.update(b"\0".join([b"", name, case.member.encode(), stamp.encode()]))
    return digest.hexdigest()[:32]


def _publish(folder: Path, answers: Iterator[Answer], *, size: int) -> dict[int, str]:
    """Write a store beside its place and move it there; return the refused rows."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}.partial-"))
    except OSError as error:
        raise cannot_write(folder, error) from None
    try:
        codes, digest, n_kept = _write_images(partial / IMAGES, answers, size)
        index = {
            "schema_version": 1, "recipe": RECIPE_VERSION, "size": size, "n": n_kept,
            "sha256": digest, "refused": {str(row): code for row, code in codes.items()},
        }  # fmt: skip
        (partial / INDEX).write_text(json.dumps(index), encoding="utf-8")
        for name in (IMAGES, INDEX):
            (partial / name).chmod(0o600)
            flush(partial / name)
        _move(partial, folder)
        flush(folder.parent)
    except OSError as error:
        raise cannot_write(folder, error) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return codes


def _write_images(
    path: Path, answers: Iterator[Answer], size: int
) -> tuple[dict[int, str], str, int]:
    """Append the pixels of each answer; return refused rows, sha256 of the pixels, rows."""
    codes: dict[int, str] = {}
    digest = hashlib.sha256()
    n_kept = 0
    with path.open("wb") as file:
        start = _write_header(file, 10**12, size)
        for row, answer in enumerate(answers):
            if answer.refused is None and len(answer.body) != 2 * size * size:
                answer = Answer(refused="undecodable")
            if answer.refused is not None:
                codes[row] = answer.refused
                continue
            file.write(answer.body)
            digest.update(answer.body)
            n_kept += 1
        file.seek(0)
        if _write_header(file, n_kept, size) != start:
            raise OSError(0, "the array header changed its length")
    return codes, digest.hexdigest(), n_kept


def _write_header(file: BinaryIO, n: int, size: int) -> int:
    """Write a `.npy` header; NumPy pads it so that its length does not depend on `n`."""
    header = {"descr": "<u2", "fortran_order": False, "shape": (n, size, size)}
    npy.write_array_header_1_0(file, header)
    return file.tell()


def _move(partial: Path, folder: Path) -> None:
    """Put the store in place; one that stands there failed its check and makes way."""
    if folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
    partial.replace(folder)


def _read_index(folder: Path, *, n_cases: int, size: int) -> dict[int, str] | None:
    """Return the refused rows of a store that is whole, else None."""
    try:
        index: dict[str, Any] = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        codes = {int(row): str(code) for row, code in index["refused"].items()}
        whole = (
            index["recipe"] == RECIPE_VERSION
            and index["n"] + len(codes) == n_cases
            and _hash_pixels(folder / IMAGES, (index["n"], size, size)) == index["sha256"]
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return codes if whole else None


def _hash_pixels(path: Path, shape: tuple[int, int, int]) -> str:
    with path.open("rb") as file:
        if npy.read_magic(file) != (1, 0) or npy.read_array_header_1_0(file)[0] != shape:
            return ""
        digest = hashlib.sha256()
        while block := file.read(1024**2):
            digest.update(block)
    return digest.hexdigest()


def _open(folder: Path, size: int) -> PixelArray:
    path = folder / IMAGES
    with path.open("rb") as file:
        npy.read_magic(file)
        shape, _, _ = npy.read_array_header_1_0(file)
    if shape[0] == 0:  # an empty file cannot be mapped
        return np.zeros((0, size, size), dtype=np.uint16)
    images: PixelArray = np.load(path, mmap_mode="r", allow_pickle=False)
    return images
