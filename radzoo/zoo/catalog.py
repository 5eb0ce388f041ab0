"""The models there are: registry files read, checked and laid over each other.

A file is read as YAML and validated once; after that `zoo.index` knows it, and an entry that
is asked for is validated alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from radzoo.core.entry import LocalSource, ZooEntry
from radzoo.core.errors import InputError
from radzoo.core.registry import did_you_mean
from radzoo.core.schema_mistakes import Mistake, find_mistakes
from radzoo.core.strict_yaml import Document, Value, parse_yaml, read_bounded, refused
from radzoo.zoo.index import Indexed, beside, read_index, write_index
from radzoo.zoo.listing import Listed, describe
from radzoo.zoo.registries import registry_files, shipped_registry
from radzoo.zoo.schema_errors import ENTRY, describe_unwritten, summarise

SCHEMA_VERSION = 1
MAX_ENTRIES = 2_000


@dataclass(frozen=True, slots=True)
class Catalog:
    """All entries by name, in alphabetical order.

    Attributes:
        origins: name to the registry file that the entry came from.
    """

    entries: Mapping[str, ZooEntry]
    origins: Mapping[str, Path]
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An entry and where it came from.

    Attributes:
        fields: the entry as it stands in the registry.
        overruled: other registry files with an entry of that name, which do not count.
    """

    entry: ZooEntry
    fields: Mapping[str, object]
    origin: Path
    overruled: tuple[Path, ...]


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
        opened = _open(file)
        for name in _names(opened):
            entries[name] = _entry(opened, name)
            origins[name] = file
    names = sorted(entries)
    return Catalog({name: entries[name] for name in names}, origins, tuple(files))


def find_entry(
    name: str, registries: Sequence[Path] = (), log: Callable[[str], object] | None = None
) -> ZooEntry:
    """Return the entry called `name`; only that one is validated.

    Args:
        name: of the model.
        registries: those that the user named.
        log: told if the entry stands in for another one though nobody named its file.

    Raises:
        InputError: if there is no such model, or a file cannot be read.
    """
    found = look_up(name, registries)
    overruling = says_what_it_overrules(found, registries)
    if log is not None and overruling:
        log(overruling)
    return found.entry


def says_what_it_overrules(found: Found, registries: Sequence[Path] = ()) -> str:
    """Say that an entry stands in for others of its name; nothing where `registries` has it."""
    if not found.overruled or found.origin in registries:
        return ""
    shipped = shipped_registry()
    others = [
        "the one that ships with radzoo" if file == shipped else f"that of {_seen_from_here(file)}"
        for file in found.overruled
    ]
    here = _seen_from_here(found.origin)
    return f"{found.entry.name}: the entry of {here} overrules {' and '.join(others)}"


def _seen_from_here(file: Path) -> str:
    """Return a path that cannot be taken for a bare name."""
    return str(file) if file.is_absolute() or file.parent != Path() else f"./{file}"


def find_with_origin(name: str, registries: Sequence[Path] = ()) -> tuple[ZooEntry, Path]:
    """Return the entry called `name` and the registry file that it came from."""
    found = look_up(name, registries)
    return found.entry, found.origin


def look_up(name: str, registries: Sequence[Path] = ()) -> Found:
    """Return the entry called `name`, and all there is to say of where it came from.

    Raises:
        InputError: if there is no such model, or a file cannot be read.
    """
    layers = [_open(file) for file in registry_files(registries)]
    holders = [layer for layer in layers if name in _names(layer)]
    if not holders:
        known = sorted({known for layer in layers for known in _names(layer)})
        raise InputError(
            f"there is no model called '{name}'",
            id="unknown-model",
            hint=did_you_mean(name, known) or "radzoo list shows all models",
        )
    *below, last = holders
    overruled = tuple(layer.file for layer in reversed(below))
    return Found(_entry(last, name), _fields(last, name), last.file, overruled)


