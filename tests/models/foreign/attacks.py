"""Files that would run something, take the machine's memory, or write where they must not.

Each attack writes a file at a path; what it would run creates the file `canary`.
"""

import io
import pickle
import struct
import zipfile

import numpy as np
import torch

MAGIC = pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2)
VERSION = pickle.dumps(1001, protocol=2)
SYSTEM = pickle.dumps({"protocol_version": 1001, "little_endian": True}, protocol=2)
TENSOR = torch.arange(4.0)


class Call:
    """Pickles to a call of any function."""

    def __init__(self, function, *arguments, protocol_4=False):
        self.parts = function, arguments
        self.extended = protocol_4

    def __reduce_ex__(self, protocol):
        return self.parts


def touch(canary):
    return f"touch {canary}"


def writing(canary):
    return f"open({str(canary)!r}, 'w')"


def text(value):
    return b"X" + struct.pack("<I", len(value.encode())) + value.encode()


def named(module, name):
    return f"c{module}\n{name}\n".encode()


def call(module, name, *arguments):
    """Opcodes that call a function with texts."""
    return named(module, name) + b"(" + b"".join(map(text, arguments)) + b"tR"


def archive(pickled, path, **more):
    """A file like torch's own, with this pickle in it and one true tensor."""
    buffer = io.BytesIO()
    torch.save({"a": TENSOR}, buffer)
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w") as new:
        for member in old.infolist():
            data = old.read(member)
            new.writestr(member, pickled if member.filename.endswith("/data.pkl") else data)
        for name, data in more.items():
            new.writestr(name, data)


def stream(pickled, path):
    """A file like torch's before 1.6, with this pickle in it."""
    path.write_bytes(MAGIC + VERSION + SYSTEM + pickled + pickle.dumps([], protocol=2))


def beside_weights(payload):
    """Opcodes of a dictionary that holds a payload and one true tensor."""
    buffer = io.BytesIO()
    torch.save({"a": TENSOR}, buffer)
    with zipfile.ZipFile(buffer) as old:
        true = old.read("archive/data.pkl")
    assert true.startswith(b"\x80\x02}")
    assert true.endswith(b"s.")
    return true[:-1] + text("b") + payload + b"s."


def program(*opcodes):
    return b"\x80\x04" + b"".join(opcodes) + b"."


# What a payload is made of, by name: opcodes that leave one object on the stack.
PAYLOADS = {
    "os.system": lambda c: call("os", "system", touch(c)),
    "posix.system": lambda c: call("posix", "system", touch(c)),
    "eval": lambda c: call("builtins", "eval", writing(c)),
    "exec of Python 2": lambda c: call("__builtin__", "exec", writing(c)),
    "INST": lambda c: b"(" + text(touch(c)) + b"iposix\nsystem\n",
    "OBJ": lambda c: b"(" + named("posix", "system") + text(touch(c)) + b"o",
    "NEWOBJ": lambda c: named("posix", "system") + text(touch(c)) + b"\x85\x81",
    "NEWOBJ_EX": lambda c: named("subprocess", "Popen") + text(touch(c)) + b"\x85}\x92",
    "STACK_GLOBAL": lambda c: text("os") + text("system") + b"\x93" + text(touch(c)) + b"\x85R",
    "a chain of getattr": lambda c: (
        named("builtins", "getattr") + b"(" + named("os", "path") + text("system") + b"tR"
        + text(touch(c)) + b"\x85R"
    ),
    "the builtins of a function": lambda c: (
        named("builtins", "getattr") + b"(" + named("torch._utils", "_rebuild_tensor")
        + text("__globals__") + b"tR" + text(touch(c)) + b"\x85R"
    ),
    "a name with dots": lambda c: call("collections", "abc.sys.modules", touch(c)),
    "the dictionary of a class": lambda c: call("collections", "OrderedDict.__init__.__globals__"),
    "torch.load": lambda c: call("torch", "load", str(c)),
    "torch.hub": lambda c: call("torch.hub", "load", "a/b", "c"),
    "torch.storage._load_from_bytes": lambda c: (
        named("torch.storage", "_load_from_bytes")
        + b"(B" + struct.pack("<I", 4) + b"\x80\x02N." + b"tR"
    ),
    "runpy": lambda c: call("runpy", "_run_code", writing(c)),
    "timeit": lambda c: call("timeit", "timeit", writing(c)),
    "operator": lambda c: call("operator", "methodcaller", "system", touch(c)),
    "import of a module beside it": lambda c: call("canary_module", "run"),
    "an extension code": lambda c: b"\x82\x01" + text(touch(c)) + b"\x85R",
    "BUILD of a constructor": lambda c: (
        named("torch._utils", "_rebuild_tensor_v2")
        + b"N}" + text("__code__") + text("x") + b"s\x86b"
    ),
    "BUILD of a stub's class": lambda c: (
        named("argparse", "Namespace") + b"N}" + text("__call__") + text("x") + b"s\x86b"
    ),
    "BUILD of a storage's type": lambda c: (
        named("torch", "FloatStorage") + b"N}" + text("element") + b"Ns\x86b"
    ),
    "an array of objects": lambda c: pickle.dumps(
        np.array([Call(__import__("os").system, touch(c))], dtype=object), protocol=2
    )[2:-1],
}  # fmt: skip


