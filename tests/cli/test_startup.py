"""What is asked most often must not wait for libraries that it does not need."""

import os
import subprocess
import sys

import pytest

HEAVY = ("torch", "torchvision", "timm", "monai", "pandas", "sklearn", "scipy", "pydicom")


def imported_by(*arguments, code=0):
    """Run radzoo in a fresh interpreter and return the modules that it imported."""
    script = (
        "import atexit, sys\n"
        "atexit.register(lambda: sys.stderr.write(' '.join(sys.modules)))\n"
        "from radzoo.cli.entry import run\n"
        f"sys.argv = ['radzoo', *{[str(argument) for argument in arguments]!r}]\n"
        "run()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=os.environ, check=False
    )
    assert done.returncode == code, done.stderr
    return set(done.stderr.split())


@pytest.fixture
def registry(tmp_path):
    from radzoo.zoo.registries import shipped_registry

    (tmp_path / "w.pth").write_bytes(b"weights")
    text = shipped_registry().read_text()
    before, after = text.split("  vgg16:\n")
    start, end = after.index("    source:\n"), after.index("    input:\n")
    source = "    source: {kind: local, path: w.pth, format: torch}\n"
    file = tmp_path / "mine.yaml"
    file.write_text(before + "  vgg16:\n" + after[:start] + source + after[end:])
    return file


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["list"],
        ["list", "--json", "--search", "chest"],
        ["show", "resnet18"],
        ["show", "alexnet", "--json"],
        ["pull", "alexnet", "resnet18", "--dry-run"],
        ["pull", "radzoo-phantom-tiny"],
        ["verify"],
        ["cache", "ls"],
    ],
    ids=" ".join,
)
def test_nothing_heavy_is_imported(arguments):
    assert not imported_by(*arguments) & set(HEAVY)


def test_pulling_a_local_file_imports_nothing_heavy(registry):
    modules = imported_by("pull", "vgg16", "--registry", registry)
    assert not modules & {*HEAVY, "numpy", "huggingface_hub", "urllib.request"}


def test_a_failed_download_imports_nothing_heavy(registry):
    text = registry.read_text()
    source = "{kind: https, url: 'http://127.0.0.1:9/x', sha256: '" + "0" * 64 + "'}"
    registry.write_text(text.replace("{kind: local, path: w.pth, format: torch}", source))
    assert not imported_by("pull", "vgg16", "--registry", registry, code=4) & set(HEAVY)


def test_a_warm_list_needs_no_typer_pydantic_or_yaml():
    imported_by("list")
    slow = {*HEAVY, "typer", "pydantic", "ruamel", "ruamel.yaml", "numpy", "huggingface_hub"}
    assert not imported_by("list") & slow
    assert not imported_by("list", "-q") & {*slow, "rich"}
    assert not imported_by("list", "--json") & {*slow, "rich"}
    assert not imported_by("--version") & {*slow, "rich"}


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110
def test_the_quick_way_keeps_to_the_exit_codes():
    command = [sys.executable, "-m", "radzoo", "list", "-q"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 5
    assert b"Traceback" not in done.stderr
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")
