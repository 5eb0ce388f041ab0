"""Options that several commands share, declared once as the fields of a frozen dataclass."""

import inspect
from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any, get_type_hints

Command = Callable[..., None]


def spread(name: str, group: type) -> Callable[[Command], Command]:
    """Return a decorator that gives a command the options of `group`, after its own.

    The command receives them as one value, in its parameter `name`.

    Args:
        name: a parameter of the command, without a default.
        group: a dataclass; its annotations are Typer's, and every field has a default.
    """
    hints = get_type_hints(group, include_extras=True)
    shared = [
        inspect.Parameter(
            item.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=item.default,
            annotation=hints[item.name],
        )
        for item in fields(group)
    ]
    names = [parameter.name for parameter in shared]

    def decorate(command: Command) -> Command:
        own = [
            parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
            for parameter in inspect.signature(command, eval_str=True).parameters.values()
            if parameter.name != name
        ]
        whole = [*own, *shared]

        @wraps(command)
        def run(**arguments: Any) -> None:
            given = group(**{option: arguments.pop(option) for option in names})
            command(**{name: given}, **arguments)

        run.__signature__ = inspect.Signature(whole)  # type: ignore[attr-defined]  # Typer reads it
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in whole}
        del run.__wrapped__  # else inspect would look through to `command`
        return run

    return decorate
