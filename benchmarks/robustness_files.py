"""What `robustness.py` throws at the guard: mutants of good files, and bombs."""

import gzip
import os
import random
import stat
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
from PIL import Image as Pillow
from pydicom import dcmread, uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate

GREY = np.linspace(0, 255, 64 * 64).reshape(64, 64).astype(np.uint8)
DEEP = (GREY.astype(np.uint16) * 16).astype(np.uint16)
HUGE = 60_000
NESTED = b"\x08\x00\x40\x11SQ\x00\x00\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"


def dataset(pixels: np.ndarray, **attributes: object) -> Dataset:
    """One frame, uncompressed; `attributes` overrule everything."""
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1"
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    made.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    made.Modality, (made.Rows, made.Columns) = "CR", pixels.shape[:2]
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.BitsAllocated = made.BitsStored = 8 * pixels.itemsize
    made.HighBit, made.PixelRepresentation = made.BitsStored - 1, 0
    made.PixelData = pixels.tobytes()
    made["PixelData"].VR = "OW"
    for keyword, value in attributes.items():
        setattr(made, keyword, value)
    return made


def packed(frame: bytes, syntax: str, pixels: np.ndarray = GREY, **attributes: object) -> bytes:
    """The file of a compressed frame behind the header of `pixels`."""
    made = dataset(pixels, **attributes)
    made.file_meta.TransferSyntaxUID = syntax
    made.PixelData = encapsulate([frame])
    made["PixelData"].VR, made["PixelData"].is_undefined_length = "OB", True
    return whole(made)


