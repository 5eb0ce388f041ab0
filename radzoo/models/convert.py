"""A foreign file of weights becomes a safetensors file, in a child process, once.

No code of the file is run, but a small file can still ask for terabytes or crash an
interpreter; that must happen to a process we can lose.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, Protocol

from radzoo.core.errors import EnvironmentFailure, IntegrityError, RadzooError
from radzoo.core.publish import publish, publish_text
from radzoo.core.text import visible
from radzoo.models.weights_file import WeightsFile

Format = Literal["safetensors", "torch", "pickle"]
COMMAND: Final = (sys.executable, "-P", "-m", "radzoo.models.foreign.child")
CPU_S: Final = 60
WALL_S: Final = 300
# Slow disks and old processors: a second for so many bytes is granted beyond that.
BYTES_PER_S: Final = 5 << 20
BLOCK_BYTES: Final = 1 << 20
PLAIN_HINT: Final = "ask its authors for a safetensors file"
# What a refusal means: the end of a sentence that begins with the file's name; what to do.
REASONS: Final = {
    "not-weights": ("is not a file of weights that torch wrote", PLAIN_HINT),
    "objects": (
        "holds objects beside its tensors ({names})",
        "if the registry says `format: pickle` of it, its tensors are rebuilt without running "
        "any of its code",
    ),
    "hostile": ("names code that no weights need ({names}): it is an attack", "do not use it"),
    "archive": (
        "is an archive that is packed, larger than it says, or leads out of its place",
        PLAIN_HINT,
    ),
    "torchscript": (
        "is a TorchScript program, not a file of weights",
        "ask its authors for the state dict as a safetensors file",
    ),
    "damaged": ("contradicts itself: it is damaged, or made to do harm", PLAIN_HINT),
    "too-large": ("asks for far more memory or space than its size", PLAIN_HINT),
    "big-endian": ("has its bytes in an order that this machine does not use", PLAIN_HINT),
    "crashed": ("could not be read within the time and memory that its size allows", PLAIN_HINT),
    "changed": (
        "was changed after it had been verified",
        "something else writes into the cache: find out what, then run radzoo verify",
    ),
    "no-tensors": ("holds no dictionary of tensors", PLAIN_HINT),
    "several": (
        "holds several dictionaries of tensors: {names}",
        "name the right one as architecture.state in the registry file",
    ),
    "no-such-state": (
        "has no tensors where architecture.state of its entry says; it has: {names}",
        "mend architecture.state in the registry file",
    ),
    "no-archive": ("is no zip archive, but its entry names a member of one", "mend source.member"),
    "no-such-member": (
        "does not hold the member that its entry names; it holds: {names}",
        "mend source.member in the registry file",
    ),
    "several-members": (
        "holds several members of that name: {names}",
        "give more of the path as source.member in the registry file",
    ),
}
IDS: Final = {
    "changed": "changed-weights",
    "no-tensors": "no-weights",
    "no-such-state": "no-weights",
    "several": "ambiguous-weights",
    "no-archive": "no-member",
    "no-such-member": "no-member",
    "several-members": "ambiguous-member",
}


class Twins(Protocol):
    """What is remembered of converted files by name, where nobody else can write."""

    def recall(self, name: str) -> str | None:
        """Return the sha256 that was remembered."""

    def remember(self, name: str, sha256: str) -> None:
        """Remember the sha256 of a file that was just made."""


def converted(
    source: Path,
    sha256: str,
    folders: Sequence[Path],
    twins: Twins,
    *,
    format: Format = "torch",  # noqa: A002
    member: str | None = None,
    state: str | None = None,
) -> WeightsFile:
    """Return the safetensors twin of a foreign file, making it if it is not there yet.

    A twin that is not remembered, or not as it was made, is made again. The note beside it
    tells people what it was made from; nothing depends on that.

    Args:
        source: the file, whose hash the caller has verified.
        sha256: that hash; the twin is named after it.
        folders: where twins are kept; a new one goes to the first that can be written.
        twins: what is remembered of them.
        format: `torch` refuses anything but tensors, `pickle` leaves everything else out.
        member: the file is an archive, and this the member of it that is meant.
        state: where in the file the weights are, as dotted keys.

    Raises:
        IntegrityError: if the file is not safe, or does not hold what is wanted.
        EnvironmentFailure: if the twin cannot be written.
    """
    name = _twin_name(sha256, format, member, state)
    known = twins.recall(name)
    for folder in folders:
        twin = folder / f"{name}.safetensors"
        if known is not None and sha256_of(twin) == known:
            return WeightsFile(twin, known)
    request = {"sha256": sha256, "format": format, "member": member, "state": state}
    for number, folder in enumerate(folders, 1):
        twin = folder / f"{name}.safetensors"
        try:
            made = _make(source, twin, request)
        except EnvironmentFailure as failure:
            if failure.id != "cannot-write" or number == len(folders):
                raise
        else:
            break
    twins.remember(name, made)
    return WeightsFile(twin, made)


def _make(source: Path, twin: Path, request: dict[str, str | None]) -> str:
    """Convert a file, put a note beside the twin, and return the hash of the twin."""
    measured = hashlib.sha256()

    def write(partial: Path) -> None:
        # Opened before it is filled: what another process puts in its place is not hashed.
        with partial.open("rb") as made:
            _run_child(source, partial, request)
            while block := made.read(BLOCK_BYTES):
                measured.update(block)

    publish(twin, write, mode=0o644)
    about = request | {"source_sha256": request["sha256"], "sha256": measured.hexdigest()}
    publish_text(twin.with_suffix(".json"), json.dumps(about) + "\n", mode=0o644)
    return measured.hexdigest()


def _twin_name(sha256: str, format_: Format, member: str | None, state: str | None) -> str:
    """Name a twin after its source, and after what else decides what is in it."""
    if (format_, member, state) == ("torch", None, None):
        return sha256
    rest = json.dumps([format_, member, state]).encode()
    return f"{sha256}-{hashlib.sha256(rest).hexdigest()[:16]}"


def _run_child(source: Path, target: Path, request: dict[str, str | None]) -> None:
    patience = source.stat().st_size // BYTES_PER_S
    asked = json.dumps(request | {"cpu_s": CPU_S + patience})
    # Numerical libraries would reserve memory for threads that are never used.
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(  # noqa: S603  # our own module, two paths, our own JSON
            [*COMMAND, str(source), str(target), asked],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=WALL_S + patience,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refuse(source, "crashed", []) from None
    if done.returncode != 0:
        raise _refuse(source, *_answer(done.stdout))


def _answer(data: bytes) -> tuple[str, list[str]]:
    """Return code and names of a refusal; a child that died says nothing."""
    try:
        answer = json.loads(data)
        return answer["refused"], [visible(str(name)) for name in answer["names"]]
    except (ValueError, KeyError, TypeError):
        return "crashed", []


def _refuse(source: Path, code: str, names: list[str]) -> RadzooError:
    if code == "disk-full":
        return EnvironmentFailure(
            f"there is no room on the disk to convert {source.name}",
            id="cannot-write",
            hint="make room, or choose another cache with --cache-dir",
        )
    reason, hint = REASONS.get(code, REASONS["crashed"])
    said = reason.format(names=", ".join(names) or "nothing")
    return IntegrityError(f"{source.name} {said}", id=IDS.get(code, "unsafe-weights"), hint=hint)


def sha256_of(twin: Path) -> str | None:
    """Hash a twin; None if it is not there, or cannot be read."""
    try:
        with twin.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
