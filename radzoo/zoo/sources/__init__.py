"""Ways to bring weights to this machine: one file per kind of source."""

from radzoo.core.registry import Registry
from radzoo.core.source import Source

SOURCES: Registry[Source] = Registry(
    "source",
    {
        "package": "radzoo.zoo.sources.package:SOURCE",
        "hub": "radzoo.zoo.sources.hub:SOURCE",
        "https": "radzoo.zoo.sources.https:SOURCE",
        "local": "radzoo.zoo.sources.local:SOURCE",
        "external": "radzoo.zoo.sources.external:SOURCE",
        "none": "radzoo.zoo.sources.none:SOURCE",
    },
)
