"""Changes registry files of the user and keeps their comments, order and quotes.

A file is accepted by the strict reader before ruamel's round-trip loader sees it, and what
would be written is read and validated again before it is published. Where entries are blocks
of lines, as usual, the text of the others is not touched at all.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, ScalarString

from radzoo.core.errors import EnvironmentFailure, InputError
from radzoo.core.publish import publish_text
from radzoo.core.strict_yaml import (
    BOOLEANS,
    FLOAT,
    INTEGER,
    NULLS,
    Document,
    Value,
    parse_yaml,
    read_bounded,
)
from radzoo.zoo.catalog import check_entry, entry_names
from radzoo.zoo.memory import locked, memory_root

NEW = """\
# My own models. radzoo registry schema prints what every field takes.
schema_version: 1
models: {}
"""
# What goes before the text of one entry, so that it is YAML of its own.
HEAD = "models:\n"
# A name as it stands in a block of the usual indentation.
ENTRY = re.compile(r"  [\"']?[a-z0-9]")
MODELS = re.compile(r"models:\s*(#.*)?")
Span = tuple[int, int]
WIDE = 1_000_000
LOCK = ".registries.lock"
# Reading and writing a large registry takes a second or two; several may wait.
LOCK_TIMEOUT_S = 60.0
ATTEMPTS = 20
Fields = Mapping[str, object]


def put_entry(file: Path, name: str, fields: Fields, *, replace: bool = False) -> None:
    """Add an entry to a registry file, which is made if it is not there.

    Args:
        file: of the user or the project.
        name: of the model.
        fields: the entry, plain values.
        replace: whether an entry of that name may be there already.

    Raises:
        InputError: if the entry or the file is wrong, or has an entry of that name.
        EnvironmentFailure: if the file cannot be written.
    """

    def put(models: CommentedMap) -> None:
        models[name] = _styled(fields)

    def change(text: str, document: Document) -> str:
        is_there = name in entry_names(document)
        if is_there and not replace:
            raise InputError(
                f"{file} already has an entry called '{name}'",
                id="entry-exists",
                hint="give it another name with --name, or say --replace",
            )
        span = _span(text, document, name) if is_there else _end(text, document)
        return _changed(text, span, put)

    _edit(file, name, change)


def set_fields(file: Path, name: str, fields: Fields) -> None:
    """Change fields of an entry that is in a registry file; dotted names lead inside.

    Raises:
        InputError: if the entry would not be right, or the file is wrong.
        EnvironmentFailure: if the file cannot be written.
    """

    def put(models: CommentedMap) -> None:
        for path, value in fields.items():
            *parents, last = path.split(".")
            part = models[name]
            for parent in parents:
                part = part[parent]
            part[last] = _styled(value)

    def change(text: str, document: Document) -> str:
        if name not in entry_names(document):
            raise InputError(
                f"{file} no longer has an entry called '{name}'",
                id="no-entry",
                hint=f"radzoo registry add {name} writes one",
            )
        return _changed(text, _span(text, document, name), put)

    _edit(file, name, change)


def with_fields(entry: Fields, changes: Fields) -> dict[str, object]:
    """Return an entry with other values under dotted names such as `input.size`."""
    changed = dict(entry)
    for path, value in changes.items():
        first, _, rest = path.partition(".")
        inner = changed.get(first)
        known = inner if isinstance(inner, Mapping) else {}
        changed[first] = with_fields(known, {rest: value}) if rest else value
    return changed


def _edit(file: Path, name: str, change: Callable[[str, Document], str]) -> None:
    """Change a registry without losing what others write into it at the same time.

    Where locks do nothing, as on some network disks, others may still write: then what they
    wrote is read again, and changed again until the entry called `name` stands in the file.
    """
    for _ in range(ATTEMPTS):
        with _alone():
            text = _read(file)
            changed = change(text, parse_yaml(text.encode(), file))
            wanted = parse_yaml(changed.encode(), file)
            check_entry(wanted, name)
            if _read(file) != text:
                continue
            _publish(file, changed)
        if _holds(file, changed, wanted.at(("models", name)), name):
            return
    raise EnvironmentFailure(
        f"{file} is changed by others all the time, the entry '{name}' may not be in it",
        id="lost-change",
        hint="try again when nobody else writes to it",
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Let no other radzoo of this user edit a registry, if the user's memory can be written."""
    with ExitStack() as stack:
        with suppress(EnvironmentFailure):  # the file is looked at again anyway
            stack.enter_context(locked(memory_root() / LOCK, timeout_s=LOCK_TIMEOUT_S))
        yield


