"""Which registry files there are. Imports nothing, so that listing models stays quick.

Later files win: what ships with radzoo, the user's, the project's, then `--registry`.
"""

import os
from collections.abc import Sequence
from pathlib import Path

NAME = "zoo.yaml"
PACKAGE = Path(__file__).parent.parent


def shipped_registry() -> Path:
    """Return the registry that ships: packed into the package, or beside it in a checkout."""
    packed = PACKAGE / NAME
    return packed if packed.is_file() else PACKAGE.parent / NAME


def user_registry() -> Path:
    """Return where the user's own registry would be."""
    home = os.environ.get("XDG_CONFIG_HOME")
    if home:
        return Path(home, "radzoo", NAME)
    if os.name == "posix":
        return Path("~/.config/radzoo").expanduser() / NAME
    from platformdirs import user_config_path

    return user_config_path("radzoo", appauthor=False) / NAME


def registry_files(registries: Sequence[Path] = ()) -> tuple[Path, ...]:
    """Return every registry file that counts, the first to be overruled first.

    Args:
        registries: those named on the command line; they must exist, the user's and the
            project's need not.
    """
    shipped = shipped_registry()
    optional = [file for file in (user_registry(), Path(NAME)) if file.is_file()]
    optional = [file for file in optional if not file.samefile(shipped)]
    return (shipped, *optional, *registries)
