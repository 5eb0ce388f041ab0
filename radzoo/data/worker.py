"""The disposable child of the guard: `python -m radzoo.data.worker`.

It reads requests on its standard input and answers on what was its standard output. The
libraries that decode see /dev/null there, so that nothing they print leaves the process.
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from radzoo.core.window import Window
from radzoo.data.pipe import Body, pack, pack_head, pieces_of, size_of, unpack
from radzoo.data.refusal import ImageRefused
from radzoo.data.room import Room

if TYPE_CHECKING:
    from radzoo.data.region import Sight

Reply: TypeAlias = tuple[dict[str, Any], Body]
MEMORY_BYTES = 3 * 1024**3


def main() -> None:
    """Answer requests until the parent closes the pipe."""
    requests, answers = _take_pipes()
    room = Room.inherit()
    _limit()
    answers.write(pack({"ready": True}))
    answers.flush()
    while True:
        try:
            request, _ = unpack(lambda size: _read_exactly(requests, size))
        except EOFError:
            return
        fields, body = _answer(request)
        size = size_of(body)
        if room is not None and size and room.write(request["place"], body, request["alone"]):
            fields, body, size = {**fields, "in_room": size}, b"", 0
        answers.write(pack_head(fields, size))
        for piece in pieces_of(body):
            answers.write(piece)
        answers.flush()


def _answer(request: dict[str, Any]) -> Reply:
    """Do what is asked; whatever goes wrong becomes a reason code."""
    try:
        return _do(request)
    except ImageRefused as refused:
        return {"refused": refused.code, "numbers": refused.numbers}, b""
    except MemoryError:
        return {"refused": "out-of-memory"}, b""
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException:  # noqa: BLE001  a Rust panic is no Exception; it ends here all the same
        return {"refused": "undecodable"}, b""


def _do(request: dict[str, Any]) -> Reply:
    path, parts = Path(_text(request["path"])), tuple(map(_text, request["parts"]))
    if request["op"] in ("header", "facts", "stored"):
        return _read_facts(path, request), b""
    if request["op"] == "inspect":
        from radzoo.data.inspection import inspect

        return inspect(path, request["member"], parts), b""
    if request["op"] == "preview":
        from radzoo.data.preview import preview

        window = Window(*request["window"]) if request["window"] else None
        size = request["target"]["size"]
        return preview(path, request["member"], size, window, parts=parts, sight=_sight(request))
    if request["op"] == "volume":
        from radzoo.data.volume import read_volume
        from radzoo.data.volume.message import pack_volume

        return pack_volume(read_volume(path, request["member"], parts))
    if request["op"] == "mask":
        from radzoo.data.mask import read_mask
        from radzoo.data.mask.image import ImagePlace
        from radzoo.data.volume.message import pack_mask

        image = ImagePlace(Path(_text(request["image"])), request["image_member"], parts)
        return pack_mask(read_mask(path, request["member"], image))
    if request["op"] == "origin":
        from radzoo.data.mask.image import ImagePlace
        from radzoo.data.volume.origin import pack_origin, read_origin

        return pack_origin(read_origin(ImagePlace(path, request["member"], parts)))
    if request["op"] in ("grid", "portrait"):
        return _look(path, parts, request)
    if request["op"] == "fitted":
        return _fit(path, parts, request)
    return _square(path, parts, request)


def _read_facts(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Return what a header, a file of any kind, or its stored pixels say."""
    if request["op"] == "header":
        from radzoo.data.readers.dicom_header import read_header

        return {"header": read_header(path)}
    if request["op"] == "facts":
        from radzoo.data.file_facts import read_file_facts

        return {"facts": read_file_facts(path)}
    from radzoo.data.pixel_facts import read_pixel_facts

    return {"stored": read_pixel_facts(path, request["member"])}


def _square(path: Path, parts: tuple[str, ...], request: dict[str, Any]) -> Reply:
    from radzoo.data.resize import Target
    from radzoo.data.square import read_square

    target = Target(**request["target"])
    window = Window(*request["window"]) if request["window"] else None
    square = read_square(path, request["member"], target, window, _sight(request))
    facts = {"rows": square.rows, "columns": square.columns}
    if not request["masked"]:
        return facts, square.pixels
    from radzoo.data.mask.image import ImagePlace
    from radzoo.data.mask.square import read_square_mask, side_by_side

    image = ImagePlace(path, request["member"], parts)
    labels = read_square_mask(_mask(request), image, target, square.seen)
    return facts, side_by_side(square.pixels, labels)


def _look(path: Path, parts: tuple[str, ...], request: dict[str, Any]) -> Reply:
    from radzoo.data.mask.image import ImagePlace
    from radzoo.data.volume.portrait import read_place, read_portrait

    image = ImagePlace(path, request["member"], parts)
    return read_place(image) if request["op"] == "grid" else read_portrait(image, _mask(request))


def _fit(path: Path, parts: tuple[str, ...], request: dict[str, Any]) -> Reply:
    from radzoo.data.mask.image import ImagePlace
    from radzoo.data.volume.fitted import read_fitted
    from radzoo.data.volume.target import VolumeTarget

    image = ImagePlace(path, request["member"], parts)
    target = VolumeTarget.of_plain(request["volume"])
    return read_fitted(
        image, target, _mask(request), masked=request["masked"],
        sight=_sight(request),
    )  # fmt: skip


def _mask(request: dict[str, Any]) -> tuple[Path, str] | None:
    return (Path(_text(request["mask"])), request["mask_member"]) if request["mask"] else None


def _sight(request: dict[str, Any]) -> "Sight":
    """Return what is to be seen of an image."""
    from radzoo.core.case import Region
    from radzoo.core.decoding import Framing
    from radzoo.data.region import Sight

    said, (mask, member) = request["region"], _mask(request) or (None, "")
    region = Region(said["kind"], tuple(said["numbers"])) if said else None
    return Sight(region, Framing(**request["framing"]), mask, member, request["beyond"])


def _text(hexadecimal: str) -> str:
    """Return a path or a part of one; bytes that are not UTF-8 are kept."""
    return os.fsdecode(bytes.fromhex(hexadecimal))


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
