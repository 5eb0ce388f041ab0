"""Completes names of models in the shell before Typer is imported.

The scripts that `radzoo --install-completion` writes put what was typed into the environment
and run `radzoo`. Where the word to complete is the name of a model, it is answered here from
the index of models, in the words that Typer would use; all else is left to Typer.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from radzoo.zoo.listing import Record

VARIABLE = "_RADZOO_COMPLETE"
# Commands that take one name, and commands that take several.
ONE_NAME = {"show", "finetune", "predict", "registry add"}
NAMES = {"cite", "pull", "verify", "bundle", "registry lock", "cache rm"}
# Signs that a shell gives a meaning to: Typer then knows better what the words are.
SPECIAL = frozenset("'\"\\$`#")
NO_WORD = SPECIAL | frozenset(" \t\n,;:()[]{}<>|&*?!=~")


def answer_completion(environment: Mapping[str, str]) -> str | None:
    """Return what the shell is to be told, or None if only Typer knows."""
    shell = environment.get(VARIABLE, "").removeprefix("complete_")
    words = _words(shell, environment)
    if words is None or not _is_name_of_model(*words):
        return None
    registries = environment.get("RADZOO_ZOO", "").split(os.pathsep)
    names = _known_names([Path(name) for name in registries if name])
    found = [name for name in names or () if name.startswith(words[1])]
    return _written(shell, found, environment) if found else None


def matching_names(registries: Sequence[Path], beginning: str) -> list[str]:
    """Return the names of models that begin so; none if a registry is wrong."""
    names = [str(record["name"]) for record in _known_records(registries)]
    return [name for name in names if name.startswith(beginning)]


def matching_values(registries: Sequence[Path], field: str, beginning: str) -> list[str]:
    """Return what models have in a field and begins so, upper or lower case.

    Shells put what they complete without quotes, so only single words are returned: of a
    modality its words, each of which `radzoo list` takes.
    """
    values: set[str] = set()
    for record in _known_records(registries):
        value = record[field]
        text = str((value["weights"] if isinstance(value, dict) else value) or "")
        values.update(text.split() if field == "modality" else [text])
    words = [value for value in values if value.isascii() and not set(value) & NO_WORD]
    return sorted(word for word in words if word and word.lower().startswith(beginning.lower()))


def _known_records(registries: Sequence[Path]) -> "list[Record]":
    """Return what is listed of each model; nothing if a registry is wrong."""
    from radzoo.core.errors import RadzooError
    from radzoo.zoo.index import load_listing
    from radzoo.zoo.registries import registry_files

    try:
        return [model.record for model in load_listing(registry_files(registries))]
    except (RadzooError, OSError):
        return []


def _known_names(registries: Sequence[Path]) -> list[str] | None:
    from radzoo.zoo.index import read_names
    from radzoo.zoo.registries import registry_files

    try:
        return read_names(registry_files(registries))
    except OSError:
        return None


def _words(shell: str, environment: Mapping[str, str]) -> tuple[list[str], str] | None:
    """Return the words before the one to complete, and its beginning."""
    key = {"bash": "COMP_WORDS", "zsh": "_TYPER_COMPLETE_ARGS", "fish": "_TYPER_COMPLETE_ARGS"}
    typed = environment.get(key.get(shell, ""), "")
    if not typed or not SPECIAL.isdisjoint(typed):
        return None
    words = typed.split()
    if shell == "bash":
        at = environment.get("COMP_CWORD", "")
        if not at.isdecimal():
            return None
        return words[1 : int(at)], words[int(at)] if int(at) < len(words) else ""
    if typed.endswith(" "):
        return words[1:], ""
    return words[1:-1], words[-1]


def _is_name_of_model(before: Sequence[str], word: str) -> bool:
    """Does a name belong here? No options may stand before it: they could take a value."""
    if any(part.startswith("-") for part in (*before, word)):
        return False
    verb, given = " ".join(before[:1]), before[1:]
    if verb in {"registry", "cache"}:
        verb, given = " ".join(before[:2]), before[2:]
    return verb in NAMES or (verb in ONE_NAME and not given)


def _written(shell: str, names: Sequence[str], environment: Mapping[str, str]) -> str:
    """Put the names as Typer does for each shell."""
    if shell == "zsh":
        quoted = "\n".join(f'"{name}"' for name in names)
        return f"_arguments '*: :(({quoted}))'\n"
    if shell == "fish" and environment.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
        return ""
    return "\n".join(names) + "\n"
