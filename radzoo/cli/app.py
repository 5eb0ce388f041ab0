"""The one error boundary: every command starts and ends here."""

import json
import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

import typer

from radzoo import __version__
from radzoo.cli.bug import say_bug
from radzoo.cli.console import say
from radzoo.core.errors import (
    EnvironmentFailure,
    ExitCode,
    MemoryFailure,
    RadzooError,
    UsageError,
)

# Typer keeps its copy of Click private; this is the parent of all it says of wrong usage.
TyperUsageError: type[Exception] = typer.BadParameter.__mro__[1]

app = typer.Typer(
    name="radzoo",
    help="A model zoo and evaluation tool for radiology. Research use only.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def print_version(wanted: bool) -> None:
    """Answer `--version`."""
    if wanted:
        sys.stdout.write(f"radzoo {__version__}\n")
        raise typer.Exit


@app.callback()
def radzoo(
    version: bool = typer.Option(
        False, "--version", callback=print_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """A model zoo and evaluation tool for radiology. Research use only."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; never raises.

    Args:
        arguments: what follows `radzoo` on the command line; None = those of the process.
    """
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    try:
        code = app(args=given, prog_name="radzoo", standalone_mode=False) or ExitCode.OK
        if code == ExitCode.INTERRUPTED:  # Typer makes a mute code of Ctrl-C
            return end_with(KeyboardInterrupt(), given)
    except SystemExit as done:
        if isinstance(done.__context__, BrokenPipeError):  # Typer would have it end in 1
            return end_with(done.__context__, given)
        code = done.code if isinstance(done.code, int) else ExitCode.OK
    except (Exception, KeyboardInterrupt) as stop:
        return end_with(stop, given)
    return finish(int(code))


def end_with(stop: Exception | KeyboardInterrupt, given: Sequence[str]) -> int:
    """Turn what stopped a command into words on stderr and an exit code."""
    if isinstance(stop, BrokenPipeError):
        return finish(int(silence_stdout()))
    if isinstance(stop, KeyboardInterrupt):
        pulling = given[:1] == ["pull"]
        say("stopped; the same command goes on where it stopped" if pulling else "interrupted")
        return finish(int(ExitCode.INTERRUPTED))
    return finish(int(explain(stop, as_json=wants_json(given))))


def run() -> NoReturn:
    """Be the `radzoo` command."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ExitCode.TERMINATED))
    sys.exit(main())


def explain(error: Exception, *, as_json: bool) -> ExitCode:
    """Say what went wrong and return the exit code for it; a traceback only for a bug."""
    known = as_radzoo_error(error)
    if known is not None:
        return report(known, as_json=as_json)
    say_bug(error)
    return ExitCode.BUG


def as_radzoo_error(error: Exception) -> RadzooError | None:
    """Translate what the user or the machine caused; None for a bug of ours."""
    if isinstance(error, RadzooError):
        return error
    if isinstance(error, TyperUsageError):
        said = str(error.format_message())  # type: ignore[attr-defined]  # Click's
        sentence = " ".join(said.splitlines()).replace("Value error, ", "").rstrip(".")
        return UsageError(
            sentence or "a command is missing",
            id="wrong-usage",
            hint="radzoo COMMAND --help lists options",
        )
    if isinstance(error, MemoryError):
        return MemoryFailure(
            "memory ran out", id="out-of-memory", hint="use a smaller batch or image size"
        )
    if isinstance(error, OSError):
        reason = (error.strerror or "unknown reason").lower()
        return EnvironmentFailure(
            f"{error.filename}: {reason}" if error.filename else reason,
            id="operating-system",
            hint="check the path, its permissions and the space on the disk",
        )
    return None


def report(error: RadzooError, *, as_json: bool) -> ExitCode:
    """Put an error on stderr: two lines for people, or one line of JSON for scripts."""
    if as_json:
        record = {
            "code": int(error.exit_code),
            "id": error.id,
            "message": str(error),
            "hint": error.hint,
        }
        sys.stderr.write(json.dumps({"error": record}) + "\n")
    else:
        say(f"error: {error}")
        if error.hint:
            say(f"hint: {error.hint}")
    return error.exit_code


def wants_json(arguments: Sequence[str]) -> bool:
    """Did the user ask for JSON? Asked of the raw words, since parsing may have failed."""
    pairs = zip(arguments, [*arguments[1:], ""], strict=True)
    return any(
        word in ("--json", "--format=json") or (word, after) == ("--format", "json")
        for word, after in pairs
    )


def silence_stdout() -> ExitCode:
    """Leave a closed pipe quietly, as `head` expects."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.BROKEN_PIPE


def finish(code: int) -> int:
    """Flush stdout while an error can still be reported."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return silence_stdout()
    except OSError as error:
        say(f"error: cannot write the result: {(error.strerror or 'unknown reason').lower()}")
        return ExitCode.ENVIRONMENT
    return code


# Commands register themselves on `app`; each of these modules imports nothing heavy.
from radzoo.cli import commands  # noqa: E402, F401
