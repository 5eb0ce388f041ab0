"""Which registry files there are. Imports nothing heavy, so that listing models stays quick.

Later files win: what ships with radzoo, the user's, the project's, then `--registry`.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path

NAME = "zoo.yaml"
PACKAGE = Path(__file__).parent.parent
# How the key looks that every registry has, in block style and in that of JSON.
SAYS_SO = re.compile(rb"(^|[{,]\s*)[\"']?schema_version[\"']?\s*:", re.MULTILINE)
LOOKED_AT = 1_000_000


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
    optional = [file for file in (user_registry(), Path(NAME)) if _exists_beside(file, shipped)]
    if stray_registry() is not None:
        optional.remove(Path(NAME))
    return (shipped, *optional, *registries)


def stray_registry() -> Path | None:
    """Return `zoo.yaml` of this folder if it is another program's: it says no schema_version."""
    file = Path(NAME)
    if not _exists_beside(file, shipped_registry()):
        return None
    try:
        with file.open("rb") as stream:
            start = stream.read(LOOKED_AT)
    except OSError:
        return None  # whoever reads the registry will say why it cannot
    return None if SAYS_SO.search(start) else file


def _exists_beside(file: Path, shipped: Path) -> bool:
    return file.is_file() and not file.samefile(shipped)
