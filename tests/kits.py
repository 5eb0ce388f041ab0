"""Kits for tests: models small enough to write in a line, and kits with something wrong."""

import hashlib
import json
import struct
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FIELDS = {
    "summary": "A test model.", "task": "backbone", "modality": "phantom", "family": "resnet",
    "architecture": {"library": "timm", "name": "test_resnet"}, "input": {},
    "license": {"code": "MIT", "weights": "MIT", "data": None},
    "citation": {"text": "Nobody. 2026."}, "intended_use": "Tests.",
}  # fmt: skip
# A registry in place of the one that ships, which takes a second to read for the first time.
FEW = {
    "radzoo-phantom-tiny": {
        "kind": "package", "package": "radzoo",
        "file": "demo/weights/radzoo-phantom-tiny.safetensors",
        "sha256": "48e1f7ae4946a26419d4d4fc86fde7f79fe2f0946faeecf0857c9f368ff2736d",
    },
    "alexnet": {
        "kind": "https", "url": "https://example.org/alexnet.pth", "format": "torch",
        "sha256_prefix": "7be5be79",
    },
}  # fmt: skip


def ship_few_models(folder: Path, monkeypatch) -> None:
    """Let radzoo ship two models instead of all."""
    from radzoo.zoo import registries

    file = write_registry(folder / "shipped.yaml", FEW)
    monkeypatch.setattr(registries, "shipped_registry", lambda: file)


def safetensors(value: int) -> bytes:
    """A safetensors file of one byte."""
    header = b'{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'
    return struct.pack("<Q", len(header)) + header + bytes([value])


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write_registry(path: Path, models: dict) -> Path:
    """Write a registry of models given as name to source, or to fields with a source."""
    entries = {
        name: {**FIELDS, **(fields if "source" in fields else {"source": fields})}
        for name, fields in models.items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"schema_version": 1, "models": entries}, indent=1))
    return path


def read_members(kit: Path) -> dict[str, bytes]:
    with ZipFile(kit) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_members(kit: Path, members, *, compress=None, attributes=0o100644, flags=0) -> Path:
    """Write a zip of `(name, data)` pairs; the member called `compress` is deflated."""
    with ZipFile(kit, "w", ZIP_STORED) as archive:
        for name, data in members:
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.external_attr = attributes << 16
            info.compress_type = 8 if name == compress else 0
            archive.writestr(info, data)
    return kit
