"""`radzoo list`."""

from enum import StrEnum
from typing import Annotated

from typer import Option

from radzoo.cli.app import app
from radzoo.cli.options import Settings, with_settings
from radzoo.core.errors import UsageError


class Licence(StrEnum):
    """Which licences of weights will do."""

    PERMISSIVE = "permissive"
    ANY = "any"


@app.command("list")
@with_settings
def list_models(
    settings: Settings,
    task: Annotated[str | None, Option(help="Only models for this task.")] = None,
    modality: Annotated[str | None, Option(help="Only models for this kind of image.")] = None,
    family: Annotated[str | None, Option(help="Only this family of architectures.")] = None,
    license_: Annotated[
        Licence, Option("--license", help="Which licences of the weights will do.")
    ] = Licence.ANY,
    pulled: Annotated[bool, Option("--pulled", help="Only models on this machine.")] = False,
    search: Annotated[str | None, Option(help="Only models that mention all these words.")] = None,
) -> None:
    """List the models of the zoo."""
    from radzoo.cli.models_listing import FORMATS, Request, list_from_registry
    from radzoo.zoo.listing import Filters

    if settings.output not in FORMATS:
        raise UsageError(
            f"a list has no format {settings.output}",
            id="wrong-format",
            hint=f"choose one of {', '.join(FORMATS)}",
        )
    list_from_registry(
        Request(
            Filters(task, modality, family, license_.value, pulled, search),
            settings.output.value,
            settings.quiet,
            settings.registries,
            settings.cache_dir,
        )
    )
