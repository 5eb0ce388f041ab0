"""The user's own memory of converted weights, and where they are kept.

The folder of a cache may be shared, so nothing in it says which converted file is right: only
what this user's radzoo made, or found to be the same, counts. Another user's converted file is
made once again.
"""

from pathlib import Path

from radzoo.zoo.memory import (
    Log,
    Notes,
    change_notes,
    memory_root,
    read_notes,
    unless_unwritable,
)

MEMORY = "converted.json"


class RememberedTwins:
    """Hashes of converted files by their names, which tell source, format, member and state.

    Where the memory cannot be written, what is made is used once and made again the next time.

    Args:
        log: told if the memory cannot be written.
    """

    def __init__(self, log: Log | None = None) -> None:
        self._log = log

    def recall(self, name: str) -> str | None:
        """Return the sha256 of the converted file of that name, as this user's radzoo made it.

        Raises:
            IntegrityError: if the memory is damaged.
        """
        sha256 = read_notes(MEMORY).get(name)
        return sha256 if isinstance(sha256, str) else None

    def remember(self, name: str, sha256: str) -> None:
        """Take note of a converted file."""

        def change(notes: Notes) -> None:
            notes[name] = sha256

        def holds(notes: Notes) -> bool:
            return notes.get(name) == sha256

        unless_unwritable(
            lambda: change_notes(MEMORY, change, holds), "the hash of converted weights", self._log
        )


def twin_folders(cache: Path) -> tuple[Path, ...]:
    """Return where converted files are: the cache, or this user's own place if that is closed."""
    return cache / "converted", memory_root() / "converted"
