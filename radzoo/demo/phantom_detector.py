"""From density to 12-bit pixels: exposure, noise, blur, tone, markers and collimation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.demo.phantom_random import Field, Stream, draw_clouds, soften

FULL_SCALE = 4095

_LETTERS = {
    "R": ("1110", "1001", "1001", "1110", "1010", "1001", "1001"),
    "A": ("0110", "1001", "1001", "1111", "1001", "1001", "1001"),
    "B": ("1110", "1001", "1001", "1110", "1001", "1001", "1110"),
}


@dataclass(frozen=True)
class Scanner:
    """How one machine turns exposure into pixels.

    Attributes:
        noise: standard deviation of the noise behind thin tissue at normal exposure.
        blur: times the picture is softened, at 256 pixels.
        grain: times the noise is softened.
        contrast: slope of the tone curve.
        open_shutter: True where unexposed borders stay white, False where they are blacked out.
    """

    name: str
    noise: float
    blur: int
    grain: int
    contrast: float
    open_shutter: bool


SCANNERS = {
    "DX-1": Scanner("DX-1", noise=0.005, blur=1, grain=0, contrast=1.20, open_shutter=False),
    "CR-2": Scanner("CR-2", noise=0.011, blur=2, grain=1, contrast=1.0, open_shutter=True),
}


def expose(density: Field, scanner: Scanner, stream: Stream) -> Field:
    """Add scatter and noise to the density, then apply the tone curve; about 0 to 1."""
    size = density.shape[0]
    dose, bright = stream.bell(0.0, 0.30), stream.bell(0.0, 0.05)
    contrast = scanner.contrast * stream.bell(1.0, 0.16)
    shading = stream.bell(0.0, 0.05)
    poor = stream.chance(0.12)
    if poor:
        dose, contrast = dose - 0.8, contrast * 0.65
    field = soften(density, max(1, scanner.blur * size // 256))
    field = field + 0.02 * draw_clouds(stream, size, 3)
    steps = (np.arange(size, dtype=np.float32) * (2.0 / size) - 1.0) * np.float32(shading)
    field = field + steps[:, None]
    # Fewer photons behind dense tissue: the noise grows with density.
    level = np.maximum(field, 0.0)
    grains = soften(stream.bells(size, size), scanner.grain) * np.float32(1.0 + scanner.grain)
    noise = (
        scanner.noise * (0.5 + 1.1 * level + 0.9 * level * level) / (1.0 + 0.5 * max(dose, -0.9))
    )
    field = field + grains * noise
    centred = (field - 0.56 + bright) * (2.0 * contrast)
    curved = centred / (1.0 + 0.25 * np.abs(centred))
    toned: Field = 0.50 + 0.42 * curved
    return toned


def add_marker(picture: Field, site: str, stream: Stream) -> None:
    """Stamp the side marker, whose letter, place and size tell the site."""
    size = picture.shape[0]
    letter = "R" if site == "A" else "B"
    cell = max(1, size // 110) if site == "A" else max(1, size // 75)
    glyph = np.array([[mark == "1" for mark in row] for row in _LETTERS[letter]])
    stamp = np.repeat(np.repeat(glyph, cell, axis=0), cell, axis=1)
    height, width = stamp.shape
    jitter_row, jitter_column = stream.uniform(0.03, 0.12), stream.uniform(0.02, 0.07)
    top = min(int(jitter_row * size), size - height)
    left = min(int(jitter_column * size), size - width)
    if site == "B":
        left = size - width - left
    area = picture[top : top + height, left : left + width]
    np.maximum(area, np.float32(0.97) * stamp, out=area)


def add_collimation(picture: Field, scanner: Scanner, stream: Stream) -> None:
    """Cover up to four borders that the beam did not reach."""
    size = picture.shape[0]
    shade = np.float32(0.96 if scanner.open_shutter else 0.01)
    wide = [stream.uniform(0.005, 0.06) if stream.chance(0.3) else 0.0 for _ in range(4)]
    top, bottom, left, right = (int(share * size) for share in wide)
    picture[:top] = shade
    picture[size - bottom :] = shade
    picture[:, :left] = shade
    picture[:, size - right :] = shade


def add_lines(density: Field, stream: Stream) -> None:
    """Cables and electrodes over the patient, in one image of six."""
    size = density.shape[0]
    present, count = stream.chance(0.16), 1 + stream.integer(3)
    if not present:
        return
    t = (np.arange(4 * size, dtype=np.float32) + 0.5) / (4 * size)
    for _ in range(count):
        row = (
            stream.uniform(0.1, 0.9)
            + stream.uniform(-0.5, 0.5) * t
            + stream.uniform(-0.8, 0.8) * t * (1.0 - t)
        )
        column = (
            stream.uniform(0.0, 1.0)
            + stream.uniform(-0.6, 0.6) * t
            + stream.uniform(-0.8, 0.8) * t * (1.0 - t)
        )
        kept = (row >= 0) & (row < 1) & (column >= 0) & (column < 1)
        rows, columns = (row[kept] * size).astype(np.intp), (column[kept] * size).astype(np.intp)
        density[rows, columns] += np.float32(0.16)


def quantise(picture: Field) -> NDArray[np.uint16]:
    """12-bit pixels, bright = dense."""
    clipped = np.minimum(np.maximum(picture, 0.0), 1.0)
    levels: NDArray[np.uint16] = np.floor(clipped * FULL_SCALE + 0.5).astype(np.uint16)
    return levels
