"""A kit: models in one file, to carry to a machine without a network.

A kit is a zip archive of stored (not compressed) members:

    kit.json                 what is in it: `KitContents`
    zoo.yaml                 the same entries as a registry file, to read or to use
    weights/<sha256>.<ext>   each file of weights once
    LICENCES.txt             the licences of every model
    README.txt               what to do with it

The same models give the same bytes, whenever and wherever the kit is made.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Annotated, Literal
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from pydantic import Field, model_validator

from radzoo import __version__
from radzoo.core.entry import ZooEntry
from radzoo.core.entry.record import Record, Text
from radzoo.core.errors import IntegrityError
from radzoo.zoo.sources.https import SUFFIXES

MANIFEST = "kit.json"
TEXTS = ("zoo.yaml", "LICENCES.txt", "README.txt")
MAX_MODELS = 500
BLOCK_BYTES = 1 << 20
# The first moment that a zip archive can state.
EPOCH = (1980, 1, 1, 0, 0, 0)
README = """\
This is a kit of models for radzoo, a model zoo for radiology (research use only).

On the machine without a network:

    radzoo unbundle KIT.zip --trust-kit SHA256-OF-THE-KIT
    radzoo pull NAME --offline

Unbundling checks every file against kit.json and against the registry there. What no hash of
that machine vouches for is taken only with --trust-kit and the sha256 that radzoo bundle
printed: have it brought another way than the kit. Licences that restrict use (LICENCES.txt)
have to be accepted there too: radzoo unbundle --accept-license.
"""


class KitModel(Record):
    """One model of a kit.

    Attributes:
        entry: the entry as it was in the registry where the kit was made; for a file of that
            machine, `path` is the name in the kit.
        file: the member that holds the weights.
        licence: of the weights, as the entry states it.
        accepted: did whoever made the kit accept a licence that restricts use?
    """

    entry: ZooEntry
    file: Annotated[str, Field(pattern=r"^weights/[0-9a-f]{64}\.(safetensors|pth|pickle)$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size_bytes: Annotated[int, Field(gt=0, lt=2**40)]
    licence: Text | None
    accepted: bool

    @model_validator(mode="after")
    def _agrees_with_its_entry(self) -> "KitModel":
        source = self.entry.source
        if source.kind not in {"hub", "https", "local"}:
            raise ValueError("a kit holds no such source")
        if self.file != member_name(self.entry, self.sha256):
            raise ValueError("the file is not named by its hash")
        if not self.sha256.startswith(source.sha256 or source.sha256_prefix or ""):
            raise ValueError("the hash is not that of the entry")
        if source.size_bytes not in {None, self.size_bytes}:
            raise ValueError("the size is not that of the entry")
        if self.licence != self.entry.license.weights:
            raise ValueError("the licence is not that of the entry")
        return self


class KitContents(Record):
    """What `kit.json` says."""

    schema_version: Literal[1] = 1
    radzoo: Text
    models: Annotated[list[KitModel], Field(min_length=1, max_length=MAX_MODELS)]

    @model_validator(mode="after")
    def _names_differ(self) -> "KitContents":
        if len({model.entry.name for model in self.models}) != len(self.models):
            raise ValueError("two models have one name")
        sizes = {(model.file, model.size_bytes) for model in self.models}
        if len(sizes) != len({model.file for model in self.models}):
            raise ValueError("one file has two sizes")
        return self


def member_name(entry: ZooEntry, sha256: str) -> str:
    """Return what the weights of an entry are called in a kit."""
    return f"weights/{sha256}{SUFFIXES[entry.source.format]}"


def write_kit(kit: Path, models: Sequence[KitModel], files: Mapping[str, Path]) -> None:
    """Write a kit, hashing every file again on its way in.

    Args:
        kit: the file to fill; the caller publishes it.
        models: in any order.
        files: member name to the file of weights.

    Raises:
        IntegrityError: if a file is no longer the one that was verified.
        OSError: if it cannot be written.
    """
    ordered = sorted(models, key=lambda model: model.entry.name)
    contents = KitContents(radzoo=__version__, models=ordered)
    texts = {
        "zoo.yaml": registry_text([model.entry for model in ordered]),
        "LICENCES.txt": licence_text(ordered),
        "README.txt": README,
    }
    record = json.dumps(contents.model_dump(mode="json"), indent=1, sort_keys=True)
    with ZipFile(kit, "w", ZIP_STORED) as archive:
        archive.writestr(_member(MANIFEST), record + "\n")
        for name in TEXTS:
            archive.writestr(_member(name), texts[name].encode())
        for model in {model.file: model for model in ordered}.values():
            _copy_in(archive, model, files[model.file])


def registry_text(entries: Sequence[ZooEntry]) -> str:
    """Return entries as a registry file."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # theirs
    yaml.allow_unicode = True
    text = StringIO()
    models = {entry.name: fields_of(entry) for entry in entries}
    yaml.dump({"schema_version": 1, "models": models}, text)
    return text.getvalue()


def fields_of(entry: ZooEntry) -> dict[str, object]:
    """Return an entry as it stands in a registry, without what goes without saying."""
    return entry.model_dump(mode="json", exclude={"name"}, exclude_defaults=True)


def licence_text(models: Sequence[KitModel]) -> str:
    """Return the licences of every model as a text for people."""
    paragraphs = ["Licences of the models in this kit, as far as they are known."]
    for model in models:
        licences = model.entry.license
        parts = (("code", licences.code), ("weights", licences.weights), ("data", licences.data))
        lines = [model.entry.name]
        lines += [f"  {part + ':':<9} {licence or 'not stated'}" for part, licence in parts]
        if licences.conflict:
            lines.append(f"  conflict: {licences.conflict}")
        if model.accepted:
            lines.append("  accepted by whoever made this kit; accept it yourself before use")
        lines.append(f"  cite:     {model.entry.citation.text}")
        paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs) + "\n"


def _member(name: str, size_bytes: int = 0) -> ZipInfo:
    """Describe a member in a way that depends on nothing but its name and content."""
    member = ZipInfo(name, EPOCH)
    member.create_system = 3
    member.external_attr = 0o100644 << 16
    member.file_size = size_bytes
    return member


def _copy_in(archive: ZipFile, model: KitModel, file: Path) -> None:
    """Copy a file of weights into the kit and hash what is copied."""
    digest = hashlib.sha256()
    with file.open("rb") as stream, archive.open(_member(model.file, model.size_bytes), "w") as out:
        while block := stream.read(BLOCK_BYTES):
            digest.update(block)
            out.write(block)
    if digest.hexdigest() != model.sha256:
        raise IntegrityError(
            f"the weights of {model.entry.name} changed while they were copied",
            id="wrong-hash",
            hint="radzoo verify shows which files are damaged",
        )
