"""What a run was begun with, as far as its weights follow from it, and what is otherwise now."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Final

from radzoo.core.config import RunConfig
from radzoo.core.errors import IntegrityError
from radzoo.core.json_text import to_document
from radzoo.data.prepared import Prepared, PreparedVolumes
from radzoo.models.device import Engine
from radzoo.models.training.plain import Plain
from radzoo.workflows.run.inputs import hash_cases, hash_pixels

ENTRY: Final = ("architecture", "source", "input")
"""Of an entry, what decides on network and images."""
IRRELEVANT: Final = {"schema_version", "entry", "data", "data_options", "allow_leakage",
                     "max_refused", "recipe", "reading", "volume_wish"}  # fmt: skip
TOLD_BY_NAME: Final = {
    "cases": "the cases (their names, splits or targets)",
    "pixels": "the images",
    "weights": "the published weights",
}


def origin_of_config(made: RunConfig) -> dict[str, Plain]:
    """Return what the configuration says; where the data were does not count, only what."""
    document = to_document(made)
    entry, recipe = document["entry"], document["recipe"]
    assert isinstance(entry, dict)
    assert isinstance(recipe, dict)
    plain: dict[str, Plain] = {
        name: value  # type: ignore[misc]  # JSON holds nothing else
        for name, value in document.items()
        if name not in IRRELEVANT
    }
    plain |= {f"entry.{name}": entry[name] for name in ENTRY}
    return plain | {f"recipe.{name}": value for name, value in recipe.items()}


def origin_of_run(
    made: RunConfig,
    prepared: Prepared | PreparedVolumes,
    weights_sha256: str | None,
    engine: Engine,
) -> dict[str, Plain]:
    """Return all that the weights follow from; large things by their hash."""
    return {
        **origin_of_config(made),
        "cases": hash_cases(prepared, made.labels),
        "pixels": hash_pixels(prepared),
        "weights": weights_sha256,
        "device": engine.device.type,
        "torch": ".".join(version("torch").split(".")[:2]),
    }


def find_changes(before: Mapping[str, Plain], now: Mapping[str, Plain]) -> list[str]:
    """Name what is otherwise; what only one of them knows is not compared."""
    changes = []
    for name, value in now.items():
        if name not in before or before[name] == value:
            continue
        if name in TOLD_BY_NAME:
            changes.append(TOLD_BY_NAME[name])
        elif isinstance(value, dict) or isinstance(before[name], dict):
            changes.append(name)
        else:
            told = name.removeprefix("recipe.")
            changes.append(f"{told} (was {before[name]}, is {value})")
    return changes


def refuse_changes(changes: Sequence[str], *, allowed: bool) -> tuple[str, ...]:
    """Go on with nothing else than what the run was begun with.

    Returns:
        A warning, if it is allowed to.

    Raises:
        IntegrityError: naming what changed, if it is not.
    """
    if not changes:
        return ()
    what = ", ".join(changes)
    if allowed:
        return (f"the run went on although this changed since it began: {what}",)
    hint = "begin anew in another --out, or go on all the same with --allow-changed"
    if any(change.startswith("epochs ") for change in changes):
        hint = (
            "the rates of all steps follow from the number of epochs: to teach longer begin anew, "
            "--config RUN/config.json --epochs N --out OTHER"
        )
    raise IntegrityError(
        f"the run cannot go on, since this changed: {what}", id="run-changed", hint=hint
    )
