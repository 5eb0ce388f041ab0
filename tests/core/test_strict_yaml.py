import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radzoo.core.errors import InputError
from radzoo.core.strict_yaml import MAX_BYTES, MAX_EVENTS, MAX_WORDS, parse_yaml, read_yaml

FILE = Path("zoo.yaml")

BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(9)
)
HOSTILE = {
    "billion laughs": (BOMB, "anchor"),
    "anchor": ("a: &x 1\n", "anchor"),
    "alias": ("a: *x\n", "alias"),
    "merge key": ("a: &x {b: 1}\nc: {<<: *x}\n", "anchor"),
    "python tag": ("a: !!python/object/apply:os.system ['id']\n", "tag"),
    "own tag": ("a: !thing 1\n", "tag"),
    "non-specific tag": ("a: ! 1\n", "tag"),
    "duplicate key": ("a: 1\na: 2\n", "twice"),
    "quoted duplicate key": ("a: 1\n'a': 2\n", "twice"),
    "two documents": ("a: 1\n---\nb: 2\n", "document"),
    "version directive": ("%YAML 1.1\n---\na: 1\n", "directive"),
    "tag directive": ("%TAG ! tag:x,2000:\n---\na: 1\n", "directive"),
    "brackets": ("[" * 200_000, "deep"),
    "braces": ("{" * 200_000, "key"),
    "dashes": ("- " * 190_000, "deep"),
    "question marks": ("? " * 190_000, "key"),
    "number as key": ("1: a\n", "key"),
    "null as key": ("? \n: a\n", "key"),
    "list as key": ("? [a]\n: b\n", "key"),
    "many values": ("a: [" + "a," * 400_000 + "]", "too many"),
    "many keys": ("".join(f"k{n}:\n" for n in range(100_000)), "too many"),
    "many words": ("a " * (MAX_WORDS + 1), "words"),
    "many anchors": ("".join(f"- &a{n} x\n" for n in range(20_000)), "anchor"),
    "escape sequence": ('a: "\\e[31m"\n', "invisible"),
    "right-to-left override": ('a: "\\u202e"\n', "invisible"),
    "infinite number": ("a: 1\nb: 1e999\n", "too large"),
    "unclosed": ("a: [1, 2\n", "not valid YAML"),
    "tab indentation": ("a:\n\tb: 1\n", "not valid YAML"),
    "carriage returns": ("a\r" * 450_000, "too many"),
    "many exclamation marks": ("!" * 900_000, "tag"),
    "long tag": ("a: !" + "a" * 900_000, "tag"),
    "long verbatim tag": ("!<" + "a" * 900_000, "tag"),
    "long tag in percent signs": ("!" + "%41" * 300_000, "tag"),
    "long anchor": ("&" + "a" * 900_000, "anchor"),
    "long alias": ("*" + "a" * 900_000, "alias"),
    "long directive": ("%" + "a" * 900_000, "directive"),
    "version of many digits": ("%YAML " + "1" * 900_000, "directive"),
    "tag directive without end": ("%TAG !" + "a" * 900_000, "directive"),
    "escape beyond Unicode": ('a: 1\nb: "\\UFFFFFFFF"\n', "no character"),
    "lone surrogate": ('a: "\\ud800"\n', "invisible"),
    "nothing": ("", "empty"),
    "comment only": ("# a\n", "empty"),
}


