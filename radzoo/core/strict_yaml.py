"""Reads YAML that may be hostile: plain values only, bounded in every direction.

The registry needs mappings, lists, texts, numbers, booleans and null. Everything else that
YAML offers (anchors, tags, several documents, directives, duplicate keys) is refused, since
each has been used to exhaust a parser or to smuggle in something else than what is read.

ruamel's pure-Python parser gives events; values are built from them here, so that limits
hold before anything is built and every value knows its line. C loaders are not used: they
crash on deeply nested input.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamStartEvent,
)

from radzoo.core.errors import InputError
from radzoo.core.plain_scanner import NotPlain, PlainScanner
from radzoo.core.yaml_reasons import why

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_EVENTS = 30_000
MAX_WORDS = 200_000
# What stands between values: commas, and all that YAML takes for the end of a line.
SEPARATORS = [sign.encode() for sign in ",\n\r\x85\u2028\u2029"]
FIELDS = "radzoo registry schema prints what every field takes"

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]
Place = tuple[str | int, ...]

# The core schema of YAML 1.2: no octal, no sexagesimal, no yes and no.
NULLS = frozenset(["", "~", "null", "Null", "NULL"])
BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False}
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file.

    Attributes:
        lines: where each value stands: path of keys and positions to line, from 1.
    """

    file: Path
    value: Value
    lines: dict[Place, int] = field(default_factory=dict)

    def at(self, place: Place) -> Value:
        """Return the value at a place that exists."""
        value = self.value
        for part in place:
            value = value[part]  # type: ignore[index]  # the place exists
        return value

    def line_of(self, place: Place) -> int:
        """Return the line of a value, or of the nearest thing that encloses it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_yaml(file: Path) -> Document:
    """Read a file of plain values.

    Raises:
        InputError: if it cannot be read, is too large, or is more than plain values; the
            message names the file and the line.
    """
    return parse_yaml(read_bounded(file), file)


def read_bounded(file: Path) -> bytes:
    """Return the content of a regular file that is not too large."""
    try:
        size = file.stat().st_size if file.is_file() else None
        if size is not None and size <= MAX_BYTES:
            return file.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise InputError(
            f"cannot read {file}: {reason}",
            id="unreadable-registry",
            hint="check that the file is there and may be read",
        ) from None
    if size is None:
        raise InputError(
            f"{file} is not a file, a registry in YAML was needed",
            id="unreadable-registry",
            hint="give the path of a zoo.yaml",
        )
    raise InputError(
        f"{file} has {size:,} bytes, a registry may have {MAX_BYTES:,}",
        id="invalid-registry",
        hint="is it a registry? divide it into several files, each named by --registry",
    )


def parse_yaml(data: bytes, file: Path) -> Document:
    """Build plain values from YAML; `file` is for messages."""
    lines: dict[Place, int] = {}
    _refuse_crowded(data, file)
    try:
        text = data.decode("utf-8")
        yaml = YAML(typ="safe", pure=True)
        yaml.Scanner = PlainScanner
        events = _checked(yaml.parse(text), file)
        value = _build(next(events), events, (), lines, file)
        for _ in events:
            pass  # the rest must be checked too: there may be a second document
        return Document(file, value, lines)
    except UnicodeDecodeError:
        raise InputError(
            f"{file} is not UTF-8 text", id="invalid-registry", hint="save it as UTF-8"
        ) from None
    except StopIteration:
        raise refused(file, 1, "is empty") from None
    except NotPlain as found:
        raise refused(file, found.line, str(found), found.hint) from None
    except MarkedYAMLError as error:
        line, reason, remedy = why(error, text)
        said = f"is not valid YAML: {reason}" if reason else "is not valid YAML"
        raise refused(file, line, said, remedy) from None
    except YAMLError:
        raise refused(file, 1, "is not valid YAML") from None
    except RecursionError:
        raise refused(file, 1, "is nested too deeply") from None


def refused(file: Path, line: int, what: str, hint: str = "") -> InputError:
    """Return the error that says what is wrong where."""
    return InputError(f"{file}:{line}: {what}", id="invalid-registry", hint=hint or FIELDS)


def _refuse_crowded(data: bytes, file: Path) -> None:
    """Refuse at once what would take seconds until the count of values is found too high."""
    for separator in SEPARATORS:
        if data.count(separator) > MAX_EVENTS:
            raise refused(file, 1, "has too many values")
    if len(data.split()) > MAX_WORDS:
        raise refused(file, 1, f"has more than {MAX_WORDS:,} words")


def _checked(events: Iterator[Event], file: Path) -> Iterator[Event]:
    """Pass on the events of one document's values, refusing all that is not plain."""
    depth = documents = 0
    for count, event in enumerate(events):
        line = event.start_mark.line + 1
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise refused(file, line, "has more than one document, or directives")
        depth += isinstance(event, MappingStartEvent | SequenceStartEvent)
        depth -= isinstance(event, MappingEndEvent | SequenceEndEvent)
        if depth > MAX_DEPTH:
            raise refused(file, line, f"is nested more than {MAX_DEPTH} deep")
        if count > MAX_EVENTS:
            raise refused(file, line, "has too many values")
        if not isinstance(event, StreamStartEvent | DocumentStartEvent):
            yield event


def _build(
    event: Event, events: Iterator[Event], place: Place, lines: dict[Place, int], file: Path
) -> Value:
    """Build the value that begins with `event`, noting where it and its parts stand."""
    lines.setdefault(place, event.start_mark.line + 1)
    if isinstance(event, ScalarEvent):
        return _scalar(event, file)
    if isinstance(event, SequenceStartEvent):
        items: list[Value] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            items.append(_build(event, events, (*place, len(items)), lines, file))
        return items
    if isinstance(event, MappingStartEvent):
        return _build_mapping(events, place, lines, file)
    raise refused(file, 1, "is empty")


def _build_mapping(
    events: Iterator[Event], place: Place, lines: dict[Place, int], file: Path
) -> Value:
    mapping: dict[str, Value] = {}
    while not isinstance(event := next(events), MappingEndEvent):
        line = event.start_mark.line + 1
        key = _scalar(event, file) if isinstance(event, ScalarEvent) else None
        if not isinstance(key, str):
            raise refused(file, line, "has a key that is not text", "put it in quotes")
        if key in mapping:
            raise refused(file, line, f"has the key '{key}' twice")
        lines[(*place, key)] = line
        mapping[key] = _build(next(events), events, (*place, key), lines, file)
    return mapping


def _scalar(event: ScalarEvent, file: Path) -> str | int | float | bool | None:
    """Resolve a scalar; quoted ones are always text."""
    text: str = event.value
    if not text.replace("\n", "").replace("\t", "").isprintable():
        raise refused(file, event.start_mark.line + 1, "holds an invisible character")
    if not event.implicit[0]:
        return text
    if text in NULLS:
        return None
    if text in BOOLEANS:
        return BOOLEANS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    if not FLOAT.fullmatch(text):
        return text
    number = float(text)
    if math.isinf(number):
        raise refused(file, event.start_mark.line + 1, "holds a number too large to compute with")
    return number
