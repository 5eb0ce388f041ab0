"""Chance that is the same on every machine and for any order of rows."""

import hashlib


def rank(seed: int, name: str) -> str:
    """Return a text that orders names at random, as seed and name alone decide."""
    return hashlib.sha256(f"{seed} {name}".encode("utf-8", "surrogateescape")).hexdigest()
