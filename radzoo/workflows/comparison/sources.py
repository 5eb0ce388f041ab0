"""The models that are compared, each a predictions file or the folder of a run."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from radzoo.core.errors import InputError
from radzoo.core.predictions import Columns
from radzoo.core.predictions_table import read_table
from radzoo.workflows.evaluation.source import EvaluationSource, load_source


def load_sources(given: Sequence[str], columns: Columns) -> list[EvaluationSource]:
    """Read the predictions of every model.

    Args:
        given: paths of predictions files or run folders.
        columns: how foreign predictions files name their columns, the same in all of them.

    Raises:
        InputError: if one is none of these, cannot be read, or does not name its cases.
    """
    sources = [load_source(name, columns=columns) for name in given]
    for source in sources:
        check_named(source)
    return sources


def check_named(source: EvaluationSource) -> None:
    """Refuse a file whose rows have no names: the same row need not be the same case.

    Raises:
        InputError: if it has no column of cases.
    """
    names, path = source.predictions.case_ids, source.provenance.predictions
    # Only a file without such a column has its rows numbered, so most need no second look.
    if path is None or names[:1] != ("1",):
        return
    table = read_table(Path(path))
    if not {"case_id", "id"} & set(table):
        raise no_case_id(path, table)


def no_case_id(path: Path | str, names: Iterable[str]) -> InputError:
    """Say that rows have no names, and what the file has instead."""
    return InputError(
        f"{path} has no column case_id; needed to find the same case in every file",
        id="no-case-id",
        hint=f"add it; the file has {', '.join(names)}",
    )
