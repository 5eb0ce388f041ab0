"""Entries whose weights are a file of the user's: made from others, and measured anew."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from radzoo.core.entry import ExternalSource, File
from radzoo.core.errors import InputError
from radzoo.zoo.catalog import Found
from radzoo.zoo.checksum import verify_file

Fields = Mapping[str, object]
UNTOLD = {"sha256": None, "sha256_prefix": None, "md5": None, "size_bytes": None, "size_mb": None}


def with_local_weights(fields: Fields, file: Path) -> dict[str, object]:
    """Return an entry with a file on this machine, which is measured, in place of its source.

    Args:
        fields: of the entry.
        file: of weights; safetensors if its name ends so, else of the format that the entry
            states, else plain tensors of torch.

    Raises:
        InputError: if the file cannot be read.
        WrongFile: if the entry names no address but a hash, and this is another file.
    """
    given = fields.get("source")
    before = given if isinstance(given, Mapping) else {}
    measured = verify_file(file, _stated(before), cached=True)
    stated = before.get("format") or "safetensors"
    otherwise = "torch" if stated == "safetensors" else stated
    source = {
        "kind": "local",
        "path": str(file.absolute()),
        "sha256": measured.sha256,
        "size_bytes": measured.size_bytes,
        "format": "safetensors" if file.suffix == ".safetensors" else otherwise,
    }
    if file.suffix == ".zip" and before.get("member"):
        source["member"] = before["member"]
    changed = {**fields, "source": source}
    if before.get("sha256") != measured.sha256:
        changed.pop("selftest", None)
        changed["status"] = "hash"
    return changed


def forget_file(found: Found) -> Found:
    """Return an entry of local weights as if nothing were known of the file.

    Raises:
        InputError: if its weights come from elsewhere: they have to stay those that came first.
    """
    entry = found.entry
    if entry.source.kind != "local":
        raise InputError(
            f"the weights of {entry.name} are no local file, so they are not measured again",
            id="not-local",
            hint=f"radzoo pull {entry.name} --force fetches them again",
        )
    source = entry.source.model_copy(update=UNTOLD)
    return replace(found, entry=entry.model_copy(update={"source": source}))


def _stated(source: Fields) -> File:
    """Return what an external source says of its file; the file of another source is replaced."""
    if source.get("kind") != "external":
        return File()
    try:
        return TypeAdapter(ExternalSource).validate_python(source)
    except ValidationError:
        return File()  # the whole entry is validated before it is written
