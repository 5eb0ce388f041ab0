"""The documentation says what the program does: commands are run, links lead somewhere."""

import re
import shlex
from pathlib import Path

import pytest

from radzoo.cli.app import app
from radzoo.core.recipe import Recipe

REPOSITORY = Path(__file__).parent.parent
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
TUTORIAL = REPOSITORY / "docs" / "get-started" / "first-run.md"
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


def commands_of(page: Path) -> list[list[str]]:
    """Words of every `$ radzoo ...` line of a page, continuation lines joined."""
    blocks = "\n".join(CONSOLE.findall(page.read_text(encoding="utf-8")))
    lines = blocks.replace("\\\n", " ").splitlines()
    parts = [part for line in lines if line.startswith("$ ") for part in line[2:].split("&&")]
    words = [shlex.split(part, comments=True) for part in parts]
    return [command for command in words if command and command[0] == "radzoo"]


def name_of(page: Path) -> str:
    return str(page.relative_to(REPOSITORY))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_to_files(page):
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_and_options_exist(page, radzoo):
    groups = {group.name for group in app.registered_groups}
    for command in commands_of(page):
        if command[1].startswith("-"):
            continue
        verb = command[1:3] if command[1] in groups else command[1:2]
        code, out, _ = radzoo(*verb, "--help")
        assert code == 0, f"no such command: {command}"
        options = {word.split("=")[0] for word in command if word.startswith("--")}
        unknown = {option for option in options - {"--help"} if option not in out}
        assert not unknown, f"{verb} has no option {unknown}"


def test_readme_gives_the_install_and_test_commands_that_ci_runs():
    readme = PAGES[0].read_text(encoding="utf-8")
    ci = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")
    assert 'pip install -e ".[test]" && pytest' in readme
    assert 'pip install -q -e ".[test]"\n' in ci
    assert ci.rstrip().endswith("pytest")


def test_the_tutorial_runs_as_written(radzoo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    commands = commands_of(TUTORIAL)
    assert len(commands) >= 5
    for command in commands:
        code, _, err = radzoo(*command[1:])
        assert code == 0, f"{shlex.join(command)} ended with {code}: {err}"


def test_every_setting_of_a_recipe_is_explained():
    page = (REPOSITORY / "docs" / "reference" / "run-folder.md").read_text(encoding="utf-8")
    table = page.partition("## The recipe")[2]
    assert [name for name in Recipe.model_fields if f"`{name}`" not in table] == []
