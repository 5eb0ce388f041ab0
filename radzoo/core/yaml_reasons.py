"""Why a text is no YAML, in words for those who write registries by hand."""

import re

from ruamel.yaml.error import MarkedYAMLError

# Beginnings of what ruamel says, and what it means to the writer: reason and remedy.
QUOTE = ("a text holds a sign that means something else in YAML", "put the text in quotes")
INDENT = (
    "this line is not indented like the others of its block",
    "fields of one block begin in the same column",
)
REASONS = (
    (r"found character '\\t'", "a tab stands where spaces are needed", "indent with spaces"),
    (r"found character '[@`%]'", *QUOTE),
    ("found unknown escape character", "a backslash stands in double quotes", "use single quotes"),
    ("sequence entries are not allowed here", "'-' begins a list in the middle of a line",
     "put the list on lines of its own, or the text in quotes"),
    ("expected <block end>, but found '<scalar>'", "something follows a text in quotes",
     "put all of the text in quotes"),
    ("expected <block end>", *INDENT),
    ("could not find expected ':'", "a line names a field without ':'", "write field: value"),
    ("expected the node content, but found '<stream end>'", "a bracket is not closed",
     "close each [ by ] and each { by }"),
    ("expected the node content", "a value is missing, or begins with a sign that none can",
     "put texts in quotes"),
    ("expected chomping or indentation", "'|' and '>' begin a text of several lines",
     "put the text in quotes"),
)  # fmt: skip
COLON = ("a text holds a colon", "put the text in quotes")
LOOSE = (
    "this line is indented too far, or the line before it lacks its ':'",
    "fields of one block begin in the same column",
)
UNCLOSED = re.compile(r"expected ',' or '([]}])'")
OPENING = {"]": "[", "}": "{"}


def why(error: MarkedYAMLError, text: str) -> tuple[int, str, str]:
    """Return line, reason and remedy of what ruamel found; reason and remedy may be empty."""
    line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
    problem = error.problem or ""
    opened = error.context_mark.line + 1 if error.context_mark is not None else line
    if problem == "mapping values are not allowed here":
        return (line, *_colon(text.splitlines()[line - 1], error.problem_mark.column))
    if problem == "found unexpected end of stream":
        return opened, "a quote that opens here is not closed", "close it, or double it in the text"
    unclosed = UNCLOSED.match(problem)
    if unclosed:
        closing = unclosed[1]
        opens = f"the '{OPENING[closing]}' of line {opened}"
        return line, f"{opens} is not closed, or a comma is missing", f"close it by '{closing}'"
    for pattern, reason, remedy in REASONS:
        if re.match(pattern, problem):
            return line, reason, remedy
    return line, "", ""


def _colon(line: str, column: int) -> tuple[str, str]:
    """Say what a colon means that begins a value where none may begin."""
    return COLON if re.search(r":\s", line[:column]) else LOOSE
