"""Stops ruamel's scanner at the sign that begins what is no plain value.

Tags, anchors, aliases and directives are never read here, so they need not be scanned
either: ruamel takes ten seconds for a tag of a megabyte, and fails on some directives.
"""

from typing import Any, NoReturn

from ruamel.yaml.scanner import Scanner

LINE_ENDS = "\0\r\n\x85\u2028\u2029"


class NotPlain(Exception):
    """Raised for a token that is no plain value.

    Attributes:
        line: on which it begins, from 1.
        hint: what to write instead, if there is anything.
    """

    def __init__(self, line: int, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.line = line
        self.hint = hint


class PlainScanner(Scanner):
    """Finds the tokens of plain values."""

    def fetch_tag(self) -> NoReturn:
        """Refuse `!`."""
        raise self._not_plain("uses a tag", "write plain values")

    def fetch_anchor(self) -> NoReturn:
        """Refuse `&`."""
        raise self._not_plain("uses an anchor or alias", "write the value out")

    def fetch_alias(self) -> NoReturn:
        """Refuse `*`."""
        raise self._not_plain("uses an anchor or alias", "write the value out")

    def fetch_directive(self) -> NoReturn:
        """Refuse `%` at the start of a line."""
        raise self._not_plain("has more than one document, or directives")

    def scan_block_scalar_ignored_line(self, start_mark: Any) -> Any:
        """Skip the comment after `|` or `>`, which ruamel would collect sign by sign."""
        while self.reader.peek() == " ":
            self.reader.forward()
        if self.reader.peek() == "#":
            while self.reader.peek() not in LINE_ENDS:
                self.reader.forward()
        return super().scan_block_scalar_ignored_line(start_mark)

    def scan_flow_scalar_non_spaces(self, double: Any, start_mark: Any) -> Any:
        """Refuse an escape beyond Unicode, of which ruamel cannot make a character."""
        try:
            return super().scan_flow_scalar_non_spaces(double, start_mark)
        except (ValueError, OverflowError):
            raise self._not_plain("has an escape for no character") from None

    def _not_plain(self, what: str, hint: str = "") -> NotPlain:
        return NotPlain(self.reader.line + 1, what, hint)
