"""What to do about weights that are missing or not right: it depends on where they come from."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from radzoo.core.errors import IntegrityError

if TYPE_CHECKING:
    from radzoo.core.entry import ZooEntry

# So many models are named one by one.
NAMED = 3


def remedy(entries: "Sequence[ZooEntry]", *, again: bool) -> str:
    """Say how the right weights of all these models come here; only some can be pulled.

    Args:
        entries: one at least.
        again: other weights stand there; else none.
    """
    pulled = [entry.name for entry in entries if entry.source.kind in {"hub", "https"}]
    others = [entry for entry in entries if entry.source.kind not in {"hub", "https"}]
    hints = []
    if pulled:
        how = "--force fetches the weights again" if again else "fetches the weights"
        hints.append(f"radzoo pull {' '.join(pulled)} {how}")
    hints += [_by_hand(entry, again=again) for entry in others[:NAMED]]
    if len(others) > NAMED:
        hints.append(f"radzoo show NAME says where those of {len(others) - NAMED} more come from")
    return "; ".join(hints)


def for_wrong_file(error: IntegrityError, entry: "ZooEntry", *, arrived: bool) -> IntegrityError:
    """Return the error of a wrong file again, with the name of its model and what to do.

    Args:
        error: from the comparison of a file with what `entry` says.
        entry: whose weights.
        arrived: the file has just come from a network, so that it need not be fetched again.
    """
    hint = remedy([entry], again=True)
    if arrived:
        hint = (
            f"the file at its source is not the one that the registry means: do not use it; "
            f"radzoo show {entry.name} says whose it is"
        )
    message = str(error)
    if entry.name not in message:
        message = f"{entry.name}: {message}"
    return IntegrityError(message, id=error.id, hint=hint)


def _by_hand(entry: "ZooEntry", *, again: bool) -> str:
    source = entry.source
    if source.kind == "local":
        put = (
            f"put the right file at {source.path}, or radzoo unbundle KIT again if a kit brought it"
        )
        lock = f"radzoo registry lock {entry.name} --again if you changed it yourself"
        return f"{put}, or {lock}" if again else put
    if source.kind == "package":
        return f"install the package {source.package} again"
    return f"radzoo show {entry.name} says how to get the weights"