def whole(made: Dataset) -> bytes:
    """The bytes of a file."""
    buffer = BytesIO()
    made.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def rle(pixels: np.ndarray) -> bytes:
    """One RLE frame of runs only: good for pixels that are all the same."""
    planes = list(pixels[..., None].view(np.uint8).transpose(2, 0, 1)[::-1])
    segments = [
        b"".join(bytes([129, plane.flat[0]]) for _ in range(plane.size // 128)) for plane in planes
    ]
    offsets = [64 + sum(len(one) for one in segments[:number]) for number in range(len(segments))]
    head = struct.pack("<16I", len(segments), *offsets, *[0] * (15 - len(segments)))
    return head + b"".join(segments)


ENCODE: dict[str, tuple[Callable[[np.ndarray], bytes], str]] = {
    "JPEG": (lambda a: imagecodecs.jpeg8_encode(a, level=90), uid.JPEGBaseline8Bit),
    "JPEG extended": (lambda a: imagecodecs.jpeg8_encode(a, level=90), uid.JPEGExtended12Bit),
    "JPEG lossless": (
        lambda a: imagecodecs.jpeg8_encode(a, lossless=True, predictor=1), uid.JPEGLosslessSV1,
    ),
    "JPEG-LS": (imagecodecs.jpegls_encode, uid.JPEGLSLossless),
    "JPEG 2000": (
        lambda a: imagecodecs.jpeg2k_encode(a, level=0, codecformat="j2k", reversible=True),
        uid.JPEG2000Lossless,
    ),
    "HTJ2K": (lambda a: imagecodecs.htj2k_encode(a), uid.HTJ2KLossless),
}  # fmt: skip


def claims(frame: bytes, size: int) -> bytes:
    """The same codestream, claiming `size` x `size` in SIZ or SOF."""
    data = bytearray(frame)
    place = data.find(b"\xff\x4f\xff\x51")
    if place >= 0:
        data[place + 8 : place + 16] = struct.pack(">II", size, size)
        data[place + 24 : place + 32] = struct.pack(">II", size, size)  # one tile
        return bytes(data)
    for marker in (b"\xff\xc0", b"\xff\xc1", b"\xff\xc3", b"\xff\xf7"):
        if (place := data.find(marker)) >= 0:
            data[place + 5 : place + 9] = struct.pack(">HH", size, size)
            return bytes(data)
    raise ValueError("no size in this codestream")


# --- mutants ---


def seeds(folder: Path | None) -> list[bytes]:
    """Good files: own ones of every codec and picture format, and small real ones."""
    files = [whole(dataset(GREY)), whole(dataset(DEEP)), packed(rle(DEEP * 0), uid.RLELossless,
                                                               DEEP * 0)]  # fmt: skip
    files += [packed(bytes(encode(GREY)), syntax) for encode, syntax in ENCODE.values()]
    if folder is not None:
        files += [
            path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.stat().st_size < 200_000
            and path.read_bytes()[128:132] == b"DICM"
        ]  # fmt: skip
    return files


def pictures() -> list[bytes]:
    """PNG and JPEG, grey and colour, plain and progressive."""
    files = []
    for kind, more in (("PNG", {}), ("JPEG", {}), ("JPEG", {"progressive": True})):
        for pixels in (GREY, np.stack([GREY, GREY.T, GREY[::-1]], -1)):
            buffer = BytesIO()
            Pillow.fromarray(pixels).save(buffer, kind, **more)
            files.append(buffer.getvalue())
    buffer = BytesIO()
    Pillow.fromarray(DEEP).save(buffer, "PNG")
    return [*files, buffer.getvalue()]


def volumes() -> list[bytes]:
    """NIfTI of several types, plain and in gzip."""
    files = []
    for kind in (np.uint8, np.int16, np.float32):
        voxels = np.arange(12 * 10 * 8).reshape(12, 10, 8).astype(kind)
        data = nifti(voxels)
        files += [data, gzip.compress(data)]
    return files


def nifti(voxels: np.ndarray, **fields: object) -> bytes:
    """One NIfTI-1 file; `fields` overrule the header."""
    codes = {"uint8": 2, "int16": 4, "float32": 16}
    head = bytearray(352)
    shape = fields.get("shape", voxels.shape)
    struct.pack_into("<i", head, 0, 348)
    struct.pack_into("<8h", head, 40, len(shape), *shape, *[1] * (7 - len(shape)))
    struct.pack_into("<hh", head, 70, codes[str(voxels.dtype)], 8 * voxels.itemsize)
    struct.pack_into("<8f", head, 76, 1, 1, 1, 1, 1, 1, 1, 1)
    struct.pack_into("<fff", head, 108, fields.get("offset", 352), fields.get("slope", 1), 0)
    struct.pack_into("<hh", head, 252, 0, 1)
    struct.pack_into("<12f", head, 280, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0)
    head[344:348] = b"n+1\0"
    return bytes(head) + voxels.tobytes(order="F")


def mutate(data: bytes, draw: random.Random) -> tuple[str, bytes]:
    """Return the kind of harm and a harmed copy."""
    dicom = data[128:132] == b"DICM"
    if data.startswith(b"\x1f\x8b") and draw.random() < 0.7:  # harm what is inside
        kind, inner = mutate(gzip.decompress(data), draw)
        return f"{kind} in gzip", gzip.compress(inner)
    kinds = [flip, cut] if not dicom else [flip, cut, swap, stretch, nest, flip_pixels]
    kind = draw.choice(kinds)
    return kind.__name__, kind(bytearray(data), draw)


def flip(data: bytearray, draw: random.Random) -> bytes:
    """Change 1 to 20 bytes, mostly of the header."""
    for _ in range(draw.randint(1, 20)):
        end = len(data) if draw.random() < 0.3 else min(len(data), 2500)
        start = min(132, end - 1) if data[128:132] == b"DICM" else 0
        data[draw.randrange(start, end)] = draw.randrange(256)
    return bytes(data)


def flip_pixels(data: bytearray, draw: random.Random) -> bytes:
    """Change bits in the second half, where the pixels are."""
    for _ in range(draw.randint(1, 40)):
        data[draw.randrange(len(data) // 2, len(data))] ^= 1 << draw.randrange(8)
    return bytes(data)


def cut(data: bytearray, draw: random.Random) -> bytes:
    """Cut it short."""
    return bytes(data[: draw.randrange(1, len(data))])


def swap(data: bytearray, draw: random.Random) -> bytes:
    """Write the value of one short element over that of another."""
    fields = [(place, size) for place, size in elements(data) if 0 < size <= 64]
    for _ in range(draw.randint(1, 3)):
        if len(fields) > 1:
            (one, size), (other, room) = draw.sample(fields, 2)
            size = min(size, room)
            data[other : other + size] = data[one : one + size]
    return bytes(data)


def stretch(data: bytearray, draw: random.Random) -> bytes:
    """Write another length into the head of an element."""
    for place, _ in draw.sample(found := elements(data), min(2, len(found))):
        wrong = draw.choice(
            [b"\xff\xff", b"\x00\x00", b"\x01\x00", b"\xfe\x7f", b"\xff\xff\xff\xff"]
        )
        data[place - len(wrong) : place] = wrong
    return bytes(data)


def nest(data: bytearray, draw: random.Random) -> bytes:
    """Put sequences within sequences somewhere between two elements."""
    found = elements(data)
    if found:
        place, size = draw.choice(found)
        data[place + size : place + size] = NESTED * draw.choice([1, 30, 1000, 5000])
    return bytes(data)


def elements(data: bytes) -> list[tuple[int, int]]:
    """Where the values of the elements at the top stand, and their lengths."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        source = dcmread(BytesIO(bytes(data)))
    raw = (source.get_item(tag) for tag in source.keys())  # noqa: SIM118  not resolved yet
    return [
        (one.value_tell, one.length)
        for one in raw
        if getattr(one, "length", 2**32) < len(data) and getattr(one, "value_tell", 0)
    ]


# --- bombs ---


def bombs() -> Iterator[tuple[str, str, bytes]]:
    """Give name, suffix and bytes of small files that ask for much."""
    yield from _lying()
    yield from _growing()
    yield from _headers()
    yield from _pictures()
    yield from _archives()
    yield from _gzips()


def _gzips() -> Iterator[tuple[str, str, bytes]]:
    voxel = np.zeros((1, 1, 1), np.int16)
    zeros = bytes(1024**2)
    for name, fields, megabytes in (
        ("2 GB behind one voxel", {}, 2000),
        ("claims 30,000³ voxels", {"shape": (30_000,) * 3}, 1),
        ("honest, 1 GB of zeros", {"shape": (800, 800, 800)}, 1000),
        ("whose voxels begin at 1.9 GB", {"offset": 1.9e9}, 1900),
        ("whose slope is no number", {"slope": float("nan")}, 0),
    ):
        packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        data = packer.compress(nifti(voxel, **fields))
        data += b"".join(packer.compress(zeros) for _ in range(megabytes)) + packer.flush()
        yield f"gzipped NIfTI {name}", ".nii.gz", data
    yield "NIfTI in gzip in gzip", ".nii.gz", gzip.compress(gzip.compress(nifti(voxel)))
    yield "2 GB of zeros in gzip", ".nii.gz", gzip.compress(zeros * 20)[:-8] * 100


def _lying() -> Iterator[tuple[str, str, bytes]]:
    for name, (encode, syntax) in ENCODE.items():
        frame = claims(bytes(encode(GREY)), HUGE)
        yield f"{name} claims {HUGE}² behind 64²", ".dcm", packed(frame, syntax)
        yield f"{name} and its header claim {HUGE}²", ".dcm", packed(frame, syntax, Rows=HUGE,
                                                                     Columns=HUGE)  # fmt: skip
    frame = bytearray(ENCODE["JPEG 2000"][0](GREY))
    frame[40:42] = (16384).to_bytes(2, "big")
    yield "JPEG 2000 of 16,384 components", ".dcm", packed(bytes(frame), uid.JPEG2000Lossless)
    decoy = b"\x00\x00\x00\x40xml \xff\x4f\xff\x51" + bytes(ENCODE["JPEG 2000"][0](GREY))[4:60]
    lie = claims(bytes(ENCODE["JPEG 2000"][0](GREY)), HUGE)
    yield "JPEG 2000 with a decoy in front", ".dcm", packed(decoy + lie, uid.JPEG2000Lossless)
    tiles = bytearray(claims(bytes(ENCODE["JPEG 2000"][0](GREY)), 4000))
    tiles[24:32] = struct.pack(">II", 1, 1)
    yield (
        "JPEG 2000 of 16 million tiles",
        ".dcm",
        packed(bytes(tiles), uid.JPEG2000Lossless, Rows=4000, Columns=4000),
    )
    yield (
        "RLE of 15 segments",
        ".dcm",
        packed(struct.pack("<16I", 15, *range(64, 79)) + b"\x81\x00" * 99, uid.RLELossless),
    )
    yield (
        "RLE segments that run backwards",
        ".dcm",
        packed(struct.pack("<16I", 2, 64, 3, *[0] * 13) + b"\x81\x00" * 99, uid.RLELossless, DEEP),
    )
    yield (
        "RLE with runs far beyond the frame",
        ".dcm",
        packed(struct.pack("<16I", 1, 64, *[0] * 14) + b"\x81\x00" * 2_000_000, uid.RLELossless),
    )


def _growing() -> Iterator[tuple[str, str, bytes]]:
    blank = np.zeros((8000, 8000), np.uint8)
    small = np.zeros((8, 8), np.uint8)
    for name, (encode, syntax) in ENCODE.items():
        if name != "JPEG extended":
            yield f"{name}, blank 8000²", ".dcm", packed(bytes(encode(blank)), syntax, small,
                                                         Rows=8000, Columns=8000)  # fmt: skip
    made = dataset(small)
    made.file_meta.TransferSyntaxUID = uid.DeflatedExplicitVRLittleEndian
    head = whole(made)[: 132 + 12 + int.from_bytes(whole(made)[140:144], "little")]
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    zeros = b"".join(packer.compress(bytes(1024**2)) for _ in range(2000)) + packer.flush()
    yield "2 GB deflated", ".dcm", head + zeros


def _headers() -> Iterator[tuple[str, str, bytes]]:
    plain = whole(dataset(GREY))
    yield (
        "header claims 65535² uncompressed",
        ".dcm",
        whole(dataset(GREY, Rows=65535, Columns=65535)),
    )
    yield "2³¹ frames", ".dcm", whole(dataset(GREY, NumberOfFrames=2**31 - 1))
    yield "65,535 samples", ".dcm", whole(dataset(GREY, SamplesPerPixel=65535))
    yield "65,528 bits", ".dcm", whole(dataset(GREY, BitsAllocated=65528))
    place = plain.find(b"\x08\x00\x60\x00")
    yield "sequences 100,000 deep", ".dcm", plain[:place] + NESTED * 100_000 + plain[place:]
    item = b"\xfe\xff\x00\xe0\x00\x00\x00\x00"
    many = b"\x08\x00\x40\x11SQ\x00\x00\xff\xff\xff\xff" + item * 200_000
    end = b"\xfe\xff\xdd\xe0\x00\x00\x00\x00"
    yield "a sequence of 200,000 items", ".dcm", plain[:place] + many + end + plain[place:]
    tiny = b"".join(
        struct.pack("<HH2sH", 9, 1 + number % 60000, b"SH", 0) for number in range(10**6)
    )
    yield "a million elements", ".dcm", plain[:place] + tiny + plain[place:]
    yield (
        "an element of 4 GiB",
        ".dcm",
        plain[:place] + b"\x08\x00\x60\x00UN\x00\x00\xf0\xff\xff\xff",
    )
    numbers = b"1\\" * 1_000_000
    window = b"\x28\x00\x50\x10UN\x00\x00" + struct.pack("<I", len(numbers)) + numbers
    place = plain.find(b"\xe0\x7f\x10\x00")
    yield "a million window centers", ".dcm", plain[:place] + window + plain[place:]
    yield (
        "pixels without an end",
        ".dcm",
        plain[:place] + b"\xe0\x7f\x10\x00OB\x00\x00" + b"\xff" * 4,
    )
    yield "a palette of a billion entries", ".dcm", _palette()
    yield "65,535 columns of one row each", ".dcm", whole(dataset(GREY, Rows=1, Columns=65535))


def _palette() -> bytes:
    made = dataset(GREY, PhotometricInterpretation="PALETTE COLOR")
    segments = np.array([0, 1, 0] + [1, 65535, 9, 1, 65535, 60000] * 5000, "<u2").tobytes()
    for name in ("Red", "Green", "Blue"):
        made.add_new(f"{name}PaletteColorLookupTableDescriptor", "US", [0, 0, 16])
        made.add_new(f"Segmented{name}PaletteColorLookupTableData", "OW", segments)
    return whole(made)


def _png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, body in ((b"IHDR", head), *chunks, (b"IEND", b"")):
        crc = struct.pack(">I", zlib.crc32(kind + body))
        parts.append(struct.pack(">I", len(body)) + kind + body + crc)
    return b"".join(parts)


def _pictures() -> Iterator[tuple[str, str, bytes]]:
    data = zlib.compress(bytes(65 * 64))
    zeros = zlib.compress(bytes(200 * 1024**2), 9)
    yield "PNG claims 60000²", ".png", _png(HUGE, HUGE, (b"IDAT", data))
    yield "PNG, blank 8000²", ".png", _png(8000, 8000, (b"IDAT", zlib.compress(bytes(8001 * 8000))))
    yield (
        "PNG with 200 MB of text",
        ".png",
        _png(64, 64, (b"zTXt", b"a\0\0" + zeros), (b"IDAT", data)),
    )
    yield (
        "PNG with 200 MB of colour profile",
        ".png",
        _png(64, 64, (b"iCCP", b"a\0\0" + zeros), (b"IDAT", data)),
    )
    yield "PNG with 200 MB behind 64²", ".png", _png(64, 64, (b"IDAT", zeros))
    yield (
        "PNG of 300,000 chunks",
        ".png",
        _png(64, 64, *[(b"tEXt", b"a\0b")] * 300_000, (b"IDAT", data)),
    )
    frame = bytes(imagecodecs.jpeg8_encode(GREY))
    yield "JPEG claims 60000²", ".jpg", claims(frame, HUGE)
    yield (
        "JPEG picture, blank 8000²",
        ".jpg",
        bytes(imagecodecs.jpeg8_encode(np.zeros((8000, 8000), np.uint8))),
    )
    buffer = BytesIO()
    Pillow.fromarray(np.resize(GREY, (4000, 4000))).save(buffer, "JPEG", progressive=True)
    scans = buffer.getvalue()
    start = scans.rfind(b"\xff\xda")
    yield "JPEG of 5,000 scans", ".jpg", scans[:-2] + scans[start:-2][:600] * 5000 + b"\xff\xd9"


def _archives() -> Iterator[tuple[str, str, bytes]]:
    import zipfile

    from numpy.lib import format as npy

    for name, shape in (("one huge row", (1, HUGE, HUGE)), ("a huge array", (10**6, 64, 64))):
        head = BytesIO()
        npy.write_array_header_1_0(head, {"descr": "|u1", "fortran_order": False, "shape": shape})
        buffer = BytesIO()
        with (
            zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("images.npy", "w", force_zip64=True) as member,
        ):
            member.write(head.getvalue())
            for _ in range(600):
                member.write(bytes(1024**2))
        yield f"NPZ with {name}", ".npz", buffer.getvalue()


# --- a hostile folder ---


def fill_hostile(folder: Path) -> tuple[set[str], set[str]]:
    """Fill a folder with traps; return the names of the good files, and of the traps."""
    good, bad = set(), set()
    for number, pixels in enumerate([GREY, GREY[::-1], GREY.T]):
        for name in (f"good {number}.png", f"ünï\u202e{number}.png"):
            Pillow.fromarray(pixels).save(folder / name, "PNG")
            good.add(name)
    traps: dict[str, Callable[[Path], object]] = {
        "fifo.dcm": os.mkfifo,
        "socket.dcm": lambda path: os.mknod(path, stat.S_IFSOCK | 0o600),
        "zero.dcm": lambda path: path.symlink_to("/dev/zero"),
        "tty.png": lambda path: path.symlink_to("/dev/tty"),
        "dangling.dcm": lambda path: path.symlink_to("nowhere"),
        "loop.dcm": lambda path: path.symlink_to("loop.dcm"),
        "sparse.dcm": lambda path: sparse(path, 10 * 1024**3, b"\0" * 128 + b"DICM"),
        "holes.dcm": lambda path: sparse(path, 2 * 1024**3 - 1, whole(dataset(GREY))[:400]),
        "empty.dcm": lambda path: path.write_bytes(b""),
        "page.dcm": lambda path: path.write_text("<html>not found</html>"),
        "\x1b[2Jscreen.png": lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\nrubbish"),
        "=cmd.png": lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\nrubbish"),
        "unreadable.dcm": lambda path: (path.write_bytes(b"x"), path.chmod(0)),
    }
    for name, make in traps.items():
        make(folder / name)
        bad.add(name)
    (folder / "round").symlink_to(folder, target_is_directory=True)
    (folder / "folder.dcm").mkdir()
    return good, bad


def sparse(path: Path, size: int, head: bytes) -> None:
    """Write a file that claims many bytes and has few."""
    with path.open("wb") as file:
        file.write(head)
        file.truncate(size)