def find_in(file: Path, name: str) -> ZooEntry | None:
    """Return the entry called `name` of one registry file, if that has one.

    Raises:
        InputError: if the file cannot be read, or the entry is not right.
    """
    if not file.exists():
        return None
    opened = _open(file)
    return _entry(opened, name) if name in _names(opened) else None


def list_registry(file: Path) -> list[Listed]:
    """Return what a list shows of one registry file, which is read and validated.

    Raises:
        InputError: if anything in it is wrong.
    """
    opened = _open(file)
    if isinstance(opened, Indexed):
        return opened.listed()
    return [beside(describe(_validate(opened, name)), file) for name in sorted(_names(opened))]


def read_registry(file: Path) -> tuple[int, list[Mistake]]:
    """Return how many entries a registry file has, and every mistake in it."""
    try:
        document = parse_yaml(read_bounded(file), file)
        names = _models(document)
    except InputError as error:
        return 0, [Mistake.of(error, file)]
    checked = [_check(document, name) for name in names]
    return len(names), [
        one for mistakes in checked if isinstance(mistakes, list) for one in mistakes
    ]


def entry_names(document: Document) -> list[str]:
    """Return the names of the entries of a registry file that was read."""
    return list(_models(document))


def check_entry(document: Document, name: str) -> ZooEntry:
    """Return one entry of a registry that is not written yet.

    Raises:
        InputError: if it is not right: with all that is wrong, by the names of the fields.
    """
    checked = _check(document, name)
    if isinstance(checked, ZooEntry):
        return checked
    raise describe_unwritten(checked)


def _open(file: Path) -> Indexed | Document:
    """Return a registry file from the index, or else read, and indexed if all of it is right."""
    indexed = read_index(file)
    if indexed is not None:
        return indexed
    data = read_bounded(file)
    document = parse_yaml(data, file)
    try:
        entries = [_validate(document, name) for name in sorted(_models(document))]
    except InputError:
        return document  # the entry that is asked for may still be right
    write_index(data, dict(_mappings(document)), map(describe, entries))
    return document


def _mappings(document: Document) -> Iterator[tuple[str, Mapping[str, object]]]:
    for name, fields in _models(document).items():
        if isinstance(fields, dict):
            yield name, fields


def _names(opened: Indexed | Document) -> Sequence[str]:
    return opened.names if isinstance(opened, Indexed) else list(_models(opened))


def _fields(opened: Indexed | Document, name: str) -> Mapping[str, object]:
    """Return an entry as it stands in a registry in which it was found right."""
    return opened.entry(name) if isinstance(opened, Indexed) else dict(_mappings(opened))[name]


def _entry(opened: Indexed | Document, name: str) -> ZooEntry:
    """Return one entry, validated, with a path that is relative to its registry resolved."""
    if isinstance(opened, Indexed):
        entry = ZooEntry.model_validate({"name": name, **opened.entry(name)})
    else:
        entry = _validate(opened, name)
    if isinstance(entry.source, LocalSource):
        path = opened.file.absolute().parent / entry.source.path
        source = entry.source.model_copy(update={"path": str(path)})
        return entry.model_copy(update={"source": source})
    return entry


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
    if len(models) > MAX_ENTRIES:
        raise refused(
            document.file,
            document.line_of(("models",)),
            f"has {len(models):,} entries, a registry may have {MAX_ENTRIES:,}",
            "divide it into several files, each named by --registry",
        )
    return models


def _validate(document: Document, name: str) -> ZooEntry:
    """Return one entry of a registry file, or raise `InputError` with what is wrong."""
    checked = _check(document, name)
    if isinstance(checked, ZooEntry):
        return checked
    raise summarise(checked, document.file)


def _check(document: Document, name: str) -> ZooEntry | list[Mistake]:
    """Return one entry of a registry file, or all that is wrong with it."""
    given, place = _models(document)[name], ("models", name)
    if not isinstance(given, dict) or "name" in given:
        line = document.line_of(place)
        return [Mistake(line, name, "an entry maps fields (not 'name') to values")]
    try:
        return ZooEntry.model_validate({"name": name, **given})
    except ValidationError as error:
        return find_mistakes(error, document, ENTRY, place)
