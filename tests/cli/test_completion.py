"""What the shell is told is what Typer would tell it, but before Typer is imported."""

import os
import subprocess
import sys

import pytest

from radzoo.cli.app import app
from radzoo.cli.cache import cache_app
from radzoo.cli.completion import NAMES, ONE_NAME, answer_completion, matching_values
from radzoo.cli.registry import registry_app

SHELLS = ("bash", "zsh", "fish", "fish is-args")
QUICK = """
import os, sys
from radzoo.cli.entry import run
sys.argv = ["radzoo"]
try:
    run()
finally:
    sys.stderr.write(" ".join(sys.modules))
"""
SLOW = "import sys; from radzoo.cli.app import run; sys.argv = ['radzoo']; run()"


def environment(shell, typed):
    """What the script of a shell puts into the environment for what was typed."""
    name, _, action = shell.partition(" ")
    if name == "bash":
        words = typed.split()
        at = len(words) if typed.endswith(" ") else len(words) - 1
        given = {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(at)}
    else:
        given = {"_TYPER_COMPLETE_ARGS": typed}
    if name == "fish":
        given["_TYPER_COMPLETE_FISH_ACTION"] = action or "get-args"
    return {**os.environ, **given, "_RADZOO_COMPLETE": f"complete_{name}"}


def run(script, shell, typed):
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env=environment(shell, typed),
    )
    return (done.returncode, done.stdout), set(done.stderr.split())


@pytest.mark.parametrize("shell", SHELLS)
def test_the_quick_answer_is_typers_byte_for_byte(shell):
    quick, modules = run(QUICK, shell, "radzoo show dens")
    slow, _ = run(SLOW, shell, "radzoo show dens")
    assert quick == slow
    assert "densenet121" in quick[1] or shell == "fish is-args"
    assert not modules & {"typer", "rich", "pydantic", "ruamel", "torch"}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("--task mul", ["multiclass", "multilabel"]),
        ("--status li", ["listed"]),
        ("--license Apa", ["Apache-2.0"]),
        ("--license per", ["permissive"]),
        ("--modality chest --family densen", ["densenet"]),
        ("--modality mammo", ["mammogram", "mammography"]),
        ("--task nosuchtask", []),
    ],
)
def test_values_of_filters_are_completed(typed, words):
    (code, out), _ = run(SLOW, "bash", f"radzoo list {typed}")
    assert code == 0
    assert set(out.split()) <= set(words)
    assert bool(out.split()) == bool(words)


def test_values_are_single_words_of_the_registries_that_count(registry):
    text = registry.read_text().replace("modality: any", "modality: 'ultra sound (b-mode), $x'")
    registry.write_text(text.replace("weights: MIT", "weights: Ask them first"))
    assert matching_values([registry], "modality", "") >= ["CT"]
    assert matching_values([registry], "modality", "U") == ["ultra", "ultrasound"]
    assert matching_values([registry], "modality", "$") == []
    assert matching_values([registry], "license", "Ask") == []


@pytest.mark.slow
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("typed", ["show ", "pull alexnet dens", "registry lock res", "finetune v"])
def test_every_kind_of_command_line(shell, typed):
    quick, modules = run(QUICK, shell, f"radzoo {typed}")
    assert quick == run(SLOW, shell, f"radzoo {typed}")[0]
    assert "typer" not in modules


@pytest.mark.parametrize("verb", sorted(ONE_NAME | NAMES))
def test_typer_completes_names_for_the_same_commands(verb):
    group = {"registry": registry_app, "cache": cache_app}.get(verb.split()[0], app)
    command = next(one for one in group.registered_commands if one.name == verb.split()[-1])
    hints = command.callback.__annotations__
    completes = [
        one.autocompletion.__name__
        for hint in hints.values()
        for one in getattr(hint, "__metadata__", ())
        if getattr(one, "autocompletion", None)
    ]
    assert completes == ["complete_models"]


@pytest.mark.parametrize(
    "typed",
    [
        "radzoo sho",
        "radzoo show alexnet dens",
        "radzoo show --",
        "radzoo show --registry mine.yaml dens",
        "radzoo pull --format dens",
        "radzoo list dens",
        "radzoo registry validate dens",
        "radzoo registry dens",
        "radzoo show 'dens",
        "radzoo show nosuchmodel",
        "radzoo",
        "",
    ],
)
@pytest.mark.parametrize("shell", SHELLS)
def test_all_else_is_left_to_typer(shell, typed):
    assert answer_completion(environment(shell, typed)) is None


def test_the_word_may_be_in_the_middle():
    given = {"COMP_WORDS": "radzoo\nshow\ndens\n--json", "COMP_CWORD": "2"}
    answer = answer_completion({**given, "_RADZOO_COMPLETE": "complete_bash"})
    assert answer is not None
    assert set(answer.split()) >= {"densenet121", "densenet169"}


def test_a_registry_of_the_environment_counts(tmp_path, registry, radzoo):
    assert radzoo("list", "-q", "--registry", registry)[0] == 0
    given = {**environment("bash", "radzoo show sma"), "RADZOO_ZOO": str(registry)}
    assert answer_completion(given) == "small\n"


def test_a_wrong_registry_completes_nothing_and_says_nothing(tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("models: [")
    done = subprocess.run(
        [sys.executable, "-c", SLOW],
        capture_output=True,
        text=True,
        check=False,
        env={**environment("bash", "radzoo show dens"), "RADZOO_ZOO": str(wrong)},
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")
