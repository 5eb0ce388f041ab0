"""The error boundary: one sentence, one hint, the right exit code, and stdout left alone."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import radzoo as package
from radzoo import __version__
from radzoo.cli.app import app, as_radzoo_error, explain
from radzoo.core import errors
from radzoo.core.errors import ExitCode, RadzooError

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, RadzooError) and kind is not RadzooError
]
SHARED = {
    "--format", "--json", "--quiet", "--verbose", "--offline", "--registry", "--cache-dir",
    "--device", "--seed",
}  # fmt: skip


def start(*arguments: str, **options: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "radzoo", *arguments], **options)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_is_one_sentence_and_one_hint(kind, capsys):
    code = explain(kind("3 were seen, 2 are needed", id="an-id", hint="give 2"), as_json=False)
    out, err = capsys.readouterr()
    assert code == kind.exit_code
    assert out == ""
    assert err == "error: 3 were seen, 2 are needed\nhint: give 2\n"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_is_one_line_of_json(kind, capsys):
    explain(kind("3 were seen", id="an-id", hint="give 2"), as_json=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err) == {
        "error": {
            "code": kind.exit_code,
            "id": "an-id",
            "message": "3 were seen",
            "hint": "give 2",
        }
    }


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MemoryError(), ExitCode.MEMORY),
        (PermissionError(13, "Permission denied", "file"), ExitCode.ENVIRONMENT),
        (OSError(28, "No space left on device"), ExitCode.ENVIRONMENT),
    ],
)
def test_what_the_machine_does_is_not_a_bug(error, code):
    translated = as_radzoo_error(error)
    assert translated is not None
    assert translated.exit_code == code


def test_a_bug_shows_its_traceback_and_exits_1(capsys):
    assert explain(ZeroDivisionError("x"), as_json=False) == ExitCode.BUG
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_control_characters_of_a_name_do_not_reach_the_terminal(capsys):
    explain(errors.InputError("no file \x1b[31m\u202e", id="x", hint="h"), as_json=False)
    assert capsys.readouterr().err == "error: no file \\x1b[31m\\u202e\nhint: h\n"


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["list", "--nonsense"], ["list", "--seed", "-1"], ["list", "--format", "x"]],
)
def test_wrong_usage_exits_2(radzoo, arguments):
    code, out, err = radzoo(*arguments)
    assert code == ExitCode.USAGE
    assert out == ""
    assert err.startswith("error: ")
    assert "hint: " in err
    assert "Value error" not in err


@pytest.mark.parametrize("flag", [["--json"], ["--format", "json"], ["--format=json"]])
def test_wrong_usage_is_json_when_json_is_asked_for(radzoo, flag):
    code, out, err = radzoo("list", "--nonsense", *flag)
    assert (code, out) == (ExitCode.USAGE, "")
    assert json.loads(err)["error"]["id"] == "wrong-usage"


def test_without_arguments_help_is_shown(radzoo):
    code, out, _ = radzoo()
    assert code == ExitCode.OK
    assert "Usage:" in out


def test_a_group_without_a_command_says_what_is_missing(radzoo):
    code, _, err = radzoo("data")
    assert code == ExitCode.USAGE
    assert "error: a command is missing\n" in err


def test_version(radzoo):
    assert radzoo("--version") == (0, f"radzoo {__version__}\n", "")


def verb(command) -> str:
    return command.name or command.callback.__name__


def every_command() -> list[list[str]]:
    single = [[verb(command)] for command in app.registered_commands]
    grouped = [
        [group.name or group.typer_instance.info.name, verb(command)]
        for group in app.registered_groups
        for command in group.typer_instance.registered_commands
    ]
    return [*single, *grouped]


@pytest.mark.parametrize("command", every_command(), ids=" ".join)
def test_every_command_takes_every_shared_option(radzoo, command):
    code, out, _ = radzoo(*command, "--help")
    assert code == 0
    assert {option for option in SHARED if option in out} == SHARED


def test_a_closed_pipe_is_quiet():
    process = start("list", "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.wait(30) == ExitCode.BROKEN_PIPE
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110
def test_a_full_disk_on_stdout_is_an_environment_error():
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = start("list", "--json", stdout=full, stderr=subprocess.PIPE)
        _, err = done.communicate(timeout=30)
    assert done.returncode == ExitCode.ENVIRONMENT
    assert b"Traceback" not in err


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, ExitCode.TERMINATED), (signal.SIGINT, ExitCode.INTERRUPTED)],
)
def test_signals_end_in_their_own_code(number, code, tmp_path):
    script = (
        "import time\n"
        "from radzoo.cli import app\n"
        "app.app.command('wait')(lambda: (print('ready', flush=True), time.sleep(60)))\n"
        "import sys; sys.argv = ['radzoo', 'wait']\n"
        "app.run()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=-1)
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert b"Traceback" not in err


def test_no_help_is_lost_as_markup():
    """Rich takes `[default: x]` for a style and shows nothing."""
    folder = Path(package.__file__).parent / "cli"
    lost = [
        (file.name, line)
        for file in folder.glob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.search(r'"[^"]*\[default', line)
    ]
    assert lost == []
