"""`radzoo registry`: validate, schema, add, lock."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option, Typer

from radzoo.cli.app import app
from radzoo.cli.console import say, write_json, write_line
from radzoo.cli.options import Format, ModelName, ModelNames, Settings, with_settings
from radzoo.core.errors import InputError, UsageError

if TYPE_CHECKING:
    from radzoo.workflows.registry import Checked

registry_app = Typer(
    name="registry",
    help="Check registry files, add entries to them, lock hashes of weights.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(registry_app, name="registry")

To = Annotated[
    Path | None, Option("--to", help="The registry to write to; your own if none is named.")
]


@registry_app.command("validate")
@with_settings
def validate_registry(
    settings: Settings,
    file: Annotated[
        Path | None, Argument(metavar="[FILE]", help="A registry; all that count if none is named.")
    ] = None,
) -> None:
    """Say whether registry files are right, or their mistakes with the line of each."""
    from radzoo.workflows.registry import validate
    from radzoo.zoo.registries import registry_files

    _only_table_or_json(settings)
    checked = validate([file] if file is not None else registry_files(settings.registries))
    if settings.output is Format.JSON:
        write_json({"schema_version": 1, "files": [_record(one) for one in checked]})
    else:
        _write_checked(checked, quiet=settings.quiet)
    n_mistakes = sum(len(one.mistakes) + one.n_more for one in checked)
    if n_mistakes:
        raise InputError(
            f"{n_mistakes:,} mistake{'' if n_mistakes == 1 else 's'} in the registry",
            id="invalid-registry",
            hint="radzoo registry schema prints what every field takes",
        )


@registry_app.command("schema")
@with_settings
def print_schema(settings: Settings) -> None:
    """Print the JSON Schema of a registry file, for editors."""
    from radzoo.zoo.json_schema import registry_schema

    _only_table_or_json(settings)
    write_json(registry_schema())


@registry_app.command("add")
@with_settings
def add_entry(
    settings: Settings,
    name: ModelName,
    source: Annotated[
        Path | None, Option("--from", help="A YAML file with the fields of the new entry.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        Option("--set", metavar="FIELD=VALUE", help="Set a field, such as input.size=224."),
    ] = None,
    new_name: Annotated[str | None, Option("--name", help="What to call it there.")] = None,
    to: To = None,
    local: Annotated[
        Path | None,
        Option("--local", help="Weights on this machine, in place of the entry's source."),
    ] = None,
    replace: Annotated[bool, Option("--replace", help="Overwrite an entry of that name.")] = False,
) -> None:
    """Copy the entry NAME of the zoo into your own registry, or write a new one."""
    from radzoo.workflows.registry import add, parse_settings

    _only_table_or_json(settings)
    changes = parse_settings(set_ or [])
    file = add(
        name,
        to=to,
        source=source,
        settings=changes,
        new_name=new_name,
        local=local,
        replace=replace,
        registries=settings.registries,
    )
    _say_if_it_overrules(new_name or name, file, settings)
    added = {"name": new_name or name, "registry": str(file), "set": sorted(changes)}
    if settings.output is Format.JSON:
        write_json({"schema_version": 1, "added": [added]})
    elif settings.quiet:
        write_line(str(file))
    else:
        write_line(f"{added['name']}: written to {file}")


@registry_app.command("lock")
@with_settings
def lock_entries(
    settings: Settings,
    names: ModelNames,
    to: To = None,
    selftest: Annotated[
        bool, Option("--selftest", help="Also store what the network answers to a tiny image.")
    ] = False,
    again: Annotated[
        bool, Option("--again", help="Take a local file that was changed as it is now.")
    ] = False,
) -> None:
    """Write hash and size of the weights on this machine into the entries NAME...."""
    from radzoo.workflows.registry import lock
    from radzoo.zoo.store import cache_root

    _only_table_or_json(settings)
    locked = []
    for name in dict.fromkeys(names):
        one = lock(
            name,
            cache=cache_root(settings.cache_dir),
            to=to,
            registries=settings.registries,
            selftest=selftest,
            again=again,
        )
        how = "the whole entry was copied" if one.copied else "the entry was changed"
        if not settings.quiet:
            say(f"{name}: {how} in {one.file}")
        if one.refusal is not None:
            say(f"warning: {name}: its weights load, but no self-test was stored: {one.refusal}")
        locked.append(
            {
                "name": name,
                "registry": str(one.file),
                "sha256": one.sha256,
                "size_bytes": one.size_bytes,
                "copied": one.copied,
                "selftest": selftest and one.refusal is None,
                "status": one.status,
            }
        )
    if settings.output is Format.JSON:
        write_json({"schema_version": 1, "locked": locked})
        return
    for row in locked:
        write_line(f"{row['sha256']}  {row['name']}")


def _say_if_it_overrules(name: str, file: Path, settings: Settings) -> None:
    """Say that an entry which was just written counts now in place of another one."""
    from radzoo.zoo.catalog import look_up, says_what_it_overrules
    from radzoo.zoo.registries import registry_files

    if file not in registry_files(settings.registries):
        return
    found = look_up(name, settings.registries)
    overruling = says_what_it_overrules(found, settings.registries)
    if found.origin == file and overruling:
        say(overruling)


def _record(checked: "Checked") -> dict[str, object]:
    mistakes = [
        {"line": one.line, "field": one.field, "message": one.message, "hint": one.hint}
        for one in checked.mistakes
    ]
    return {
        "file": str(checked.file),
        "models": checked.n_models,
        "mistakes": mistakes,
        "more_mistakes": checked.n_more,
    }


def _write_checked(files: "list[Checked]", *, quiet: bool) -> None:
    """Write each mistake as `file:line: field: what`, and each file that is right."""
    for checked in files:
        for one in checked.mistakes:
            hint = f" ({one.hint})" if one.hint and one.field else ""
            write_line(f"{checked.file}:{one}{hint}")
        if checked.n_more:
            write_line(f"{checked.file}: and {checked.n_more:,} more")
        if not checked.mistakes and not quiet:
            entries = "entry is" if checked.n_models == 1 else "entries are"
            write_line(f"{checked.file}: {checked.n_models} {entries} right")


def _only_table_or_json(settings: Settings) -> None:
    if settings.output not in {Format.TABLE, Format.JSON}:
        raise UsageError(
            f"this has no format {settings.output}", id="wrong-format", hint="choose table or json"
        )
