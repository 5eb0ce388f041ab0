"""Names of tables that are to be written: they say in which format."""

from pathlib import Path

from radzoo.core.errors import UsageError

TABLES = (".csv", ".parquet", ".pq")


def check_table_name(path: Path, flag: str) -> None:
    """Accept only names that say how a table is written.

    Args:
        path: what the user named.
        flag: the option with which.

    Raises:
        UsageError: if the name ends otherwise.
    """
    if path.suffix.lower() not in TABLES:
        raise UsageError(
            f"{path} does not end in .csv or .parquet",
            id="wrong-suffix",
            hint=f"name a .csv or .parquet file with {flag}",
        )
