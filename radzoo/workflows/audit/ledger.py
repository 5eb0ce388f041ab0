"""How often a test split was looked at: an append-only list of the models judged on it.

It is kept with the user's other memory, one file per test split, and holds hashes, times and
values alone. `RADZOO_LEDGER` names another folder, for a team to share, or is `off`.
"""

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from radzoo.checks.subject import Looks
from radzoo.core.predictions import Predictions
from radzoo.zoo.memory import memory_root

VARIABLE: Final = "RADZOO_LEDGER"
OFF: Final = "off"
FEWEST: Final = 5


def ledger_folder() -> Path | None:
    """Return where the ledgers are; None if the user wants none."""
    chosen = os.environ.get(VARIABLE, "")
    if chosen.casefold() == OFF:
        return None
    return Path(chosen) if chosen else memory_root() / "looks"


def name_split(predictions: Predictions) -> str:
    """Return a hash of the cases and their targets, whatever their order."""
    order = np.argsort(np.array(predictions.case_ids))
    told = hashlib.sha256()
    told.update("\0".join(predictions.case_ids[row] for row in order).encode(errors="replace"))
    told.update(np.nan_to_num(predictions.targets[order], nan=-1.0).tobytes())
    return told.hexdigest()[:32]


def name_model(predictions: Predictions) -> str:
    """Return a hash of what a model says of the cases, whatever their order.

    The same scores read back from a file are the same model.
    """
    order = np.argsort(np.array(predictions.case_ids))
    rounded = np.nan_to_num(predictions.scores[order], nan=-1.0).astype(np.float32)
    return hashlib.sha256(rounded.tobytes()).hexdigest()[:32]


def look(predictions: Predictions, metric: str, value: float | None) -> Looks | None:
    """Note that a model was judged on a test split, and return who was so far.

    Args:
        predictions: of the test split.
        metric: name of the headline metric.
        value: what the model reached in it; None if it is undefined.

    Returns:
        None if nobody counts: the user wants no ledger, it cannot be read, or there are too few
        cases to be a test split.
    """
    folder = ledger_folder()
    if folder is None or len(predictions.case_ids) < FEWEST:
        return None
    file = folder / f"{name_split(predictions)}.jsonl"
    model = name_model(predictions)
    known = read_ledger(file)
    if known is None:
        return None
    if model not in known:
        known[model] = value
        noted = note(file, {"time": datetime.now(UTC).isoformat(timespec="seconds"),
                            "model": model, "metric": metric, "value": value})  # fmt: skip
        if not noted:
            return None
    values = tuple(one for one in known.values() if one is not None)
    return Looks(models=len(known), metric=metric, values=values)


def read_ledger(file: Path) -> dict[str, float | None] | None:
    """Return the models of a ledger with their values; None if it is there and cannot be read.

    A line that is no entry counts nothing.
    """
    known: dict[str, float | None] = {}
    try:
        lines = file.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return known
    except (OSError, ValueError):
        return None
    for line in lines:
        try:
            entry = json.loads(line)
            value = entry["value"]
            known[str(entry["model"])] = None if value is None else float(value)
        except (ValueError, KeyError, TypeError):
            continue
    return known


def note(file: Path, entry: dict[str, object]) -> bool:
    """Append a line; False if that cannot be done.

    A line is written in one piece, so that several processes may.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab", buffering=0) as stream:
            stream.write((json.dumps(entry) + "\n").encode())
    except OSError:
        return False
    return True
