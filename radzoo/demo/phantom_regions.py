"""Chest phantoms with several nodules, and a table whose rows are regions.

Every nodule is smooth (benign) or has spicules (malignant), and has one of three markers that
can be seen as well: none, a halo of ground glass around it, or a bubble of air in it. Sizes,
densities and boxes of all kinds are drawn alike, so that nothing but its look tells what it is.
As in `phantom`, a seed gives the same bits on every machine.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydicom.uid import ExplicitVRLittleEndian

from radzoo.core.publish import publish, publish_text
from radzoo.demo.dicom_encoding import HIGHEST, Kind, encode
from radzoo.demo.dicom_facts import Facts, describe_object
from radzoo.demo.dicom_study import save_object
from radzoo.demo.phantom import Phantom, PhantomOptions, draw_phantom
from radzoo.demo.phantom_random import Field, Stream

MARKERS: Final = ("none", "halo", "bubble")
TABLE: Final = "nodules.csv"
RADIUS_MM: Final = (5.0, 10.0)
BOX_RADII: Final = 2.0
"""Half the side of a box, in radii of its nodule: spicules reach as far."""
TRIES: Final = 200
PLAIN: Final = Kind(ExplicitVRLittleEndian, digital=True, window=True)


@dataclass(frozen=True, slots=True)
class Nodule:
    """One region and the truth about it.

    Attributes:
        box: x, y, width and height in pixels.
        point: x and y of the pixel in its middle.
        malignant: 1 with spicules, 0 if smooth.
        marker: one of `MARKERS`.
        radius_mm: of the round part.
    """

    box: tuple[int, int, int, int]
    point: tuple[int, int]
    malignant: int
    marker: str
    radius_mm: float


@dataclass(frozen=True, slots=True)
class Chest:
    """A phantom with nodules.

    Attributes:
        pixels: `(size, size)` uint16, 0 to 4095, bright = dense.
        nodules: their number is 0 to what was asked for: all lie apart, in the lungs.
        labels: `(size, size)` uint8, number of the nodule whose round part a pixel is in.
        phantom: the chest without them.
    """

    pixels: NDArray[np.uint16]
    nodules: tuple[Nodule, ...]
    labels: NDArray[np.uint8]
    phantom: Phantom


def draw_nodules(seed: int, *, patient: int, count: int, size: int = 512) -> Chest:
    """Draw a chest with nodules.

    Args:
        seed: of the image.
        patient: seed of the anatomy, shared by the images of one patient.
        count: nodules.
        size: pixels along each side.

    Returns:
        Pixels, and what is where.
    """
    age = 40.0 + patient % 40
    options = PhantomOptions(size=size, positive=False, patient_seed=patient, age=age)
    phantom = draw_phantom(seed, options)
    stream = Stream(seed, 11)
    density = phantom.pixels.astype(np.float32)
    labels = np.zeros(density.shape, np.uint8)
    nodules: list[Nodule] = []
    for place in _choose_places(phantom, stream, count):
        nodule = _draw(density, labels, place, len(nodules) + 1, stream, phantom.spacing_mm)
        nodules.append(nodule)
    pixels = np.rint(np.clip(density, 0, HIGHEST)).astype(np.uint16)
    return Chest(pixels, tuple(nodules), labels, phantom)


def write_nodules(
    folder: Path,
    *,
    patients: int = 60,
    images: int = 1,
    nodules: int = 3,
    size: int = 512,
    seed: int = 0,
) -> Path:
    """Write chests as DICOM files, and `folder/nodules.csv` with a row for each nodule.

    The table has the columns path, patient_id, bbox, point, target:malignant and target:marker.

    Args:
        folder: made if it is missing.
        patients: how many.
        images: of each patient.
        nodules: of each image, at most.
        size: pixels along each side.
        seed: another gives other chests.

    Returns:
        the path of the table.

    Raises:
        EnvironmentFailure: if the folder cannot be written.
    """
    rows: list[tuple[object, ...]] = []
    for number in range(patients * images):
        patient = number // images
        chest = draw_nodules(
            seed * 1_000_000 + number, patient=seed * 1_000_000 + patient, count=nodules, size=size
        )
        facts = Facts.of(chest.phantom, number=number, patient=patient)
        dataset = describe_object(facts, PLAIN)
        encode(dataset, chest.pixels, PLAIN)
        name = f"images/{facts.accession}.dcm"
        publish(folder / name, partial(save_object, dataset))
        rows += [
            (name, facts.patient_id, _join(one.box), _join(one.point), one.malignant, one.marker)
            for one in chest.nodules
        ]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("path", "patient_id", "bbox", "point", "target:malignant", "target:marker"))
    writer.writerows(rows)
    publish_text(folder / TABLE, text.getvalue())
    return folder / TABLE


def _join(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))


def _choose_places(
    phantom: Phantom, stream: Stream, count: int
) -> Iterator[tuple[int, int, float]]:
    """Give row, column and radius in mm of nodules in the lungs whose boxes lie apart."""
    places = np.flatnonzero(phantom.lungs)
    size = phantom.pixels.shape[0]
    taken: list[tuple[int, int, float]] = []
    for _ in range(TRIES):
        if len(taken) == count or not places.size:
            return
        row, column = divmod(int(places[stream.integer(len(places))]), size)
        radius_mm = stream.uniform(*RADIUS_MM)
        reach = BOX_RADII * radius_mm / phantom.spacing_mm + 1
        inside = min(row, column, size - 1 - row, size - 1 - column) > reach
        apart = all(
            max(abs(row - other), abs(column - along)) > reach + beyond
            for other, along, beyond in taken
        )
        if inside and apart:
            taken.append((row, column, reach))
            yield row, column, radius_mm


def _draw(
    density: Field,
    labels: NDArray[np.uint8],
    place: tuple[int, int, float],
    number: int,
    stream: Stream,
    spacing_mm: float,
) -> Nodule:
    """Add one nodule to a picture, and its round part to the labels."""
    row, column, radius_mm = place
    radius = radius_mm / spacing_mm
    reach = int(BOX_RADII * radius) + 1
    window = np.s_[row - reach : row + reach + 1, column - reach : column + reach + 1]
    steps = np.arange(-reach, reach + 1, dtype=np.float32) * np.float32(1 / radius)
    down, across = steps[:, None], steps[None, :]
    malignant, marker = int(stream.chance(0.5)), MARKERS[stream.integer(len(MARKERS))]
    away = down * down + across * across
    shape: Field = np.sqrt(np.maximum(1 - away, 0))
    if malignant:
        shape = np.maximum(shape, _spicules(down, across, stream))
    if marker == "halo":
        shape = np.maximum(shape, np.float32(0.35) * np.minimum(np.maximum(2.6 - away, 0), 1))
    elif marker == "bubble":
        shape = shape * (1 - np.float32(0.85) * np.minimum(np.maximum(1.2 - away * 4, 0), 1))
    density[window] += shape * np.float32(stream.uniform(550, 950))
    labels[window][away <= 1] = number
    side = 2 * reach + 1
    return Nodule(
        (column - reach, row - reach, side, side), (column, row), malignant, marker, radius_mm
    )


def _spicules(down: Field, across: Field, stream: Stream) -> Field:
    """Draw thin rays from the middle, in radii."""
    rays = np.zeros(np.broadcast_shapes(down.shape, across.shape), np.float32)
    for _ in range(9 + stream.integer(4)):
        along_y, along_x = stream.uniform(-1, 1), stream.uniform(-1, 1)
        length = float(np.sqrt(along_y * along_y + along_x * along_x)) or 1.0
        along_y, along_x = along_y / length, along_x / length
        end, width = stream.uniform(1.6, 1.95), stream.uniform(0.18, 0.28)
        forward = down * np.float32(along_y) + across * np.float32(along_x)
        aside = np.abs(down * np.float32(along_x) - across * np.float32(along_y))
        thick = np.float32(width) * (1 - forward * np.float32(1 / end))
        ray = np.minimum(np.maximum((thick - aside) * 12, 0), 1) * (forward > 0)
        rays = np.maximum(rays, np.float32(0.75) * ray)
    return rays