@pytest.mark.parametrize(("text", "why"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_yaml_is_refused_quickly_with_its_line(text, why):
    begin = time.perf_counter()
    with pytest.raises(InputError, match=rf"zoo\.yaml:\d+: .*{why}"):
        parse_yaml(text.encode(), FILE)
    assert time.perf_counter() - begin < 2


NEARLY = {
    "list": "a: [" + "a," * (MAX_EVENTS - 10) + "]",
    "keys": "".join(f"k{n}:\n" for n in range(MAX_EVENTS // 2 - 10)),
    "one word": "a" * (MAX_BYTES - 1),
    "one quoted text": 'a: "' + "wxyz " * (MAX_WORDS - 10) + '"',
    "escapes": 'a: "' + "\\x41" * (MAX_BYTES // 4 - 10) + '"',
    "hyphens": "-" * (MAX_BYTES - 1),
    "words": "wxyz " * (MAX_WORDS - 1),
    "quoted lines": 'a: "' + "a\r" * (MAX_EVENTS - 10) + '"',
    "comment": "a: 1 #" + "a" * (MAX_BYTES - 10),
    "comment of a block": "a: | #" + "a" * (MAX_BYTES - 20) + "\n  b\n",
    "indentation of a block": "a: |\n" + " " * (MAX_BYTES - 20) + "b\n",
    "marks in text": "a" + "!&*%" * (MAX_BYTES // 4 - 1),
    "deep lists": "a: [" + ("[" * 10 + "]" * 10 + ", ") * (MAX_EVENTS // 22) + "]",
}


@pytest.mark.parametrize("text", NEARLY.values(), ids=NEARLY)
def test_what_the_limits_just_let_through_is_bounded_too(text):
    begin = time.process_time()
    assert parse_yaml(text.encode(), FILE).value
    assert time.process_time() - begin < 2


@pytest.mark.parametrize("before", ["", "a: ", 'a: "', "a: |\n  ", "[", "a: | "])
def test_no_repeated_character_takes_long(before):
    begin = time.process_time()
    for character in [*map(chr, range(32, 127)), "\t", "\r", "\n", "\x85", "\u2028"]:
        with suppress(InputError):
            parse_yaml((before + character * 3_000).encode(), FILE)
    assert time.process_time() - begin < 2


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a: \x80\n", b"a: \x00\n"])
def test_bytes_that_are_not_text_are_refused(data):
    with pytest.raises(InputError, match=r"zoo\.yaml"):
        parse_yaml(data, FILE)


def test_large_files_are_not_even_parsed(tmp_path):
    file = tmp_path / "zoo.yaml"
    file.write_bytes(b"a" * (20 * MAX_BYTES))
    begin = time.perf_counter()
    with pytest.raises(InputError, match="20,000,000 bytes"):
        read_yaml(file)
    assert time.perf_counter() - begin < 0.5


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: path.mkdir(), "not a file"),
        (lambda path: None, "not a file"),
        (lambda path: path.symlink_to(path), "cannot read|not a file"),
    ],
    ids=["folder", "absent", "link to itself"],
)
def test_what_is_not_a_file_is_refused(tmp_path, make, why):
    make(tmp_path / "zoo.yaml")
    with pytest.raises(InputError, match=why):
        read_yaml(tmp_path / "zoo.yaml")


def test_depth_is_counted_exactly():
    assert parse_yaml(b"[" * 20 + b"]" * 20, FILE).value is not None
    with pytest.raises(InputError, match="deep"):
        parse_yaml(b"[" * 21 + b"]" * 21, FILE)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-3", -3),
        ("0", 0),
        ("0123", "0123"),  # octal in YAML 1.1: a hash that begins with 0 must survive
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),  # sexagesimal in YAML 1.1
        ("9999999999999999999", "9999999999999999999"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("true", True),
        ("False", False),
        ("yes", "yes"),  # a boolean in YAML 1.1
        ("no", "no"),
        ("null", None),
        ("~", None),
        ("''", ""),
        ("'1'", "1"),
        ('"true"', "true"),
        ("2020-01-01", "2020-01-01"),
        ("[1, a]", [1, "a"]),
        ("{a: 1, b: }", {"a": 1, "b": None}),
    ],
)
def test_plain_values(text, value):
    found = parse_yaml(f"key: {text}\n".encode(), FILE).value["key"]
    assert found == value
    assert type(found) is type(value)


def test_lines_are_known():
    document = parse_yaml(b"a:\n  b: 1\n  c:\n    - x\n    - y\n", FILE)
    assert document.line_of(("a", "b")) == 2
    assert document.line_of(("a", "c", 1)) == 5
    assert document.line_of(("a", "missing")) == 1
    assert document.at(("a", "c", 1)) == "y"


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    with suppress(InputError):
        parse_yaml(text.encode("utf-8", "surrogatepass"), FILE)


@given(st.text("[]{}:,-?&*!|>'\"%@`# \nab01~\t", max_size=60))
def test_any_punctuation_is_read_or_refused(text):
    with suppress(InputError):
        parse_yaml(text.encode(), FILE)


@pytest.mark.parametrize(
    ("text", "line", "reason", "hint"),
    [
        ("a:\n\tb: 1\n", 2, "a tab stands where spaces are needed", "indent with spaces"),
        ("a:\n  b: text: more\n", 2, "a text holds a colon", "put the text in quotes"),
        ("a: 1\n\nb: 'abc\nc: 3\n", 3, "a quote that opens here is not closed", "close it"),
        ("a: [1, 2\nb: 3\n", 2, "the '[' of line 1 is not closed", "close it by ']'"),
        ("a:\n  {x: 1\nb: 3\n", 3, "the '{' of line 2 is not closed", "close it by '}'"),
        ("a: [", 1, "a bracket is not closed", "close each ["),
        ("a:\n  b: 1\n c: 2\n", 3, "not indented like the others", "in the same column"),
        ("a:\n  b: 1\n    c: 2\n", 3, "is indented too far", "in the same column"),
        ("a:\n  b\n  c: 2\n", 3, "the line before it lacks its ':'", "in the same column"),
        ("a:\n  - 1\n  b: 2\n", 3, "not indented like the others", "in the same column"),
        ("a: @x\n", 1, "a text holds a sign", "put the text in quotes"),
        ("a: - b\n", 1, "'-' begins a list", "lines of its own"),
        ('a: "C:\\q"\n', 1, "a backslash stands in double quotes", "single quotes"),
        ('a: "x" y\n', 1, "something follows a text in quotes", "all of the text"),
        ("a: ]\n", 1, "a value is missing", "quotes"),
        ("a: |x\n  b\n", 1, "'|' and '>' begin", "quotes"),
        ("abc\ndef: [\n", 2, "", ""),
    ],
)
def test_a_mistake_of_writing_is_named_in_our_words(text, line, reason, hint):
    with pytest.raises(InputError) as caught:
        parse_yaml(text.encode(), Path("b.yaml"))
    message = str(caught.value)
    assert message.startswith(f"b.yaml:{line}: is not valid YAML")
    assert reason in message
    assert hint in caught.value.hint
