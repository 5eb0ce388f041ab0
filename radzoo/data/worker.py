"""The disposable child of the guard: `python -m radzoo.data.worker`.

It reads requests on its standard input and answers on what was its standard output. The
libraries that decode see /dev/null there, so that nothing they print leaves the process.
"""

import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from radzoo.data.pipe import pack, unpack
from radzoo.data.refusal import ImageRefused

MEMORY_BYTES = 3 * 1024**3


def main() -> None:
    """Answer requests until the parent closes the pipe."""
    requests, answers = _take_pipes()
    _limit()
    answers.write(pack({"ready": True}))
    answers.flush()
    while True:
        try:
            request, _ = unpack(lambda size: _read_exactly(requests, size))
        except EOFError:
            return
        answers.write(_answer(request))
        answers.flush()


def _answer(request: dict[str, Any]) -> bytes:
    """Do what is asked; whatever goes wrong becomes a reason code."""
    try:
        return _do(request)
    except ImageRefused as refused:
        return pack({"refused": refused.code})
    except MemoryError:
        return pack({"refused": "out-of-memory"})
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException:  # noqa: BLE001  a Rust panic is no Exception; it ends here all the same
        return pack({"refused": "undecodable"})


def _do(request: dict[str, Any]) -> bytes:
    path = Path(os.fsdecode(bytes.fromhex(request["path"])))
    if request["op"] == "header":
        from radzoo.data.readers.dicom_header import read_header

        return pack({"header": read_header(path)})
    if request["op"] == "inspect":
        from radzoo.data.inspection import inspect

        return pack(inspect(path, request["member"]))
    from radzoo.data.readers import read_image
    from radzoo.data.resize import quantise, resize

    image = read_image(path, request["member"])
    rows, columns = image.pixels.shape
    square = resize(
        image.pixels,
        request["size"],
        fit=request["fit"],
        interpolation=request["interpolation"],
        edge=request["edge"],
    )
    return pack({"rows": rows, "columns": columns}, quantise(square).tobytes())


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes for ourselves and give every library /dev/null."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    return requests, answers


def _limit() -> None:
    """Bound the memory and leave no core file, where the system knows such limits."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY_BYTES if most == resource.RLIM_INFINITY else min(MEMORY_BYTES, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))


def _read_exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise EOFError
    return data


if __name__ == "__main__":
    main()