def _holds(file: Path, written: str, wanted: Value, name: str) -> bool:
    """Does a registry hold an entry as it was written, whatever else has changed?"""
    text = _read(file)
    if text == written:
        return True
    document = parse_yaml(text.encode(), file)
    return name in entry_names(document) and document.at(("models", name)) == wanted


def _read(file: Path) -> str:
    """Return the text of a registry, or that of an empty one if there is no file."""
    return read_bounded(file).decode("utf-8-sig") if file.exists() else NEW


def _changed(text: str, span: Span | None, change: Callable[[CommentedMap], None]) -> str:
    """Return a registry with its models changed; outside the span nothing is touched."""
    start, end = span or (0, len(text))
    root = _round_trip().load(text[start:end] if span is None else HEAD + text[start:end])
    if not root["models"]:
        root["models"] = CommentedMap()  # a block, not `{}`
    change(root["models"])
    stream = StringIO()
    _round_trip().dump(root, stream)
    changed = stream.getvalue() if span is None else stream.getvalue().removeprefix(HEAD)
    return text[:start] + changed + text[end:]


def _span(text: str, document: Document, name: str) -> Span | None:
    """Return where the text of an entry begins and ends, if that is a block of whole lines.

    None if it is not, as in the style of JSON: the whole file is then written anew.
    """
    starts = sorted(line for place, line in document.lines.items() if len(place) in (1, 2))
    first = document.lines.get(("models", name), 0)
    after = next((line for line in starts if line > first), None)
    lines = text.splitlines(keepends=True)
    in_block = MODELS.fullmatch(lines[document.line_of(("models",)) - 1].rstrip())
    if not in_block or not first or starts.count(first) > 1 or not ENTRY.match(lines[first - 1]):
        return None
    start = len("".join(lines[: first - 1]))
    return start, start + len("".join(lines[first - 1 : after - 1 if after else None]))


def _end(text: str, document: Document) -> Span | None:
    """Return where one more entry belongs, if the models are blocks at the end of the file."""
    names = entry_names(document)
    is_last = max(document.lines, key=lambda place: document.lines[place])[:1] == ("models",)
    blocks = all(_span(text, document, name) for name in names)
    closed = text.endswith("\n")
    return (len(text), len(text)) if is_last and blocks and closed and names else None


def _publish(file: Path, text: str) -> None:
    target = file.resolve()  # a link stays a link
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
    publish_text(target, text, mode=mode)


class _Representer(RoundTripRepresenter):
    """Writes `null` as a word: an empty value reads like something forgotten."""


def _null(representer: RoundTripRepresenter, value: None) -> ScalarNode:
    node: ScalarNode = representer.represent_scalar("tag:yaml.org,2002:null", "null")
    return node


_Representer.add_representer(type(None), _null)


def _round_trip() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Representer = _Representer
    yaml.preserve_quotes = True
    yaml.width = WIDE
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _styled(value: object) -> object:
    """Return plain values in the style of the registry: short lists in a line, safe quotes."""
    if isinstance(value, Mapping):
        return CommentedMap((key, _styled(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        items = CommentedSeq(_styled(item) for item in value)
        if not any(isinstance(item, Mapping | list) for item in value):
            items.fa.set_flow_style()
        return items
    if isinstance(value, str) and not isinstance(value, ScalarString) and _reads_otherwise(value):
        return DoubleQuotedScalarString(value)
    return value


def _reads_otherwise(text: str) -> bool:
    """Would this text be something else without quotes, here or to another reader?"""
    return (
        text in NULLS
        or text in BOOLEANS
        or INTEGER.fullmatch(text) is not None
        or FLOAT.fullmatch(text) is not None
        or text[:1].isdecimal()
        or len(text) == 64
    )
