"""Adds entries to the user's own registry; what stands in it stays, comments too."""

from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.core.publish import publish_text
from radzoo.core.strict_yaml import read_yaml
from radzoo.zoo.kit import registry_text

if TYPE_CHECKING:
    from radzoo.core.entry import ZooEntry


def add_entries(registry: Path, entries: "Sequence[ZooEntry]") -> None:
    """Add entries to a registry file, or begin one.

    Raises:
        InputError: if what stands there is no registry.
        EnvironmentFailure: if it cannot be written.
    """
    added = registry_text(entries)
    if not registry.is_file():
        publish_text(registry, added)
        return
    read_yaml(registry)  # refuses what radzoo would not read afterwards
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 2**16
    document = yaml.load(registry.read_text("utf-8"))
    document["models"].update(yaml.load(added)["models"])
    text = StringIO()
    yaml.dump(document, text)
    publish_text(registry, text.getvalue(), mode=registry.stat().st_mode & 0o777)
