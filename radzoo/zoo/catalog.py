"""The models there are: registry files read, checked and laid over each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from radzoo.core.entry import LocalSource, ZooEntry
from radzoo.core.errors import InputError
from radzoo.core.registry import did_you_mean
from radzoo.core.strict_yaml import Document, Value, read_yaml, refused
from radzoo.zoo.registries import registry_files
from radzoo.zoo.schema_errors import explain_invalid

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Catalog:
    """All entries by name, in alphabetical order.

    Attributes:
        origins: name to the registry file that the entry came from.
    """

    entries: Mapping[str, ZooEntry]
    origins: Mapping[str, Path]
    files: tuple[Path, ...]


def load_catalog(registries: Sequence[Path] = ()) -> Catalog:
    """Read and validate every registry file; of entries with one name the last counts.

    Raises:
        InputError: if a file cannot be read or anything in it is wrong.
    """
    return load_files(registry_files(registries))


def load_files(files: Sequence[Path]) -> Catalog:
    """Read and validate these registry files, and no others."""
    entries: dict[str, ZooEntry] = {}
    origins: dict[str, Path] = {}
    for file in files:
        document = read_yaml(file)
        for name in _models(document):
            entries[name] = _validate(document, name)
            origins[name] = file
    names = sorted(entries)
    return Catalog({name: entries[name] for name in names}, origins, tuple(files))


def find_entry(name: str, registries: Sequence[Path] = ()) -> ZooEntry:
    """Return the entry called `name`; only that one is validated.

    Raises:
        InputError: if there is no such model, or a file cannot be read.
    """
    return find_with_origin(name, registries)[0]


def find_with_origin(name: str, registries: Sequence[Path] = ()) -> tuple[ZooEntry, Path]:
    """Return the entry called `name` and the registry file that it came from."""
    documents = [read_yaml(file) for file in registry_files(registries)]
    for document in reversed(documents):
        if name in _models(document):
            return _validate(document, name), document.file
    known = sorted({known for document in documents for known in _models(document)})
    raise InputError(
        f"there is no model called '{name}'",
        id="unknown-model",
        hint=did_you_mean(name, known) or "radzoo list shows all models",
    )


def _models(document: Document) -> dict[str, Value]:
    """Return the `models` of a registry file after a look at its outline."""
    outline = document.value
    if not isinstance(outline, dict) or set(outline) != {"schema_version", "models"}:
        raise refused(
            document.file, 1, "needs exactly the keys 'schema_version' and 'models' at the top"
        )
    version, models = outline["schema_version"], outline["models"]
    if type(version) is not int or version != SCHEMA_VERSION:
        raise refused(
            document.file,
            document.line_of(("schema_version",)),
            f"has schema_version {version!r}, this radzoo reads {SCHEMA_VERSION}",
        )
    if not isinstance(models, dict):
        raise refused(
            document.file, document.line_of(("models",)), "needs 'models' to map names to entries"
        )
    return models


def _validate(document: Document, name: str) -> ZooEntry:
    """Check one entry of a registry file and resolve a path that is relative to that file."""
    given = _models(document)[name]
    place = ("models", name)
    if not isinstance(given, dict) or "name" in given:
        line = document.line_of(place)
        raise refused(document.file, line, f"{name}: an entry maps fields (not 'name') to values")
    try:
        entry = ZooEntry.model_validate({"name": name, **given})
    except ValidationError as error:
        raise explain_invalid(error, document, place) from None
    if isinstance(entry.source, LocalSource):
        path = document.file.absolute().parent / entry.source.path
        source = entry.source.model_copy(update={"path": str(path)})
        return entry.model_copy(update={"source": source})
    return entry
