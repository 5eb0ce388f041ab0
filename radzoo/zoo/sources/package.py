"""Source: a file inside an installed Python package."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.core.errors import EnvironmentFailure
from radzoo.core.source import Fetched, Progress, Source
from radzoo.zoo.checksum import verify_file

if TYPE_CHECKING:
    from radzoo.core.entry import PackageSource


def locate(source: "PackageSource", cache: Path) -> Path | None:
    """Return the file if the package is installed and holds it; the package is not imported."""
    found = find_spec(source.package)
    for folder in (found.submodule_search_locations or []) if found else []:
        path = Path(folder, source.file)
        if path.is_file():
            return path
    return None


def fetch(source: "PackageSource", cache: Path, progress: Progress) -> Fetched:
    """Return the file, verified."""
    path = locate(source, cache)
    if path is None:
        raise EnvironmentFailure(
            f"the package {source.package} with its file {source.file} is not installed",
            id="missing-package-file",
            hint=f"pip install --force-reinstall {source.package}",
        )
    return verify_file(path, source, cached=True, progress=progress)


SOURCE = Source(kind="package", remote=False, locate=locate, fetch=fetch)
