"""Fixtures for every test: no network but loopback, no settings of the machine."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the command does; see cli/entry.py

from radzoo.cli.app import main
from radzoo.zoo.memory import memory_root

REPOSITORY = Path(__file__).parent.parent
# A network of a few thousand weights: a whole run with it takes a second.
REGISTRY = """\
schema_version: 1
models:
  small:
    summary: a network for tests
    task: backbone
    modality: any
    family: test
    architecture: {library: timm, name: test_resnet}
    source: {kind: local, path: small.safetensors}
    input: {channels: 1, size: 32, mean: [0.5], std: [0.25], value_range: [0.0, 1.0], fit: pad, interpolation: bilinear}
    license: {code: MIT, weights: MIT, data: MIT}
    citation: {text: nobody}
    intended_use: tests
"""  # noqa: E501  tests count its lines

# The same examples on every run, and no clock: this machine may be busy.
settings.register_profile("radzoo", derandomize=True, deadline=None)
settings.load_profile("radzoo")


def pytest_runtest_setup() -> None:
    import pytest_socket

    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def shipped_index(tmp_path_factory) -> Path:
    """The index of the shipped registry, made once: reading the YAML takes a second."""
    from radzoo.zoo.index import index_path, load_listing
    from radzoo.zoo.registries import shipped_registry

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        load_listing([shipped_registry()])
        return index_path("").parent


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory, monkeypatch, shipped_index):
    """Keep caches and settings of the machine out of the tests, and theirs out of it."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("RADZOO_", "HF_", "XDG_")) and name != "RADZOO_REAL_DATA":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("RADZOO_HOME", str(home / "radzoo"))
    monkeypatch.setenv("HF_HOME", str(home / "huggingface"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    copy_private(shipped_index, memory_root() / "index")
    return home


def copy_private(folder: Path, to: Path) -> None:
    """Copy an index so that radzoo believes it: nobody else may write there."""
    to.mkdir(parents=True)
    for place in (to.parent, to):
        place.chmod(0o700)
    for file in folder.iterdir():
        shutil.copy(file, to)


@pytest.fixture
def radzoo(capfdbinary):
    """Run a command in this process; gives `(exit code, stdout, stderr)`."""

    def run(*arguments: object) -> tuple[int, str, str]:
        capfdbinary.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return run


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real radiology data, or a skip that says it is absent."""
    folder = Path(os.environ.get("RADZOO_REAL_DATA", REPOSITORY.parent / "shared" / "data"))
    if not (folder / "pneumoniamnist.npz").is_file():
        pytest.skip("no real data: set RADZOO_REAL_DATA to the folder that holds it")
    return folder


@pytest.fixture
def write_npz(tmp_path):
    import numpy as np

    def write(name="data.npz", *, n_train=24, n_val=10, n_test=12, spoil=None):
        parts = {}
        for seed, (split, n) in enumerate([("train", n_train), ("val", n_val), ("test", n_test)]):
            parts[f"{split}_images"], parts[f"{split}_labels"] = draw_squares(n, seed)
        if spoil:
            spoil(parts)
        np.savez(tmp_path / name, **parts)
        return tmp_path / name

    return write


@pytest.fixture
def registry(tmp_path):
    path = tmp_path / "zoo.yaml"
    path.write_text(REGISTRY, "utf-8")
    return path


def draw_squares(n, seed):
    """Noise of 28 x 28; every second image is brighter in one corner."""
    import numpy as np

    numbers = np.random.default_rng(seed)
    images = numbers.integers(0, 120, (n, 28, 28)).astype(np.uint8)
    labels = np.arange(n) % 2
    images[labels == 1, :10, :10] += 100
    return images, labels[:, None].astype(np.uint8)
