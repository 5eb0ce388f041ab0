"""The process that `models.convert` can afford to lose: `SOURCE TARGET REQUEST`.

The request is JSON, as in `Request`. Exit code 0 if the safetensors file is written; 1 after
an answer on what was standard output: `{"refused": code, "names": [...]}`. Libraries see
/dev/null there.
"""

import errno
import gc
import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO, Final, TypedDict

from radzoo.models.foreign.collect import collect
from radzoo.models.foreign.container import read_container
from radzoo.models.foreign.limits import forbid_actions, limit_process
from radzoo.models.foreign.member import BLOCK_BYTES, take_member
from radzoo.models.foreign.refusal import ForeignRefused
from radzoo.models.foreign.writing import write_safetensors

MAX_NAMES: Final = 8
MAX_NAME: Final = 120


class Request(TypedDict):
    """What is wanted of a file.

    Attributes:
        sha256: what the file has to have.
        member: the file is an archive, and this the member of it that is meant.
        state: where in the file the weights are, as dotted keys.
        format: `torch` = nothing but tensors is expected, `pickle` = other objects are left
            out, `safetensors` = the member is copied as it is.
        cpu_s: seconds of computing after which the process ends.
    """

    sha256: str
    member: str | None
    state: str | None
    format: str
    cpu_s: int


def convert(source: Path, target: Path, request: Request) -> None:
    """Write the weights of a foreign file to a safetensors file.

    Raises:
        ForeignRefused: if it does not hold what is wanted, or is not safe.
    """
    with source.open("rb") as file:
        # The same open file is hashed and read: nobody can put another in its place.
        if hashlib.file_digest(file, "sha256").hexdigest() != request["sha256"]:
            raise ForeignRefused("changed")
        if request["member"] is None:
            _convert_file(file, target, request)
            return
        with tempfile.TemporaryFile(dir=target.parent) as taken:
            take_member(file, request["member"], taken)
            _convert_file(taken, target, request)


def _convert_file(file: BinaryIO, target: Path, request: Request) -> None:
    if request["format"] == "safetensors":
        file.seek(0)
        with target.open("wb") as copy:
            while block := file.read(BLOCK_BYTES):
                copy.write(block)
        return
    contents = read_container(file)
    objects = contents.names.objects
    if objects and request["format"] == "torch":
        raise ForeignRefused("objects", *objects)
    tensors = collect(contents.root, request["state"])
    write_safetensors(tensors, target, source_bytes=os.fstat(file.fileno()).st_size)


def _refusal_of(error: BaseException) -> ForeignRefused:
    """Turn whatever went wrong into a code: what a library says of the file is not passed on."""
    if isinstance(error, ForeignRefused):
        return error
    if isinstance(error, MemoryError) or (
        isinstance(error, OSError) and error.errno == errno.EFBIG
    ):
        return ForeignRefused("too-large")
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ForeignRefused("disk-full")
    return ForeignRefused("damaged")


def _take_answers() -> BinaryIO:
    """Keep what was standard output for the answer and give libraries /dev/null."""
    answers = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    return answers


def main(source: Path, target: Path, request: Request) -> int:
    """Convert one file within limits; return the exit code."""
    answers = _take_answers()
    gc.disable()
    size_bytes = source.stat().st_size
    limit_process(size_bytes, cpu_s=request["cpu_s"])
    forbid_actions()
    try:
        convert(source, target, request)
    except BaseException as error:  # noqa: BLE001  every end of a hostile file is a refusal
        refused = _refusal_of(error)
        names = [name[:MAX_NAME] for name in refused.names[:MAX_NAMES]]
        answers.write(json.dumps({"refused": refused.code, "names": names}).encode("ascii"))
        answers.flush()
        return 1
    return 0


if __name__ == "__main__":
    os._exit(main(Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])))
