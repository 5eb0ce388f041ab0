"""The one place where a pickle is read, and the only subclass of `pickle.Unpickler`.

Every name in a pickle comes through `find_class`, every instruction that calls or builds
something acts on what `find_class` gave. It gives our own constructors and inert stubs.
"""

import pickle  # its instructions are read here, with nothing to call
from collections.abc import Callable
from typing import IO, Final

from radzoo.models.foreign.constructors import CONSTRUCTORS
from radzoo.models.foreign.refusal import ForeignRefused
from radzoo.models.foreign.sealed import Inert

MAX_NAMES: Final = 10_000
# An alarm, not the gate: nothing is run either way, but a file that names these is an attack.
HOSTILE_MODULES: Final = """
    os posix nt subprocess commands sys socket ssl shutil pty runpy importlib imp zipimport
    ctypes _ctypes cffi pickle _pickle dill cloudpickle joblib marshal code codeop webbrowser
    operator _operator io _io types asyncio multiprocessing threading _thread signal pdb bdb
    timeit trace profile cProfile doctest pydoc pip setuptools distutils platform pkgutil
    urllib http ftplib smtplib telnetlib requests httpx aiohttp gc inspect sqlite3 winreg
"""
HOSTILE_PARTS: Final = (
    "torch.hub",
    "torch.jit",
    "torch.load",
    "torch.package",
    "torch.serialization.load",
    "torch.storage._load_from_bytes",
    "torch.utils.collect_env",
    "torch.utils.cpp_extension",
    "torch.utils._config_module",
    "numpy.f2py",
    "numpy.load",
    "numpy.testing",
)
HARMLESS_BUILTINS: Final = """
    bool bytearray bytes complex dict float frozenset getattr int list object range set slice
    str tuple type
"""
# Neither tensors nor anything to wonder about: also in files that hold nothing but tensors.
PLAIN_NAMES: Final = frozenset(
    [
        ("torch", "device"),
        ("torch", "Tensor"),
        ("torch.nn.parameter", "Parameter"),
        ("torch.serialization", "_get_layout"),
        ("collections", "Counter"),
        *(("builtins", name) for name in ("bytearray", "complex", "slice")),
    ]
)


class Names:
    """What a file names, and the stub that stands for each."""

    def __init__(self) -> None:
        self._stubs: dict[tuple[str, str], type[Inert]] = {}

    def stub(self, module: str, name: str) -> type[Inert]:
        """Return the stub of a name, always the same one.

        Raises:
            ForeignRefused: if it is the name of code that no file of weights needs.
        """
        if is_hostile(module, name):
            raise ForeignRefused("hostile", f"{module}.{name}")
        if (module, name) not in self._stubs:
            if len(self._stubs) >= MAX_NAMES:
                raise ForeignRefused("damaged")

            class Stub(Inert):
                __slots__ = ()

            self._stubs[module, name] = Stub
        return self._stubs[module, name]

    @property
    def objects(self) -> list[str]:
        """Names of everything that is neither a tensor nor plain."""
        return sorted(f"{a}.{b}" for a, b in self._stubs.keys() - PLAIN_NAMES)


class TensorUnpickler(pickle.Unpickler):
    """Reads a pickle into plain values, tensors and stubs.

    Args:
        stream: where the pickle begins.
        names: collects what it names.
        storage: turns the identity of a storage into a part of one.
    """

    def __init__(
        self, stream: IO[bytes], names: Names, storage: Callable[[tuple[object, ...]], object]
    ) -> None:
        super().__init__(stream, encoding="latin1")
        self._names = names
        self._storage = storage

    def find_class(self, module: str, name: str) -> object:
        """Return our own constructor of that name, or a stub; nothing is imported."""
        known = CONSTRUCTORS.get((module, name))
        return known if known is not None else self._names.stub(module, name)

    def persistent_load(self, identity: object) -> object:
        """Return the storage, or the class of a module, that the file refers to."""
        if not isinstance(identity, tuple) or len(identity) < 2:
            raise ForeignRefused("damaged")
        if identity[0] == "module":
            return identity[1]
        if identity[0] != "storage":
            raise ForeignRefused("damaged")
        return self._storage(identity[1:])


def no_storage(identity: tuple[object, ...]) -> object:
    """Refuse storages where a file cannot have any."""
    raise ForeignRefused("damaged")


def is_hostile(module: str, name: str) -> bool:
    """Tell whether a name is that of code which attacks use and weights do not."""
    root, full = module.split(".")[0], f"{module}.{name}"
    if root in ("builtins", "__builtin__"):
        return name not in HARMLESS_BUILTINS.split()
    return root in HOSTILE_MODULES.split() or any(
        full == part or full.startswith(f"{part}.") for part in HOSTILE_PARTS
    )
