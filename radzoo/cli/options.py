"""Options that every command takes, declared once.

A command asks for them by a first parameter `settings: Settings` and the decorator
`with_settings`; its own signature then lists only what is particular to it.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated

from typer import Argument, Context, Option

from radzoo.cli.option_group import spread

PANEL = "Everywhere"


class Format(StrEnum):
    """How a result is written to stdout."""

    AUTO = "auto"
    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MD = "md"
    TEX = "tex"


FormatOption = Annotated[
    Format, Option("--format", help="How to write the result.", rich_help_panel=PANEL)
]
JsonFlag = Annotated[bool, Option("--json", help="Same as --format json.", rich_help_panel=PANEL)]
Quiet = Annotated[
    bool,
    Option("--quiet", "-q", help="Only the essential, no progress.", rich_help_panel=PANEL),
]
Verbose = Annotated[
    int, Option("--verbose", "-v", count=True, help="Say more.", rich_help_panel=PANEL)
]
Offline = Annotated[
    bool,
    Option("--offline", envvar="RADZOO_OFFLINE", help="Touch no network.", rich_help_panel=PANEL),
]
Registries = Annotated[
    list[Path] | None,
    Option(
        "--registry",
        envvar="RADZOO_ZOO",
        help="A further zoo.yaml, repeatable; a later entry of the same name wins.",
        rich_help_panel=PANEL,
    ),
]
CacheDir = Annotated[
    Path | None,
    Option(
        "--cache-dir",
        envvar="RADZOO_HOME",
        help="Where models and prepared images are kept.",
        rich_help_panel=PANEL,
    ),
]
Device = Annotated[
    str, Option("--device", help="auto, cpu, cuda or cuda:N.", rich_help_panel=PANEL)
]
Seed = Annotated[
    int, Option("--seed", min=0, help="Where all randomness starts.", rich_help_panel=PANEL)
]


def complete_models(ctx: Context, incomplete: str) -> list[str]:
    """Complete the name of a model; `cli.completion` does so before Typer, where it can."""
    from radzoo.cli.completion import matching_names

    return matching_names(ctx.params.get("registry") or (), incomplete)


ModelName = Annotated[
    str, Argument(help="A model, see radzoo list.", autocompletion=complete_models)
]
ModelNames = Annotated[
    list[str],
    Argument(metavar="NAME...", help="Models, see radzoo list.", autocompletion=complete_models),
]


@dataclass(frozen=True)
class Settings:
    """The options that every command takes."""

    format: FormatOption = Format.AUTO
    json: JsonFlag = False
    quiet: Quiet = False
    verbose: Verbose = 0
    offline: Offline = False
    registry: Registries = None
    cache_dir: CacheDir = None
    device: Device = "auto"
    seed: Seed = 0

    @property
    def output(self) -> Format:
        """The format with `--json` and `auto` resolved."""
        if self.json:
            return Format.JSON
        return Format.TABLE if self.format is Format.AUTO else self.format

    @cached_property
    def registries(self) -> tuple[Path, ...]:
        """Further registry files, in order.

        Who asks will read the registries, and learns, once, of a file that is left aside.
        """
        from radzoo.cli.models_listing import warn_of_stray_registry

        warn_of_stray_registry()
        return tuple(self.registry or ())


with_settings = spread("settings", Settings)
"""Gives a command every shared option; it receives them as one `Settings`."""
