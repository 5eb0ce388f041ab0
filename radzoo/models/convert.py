"""A `torch` file of weights becomes a safetensors file, in a child process, once.

`torch.load(weights_only=True)` runs no code of the file, but a small file can still ask for
terabytes or crash the interpreter; that must happen to a process we can lose.
"""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

from radzoo.core.errors import IntegrityError
from radzoo.core.publish import publish, publish_text

TIMEOUT_S = 600


def converted(source: Path, sha256: str, folder: Path) -> Path:
    """Return the safetensors twin of a torch file, making it if it is not there yet.

    Args:
        source: the torch file, whose hash the caller has verified.
        sha256: that hash; the twin is named after it.
        folder: where twins are kept.

    Raises:
        IntegrityError: if the file is not a plain dictionary of tensors.
    """
    twin, note = folder / f"{sha256}.safetensors", folder / f"{sha256}.json"
    if twin.is_file() and note.is_file() and _noted(note) == _sha256(twin):
        return twin
    check_archive(source)
    publish(twin, lambda partial: _run_child(source, partial))
    publish_text(note, json.dumps({"source_sha256": sha256, "sha256": _sha256(twin)}) + "\n")
    return twin


def check_archive(source: Path) -> None:
    """Refuse an archive that could unpack to more than its size, or that holds code.

    Files from before torch 1.6 are no archives and are left to the child.

    Raises:
        IntegrityError: if it is such an archive.
    """
    if not zipfile.is_zipfile(source):
        return
    try:
        with zipfile.ZipFile(source) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise _unsafe(source) from None
    compressed = any(member.compress_type != zipfile.ZIP_STORED for member in members)
    total = sum(member.file_size for member in members)
    strange = any(
        ".." in name.parts
        or name.is_absolute()
        or "code" in name.parts[1:2]
        or name.name == "constants.pkl"
        for name in (Path(member.filename) for member in members)
    )
    if compressed or strange or total > source.stat().st_size:
        raise _unsafe(source)


def _run_child(source: Path, target: Path) -> None:
    command = [sys.executable, "-m", "radzoo.models.convert_child", str(source), str(target)]
    try:
        done = subprocess.run(  # noqa: S603  # our own module, two paths
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unsafe(source) from None
    if done.returncode != 0:
        raise _unsafe(source)


def _unsafe(source: Path) -> IntegrityError:
    return IntegrityError(
        f"{source.name} is not a plain dictionary of tensors",
        id="unsafe-weights",
        hint="ask its authors for a safetensors file; radzoo never unpickles objects",
    )


def _noted(note: Path) -> str | None:
    try:
        value = json.loads(note.read_text("utf-8"))["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return value if isinstance(value, str) else None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