def numbered(n, payload):
    """A payload inside so many lists."""
    return b"]" * n + payload + b"a" * n


# Files that ask for far more than they hold, or contradict themselves.
def tensor_program(
    *, shape=b"K\x04\x85", strides=b"K\x01\x85", first=b"K\x00", n=b"K\x04", key="0"
):
    """Opcodes of {"a": tensor}, with a lie in one place."""
    storage = (
        b"("
        + text("storage")
        + named("torch", "FloatStorage")
        + text(key)
        + text("cpu")
        + n
        + b"tQ"
    )
    return (
        b"\x80\x02}" + text("a") + named("torch._utils", "_rebuild_tensor_v2")
        + b"(" + storage + first + shape + strides + b"\x89N" + b"tRs."
    )  # fmt: skip


TERA = b"\x8a\x06\x00\x00\x00\x00\x00\x40"
CLAIMS = {
    "true": tensor_program(),
    "a storage of terabytes": tensor_program(n=TERA),
    "a shape of terabytes": tensor_program(shape=TERA + b"\x85", strides=b"K\x00\x85"),
    "expanded to gigabytes": tensor_program(
        shape=b"J\x00\x00\x00\x10\x85", strides=b"K\x00\x85"
    ),
    "beyond the storage": tensor_program(first=b"K\x01"),
    "before the storage": tensor_program(first=b"J\xff\xff\xff\xff"),
    "a negative stride": tensor_program(strides=b"J\xff\xff\xff\xff\x85"),
    "a negative length": tensor_program(shape=b"J\xff\xff\xff\xff\x85"),
    "more strides than axes": tensor_program(strides=b"K\x01K\x01\x86"),
    "a shape of texts": tensor_program(shape=text("4") + b"\x85"),
    "a storage that is not there": tensor_program(key="1"),
    "a storage outside": tensor_program(key="../../../etc/passwd"),
    "a tensor changed afterwards": (
        tensor_program()[:-2] + b"N}" + text("start") + TERA + b"s\x86bs."
    ),
    "bytes of terabytes": b"\x80\x04\x8e" + struct.pack("<Q", 1 << 42) + b".",
    "a number of gigabytes": b"\x80\x04\x8b" + struct.pack("<i", 2**31 - 1) + b".",
    "a text of terabytes": b"\x80\x04\x8d" + struct.pack("<Q", 1 << 42) + b".",
    "a frame of exabytes": b"\x80\x04\x95" + struct.pack("<Q", 1 << 60) + b".",
    "a memo of gigabytes": b"\x80\x04Nr" + struct.pack("<I", 2**32 - 1) + b".",
    "a number of many digits": b"I" + b"9" * 5000 + b"\n.",
    "nested a million times": b"\x80\x02" + b"(" * 1_000_000 + b"t" * 1_000_000 + b".",
    "no end": b"\x80\x02}",
    "nothing on the stack": b"\x80\x02.",
    "an unknown opcode": b"\x80\x02\xff.",
}  # fmt: skip


def doubling(n, kind=b"\x86"):
    """A pair of pairs of pairs: 2**n leaves, in n steps."""
    return b"\x80\x02" + text("x") + b"q\x00h\x00" + kind + (b"q\x00h\x00" + kind) * n
