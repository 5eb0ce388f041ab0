"""`radzoo list`."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

from typer import Context, Option

from radzoo.cli.app import app
from radzoo.cli.options import Settings, with_settings
from radzoo.core.errors import UsageError


class Order(StrEnum):
    """By what models are sorted."""

    NAME = "name"
    SIZE = "size"
    FAMILY = "family"
    TASK = "task"


def completing(field: str, *others: str) -> Callable[[Context, str], list[str]]:
    """Return what completes the value of an option: what models have in a field."""

    def complete(ctx: Context, incomplete: str) -> list[str]:
        from radzoo.cli.completion import matching_values

        found = matching_values(ctx.params.get("registry") or (), field, incomplete)
        return [*(word for word in others if word.startswith(incomplete)), *found]

    return complete


@app.command("list")
@with_settings
def list_models(
    settings: Settings,
    task: Annotated[
        str | None, Option(help="Only models for this task.", autocompletion=completing("task"))
    ] = None,
    modality: Annotated[
        str | None,
        Option(help="Only models for this kind of image.", autocompletion=completing("modality")),
    ] = None,
    family: Annotated[
        str | None,
        Option(help="Only this family of architectures.", autocompletion=completing("family")),
    ] = None,
    license_: Annotated[
        str,
        Option(
            "--license",
            metavar="permissive|any|NAME",
            help="Which licences of the weights will do, or one such as MIT.",
            autocompletion=completing("license", "any", "permissive"),
        ),
    ] = "any",
    label: Annotated[str | None, Option(help="Only models trained for this finding.")] = None,
    status: Annotated[
        str | None,
        Option(
            help="Only models tested so far: listed, hash, loads or selftest.",
            autocompletion=completing("status"),
        ),
    ] = None,
    max_size: Annotated[
        str | None, Option("--max-size", metavar="SIZE", help="Only weights up to, say, 100MB.")
    ] = None,
    dimensions: Annotated[
        str | None, Option(metavar="2|3", help="Only models for images (2) or volumes (3).")
    ] = None,
    pulled: Annotated[bool, Option("--pulled", help="Only models on this machine.")] = False,
    search: Annotated[str | None, Option(help="Only models that mention all these words.")] = None,
    use: Annotated[
        str | None,
        Option(
            help="Only models that radzoo can predict with, finetune, fetch; or external ones.",
            autocompletion=completing("use"),
        ),
    ] = None,
    sort: Annotated[Order, Option(help="By what to sort.")] = Order.NAME,
) -> None:
    """List the models of the zoo."""
    from radzoo.cli.models_listing import Request, list_from_registry
    from radzoo.zoo.selection import Filters

    filters = Filters(
        task=task,
        modality=modality,
        family=family,
        license=license_,
        label=label,
        status=status,
        max_size=max_size,
        dimensions=_dimensions(dimensions),
        pulled=pulled,
        search=search,
        use=use,
        sort=sort.value,
    )
    list_from_registry(
        Request(
            filters,
            list_format(settings),
            settings.quiet,
            settings.registries,
            settings.cache_dir,
        )
    )


def _dimensions(given: str | None) -> int | None:
    if given not in {None, "2", "3"}:
        raise UsageError(
            f"--dimensions is '{given}', 2 or 3 was needed",
            id="wrong-usage",
            hint="2 for images, 3 for volumes",
        )
    return int(given) if given else None


def list_format(settings: Settings) -> str:
    """Return the format of a list of models."""
    from radzoo.cli.models_listing import FORMATS

    if settings.output.value not in FORMATS:
        raise UsageError(
            f"a list has no format {settings.output}",
            id="wrong-format",
            hint=f"choose one of {', '.join(FORMATS)}",
        )
    return settings.output.value
