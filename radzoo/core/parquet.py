"""Parquet tables; pyarrow is imported only when one is read or written."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import InputError


def read_columns(path: Path) -> dict[str, list[str]]:
    """Read a table as text, column by column; null becomes blank.

    Raises:
        InputError: if the file is absent or no Parquet.
    """
    import pyarrow
    from pyarrow import parquet

    try:
        table = parquet.read_table(path)
    except FileNotFoundError:
        raise InputError(
            f"there is no file {path}", id="no-such-file", hint="check the path"
        ) from None
    except (pyarrow.ArrowException, OSError):
        raise InputError(
            f"{path} is not a Parquet file", id="not-a-table", hint="a CSV file ends in .csv"
        ) from None
    return {
        name: ["" if cell is None else str(cell) for cell in table.column(name).to_pylist()]
        for name in table.column_names
    }


def write_columns(path: Path, columns: Mapping[str, Sequence[str | float] | NDArray[Any]]) -> None:
    """Write columns of equal length; NaN becomes null. Arrays are written as they are.

    Raises:
        InputError: if a text is not UTF-8, as file names may be: Parquet cannot hold it.
    """
    import pyarrow
    from pyarrow import parquet

    try:
        arrays = {
            name: pyarrow.array(
                cells
                if isinstance(cells, np.ndarray)
                else [None if cell != cell else cell for cell in cells]
            )
            for name, cells in columns.items()
        }
        table = pyarrow.table(arrays)
    except UnicodeEncodeError:
        raise InputError(
            "a name is not UTF-8, which Parquet cannot hold",
            id="not-utf-8",
            hint="write a .csv file instead: it keeps the bytes of names",
        ) from None
    parquet.write_table(table, path)
