"""The one error boundary: every command starts and ends here."""

import json
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn, cast

import typer

from radzoo import __version__
from radzoo.cli.console import say
from radzoo.core.errors import EnvironmentFailure, ExitCode, MemoryFailure, RadzooError

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
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        app(args=given, prog_name="radzoo")
        code = ExitCode.OK
    except SystemExit as done:  # how Typer ends every normal run
        code = cast(ExitCode, done.code or ExitCode.OK)
    except RadzooError as error:
        code = report(error, as_json=wants_json(given))
    except BrokenPipeError:
        code = silence_stdout()
    except KeyboardInterrupt:
        say("interrupted")
        code = ExitCode.INTERRUPTED
    except MemoryError:
        failure = MemoryFailure("memory ran out", id="out-of-memory", hint="try a smaller batch")
        code = report(failure, as_json=wants_json(given))
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        message = f"{error.filename}: {reason}" if error.filename else reason
        failure = EnvironmentFailure(message, id="operating-system")
        code = report(failure, as_json=wants_json(given))
    except Exception:
        traceback.print_exc()
        say("this is a bug in radzoo: please report the lines above")
        code = ExitCode.BUG
    return finish(int(code))


def run() -> NoReturn:
    """Be the `radzoo` command."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ExitCode.TERMINATED))
    sys.exit(main())


def report(error: RadzooError, *, as_json: bool) -> ExitCode:
    """Put an error on stderr: two lines for people, or one line of JSON for scripts."""
    if as_json:
        record = {
            "code": int(error.exit_code), "id": error.id, "message": str(error), "hint": error.hint
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
