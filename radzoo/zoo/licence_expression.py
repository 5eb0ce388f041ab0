"""Reads SPDX licence expressions, such as `(MIT OR Apache-2.0) AND CC-BY-4.0`.

References:
    SPDX Specification 2.3, annex D: AND binds tighter than OR, WITH tighter than both.
"""

import re
from collections.abc import Callable

MOST_CHARACTERS = 500
MOST_BRACKETS = 16
TOKEN = re.compile(r"\s*([()]|[A-Za-z0-9][A-Za-z0-9.+-]*)\s*")
WORDS = frozenset(["AND", "OR", "WITH"])


def allows(expression: str, holds: Callable[[str], bool]) -> bool:
    """Does an expression hold, given which licences do? No if it is no such expression.

    A licence with an exception never holds: nobody here knows what the exception says.

    Args:
        expression: with operators in capitals, as SPDX has them.
        holds: does the licence of this name, for instance `MIT`, hold?
    """
    try:
        return Reader(tokens_of(expression), holds).read()
    except NotAnExpression:
        return False


class NotAnExpression(Exception):
    """The text is not an SPDX expression, or is too long or too deep for a licence."""


def tokens_of(expression: str) -> list[str]:
    """Return the brackets, names and operators of an expression.

    Raises:
        NotAnExpression: if there is anything else in it.
    """
    if len(expression) > MOST_CHARACTERS:
        raise NotAnExpression
    tokens, at = [], 0
    while at < len(expression):
        found = TOKEN.match(expression, at)
        if found is None:
            raise NotAnExpression
        tokens.append(found[1])
        at = found.end()
    return tokens


class Reader:
    """Reads tokens from left to right; one method for each rule of the grammar."""

    def __init__(self, tokens: list[str], holds: Callable[[str], bool]) -> None:
        self._tokens = tokens
        self._holds = holds
        self._at = 0

    def read(self) -> bool:
        """Return the value of all the tokens."""
        value = self._any(0)
        if self._at < len(self._tokens):
            raise NotAnExpression
        return value

    def _any(self, depth: int) -> bool:
        """`all (OR all)*`."""
        values = [self._all(depth)]
        while self._take("OR"):
            values.append(self._all(depth))
        return any(values)

    def _all(self, depth: int) -> bool:
        """`one (AND one)*`."""
        values = [self._one(depth)]
        while self._take("AND"):
            values.append(self._one(depth))
        return all(values)

    def _one(self, depth: int) -> bool:
        """`( any )`, `name`, or `name WITH name`."""
        if self._take("("):
            if depth == MOST_BRACKETS:
                raise NotAnExpression
            value = self._any(depth + 1)
            if not self._take(")"):
                raise NotAnExpression
            return value
        name = self._name()
        if self._take("WITH"):
            self._name()
            return False
        return self._holds(name)

    def _take(self, token: str) -> bool:
        """Go past the next token if it is this one."""
        found = self._tokens[self._at : self._at + 1] == [token]
        self._at += found
        return found

    def _name(self) -> str:
        """Go past a name."""
        name = self._tokens[self._at] if self._at < len(self._tokens) else "("
        if name in WORDS or name in "()":
            raise NotAnExpression
        self._at += 1
        return name
