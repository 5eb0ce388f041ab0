"""Where each pixel lies in the patient, and the outline of the lungs in that frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.demo.phantom_anatomy import Anatomy, Pose
from radzoo.demo.phantom_random import Field, arc, ramp


@dataclass(frozen=True)
class Frame:
    """Coordinates of every pixel; `(size, 1)` where a value is the same along a row.

    Attributes:
        x: distance from the midline, positive towards the patient's left.
        y: from top to bottom, `(size, 1)`.
        u: `abs(x)`, corrected for the patient's rotation, which widens one side.
        v: height within the lungs, `(size, 1)`: 0 at the apex, 1 at the costophrenic angle.
        lateral: `u` of the lungs' outer border, `(size, 1)`.
        medial: `u` of the lungs' inner border, `(size, 1)`.
        left: True on the patient's left.
        dome: y of the diaphragm.
        air: thickness of aerated lung along the ray, 0 to 1.
        inside: within the lungs' outline, heart not yet taken away.
        columns_per_unit: pixels of one unit of x.
        rows_per_unit: pixels of one unit of y.
    """

    x: Field
    y: Field
    u: Field
    v: Field
    lateral: Field
    medial: Field
    left: NDArray[np.bool_]
    dome: Field
    air: Field
    inside: NDArray[np.bool_]
    columns_per_unit: float
    rows_per_unit: float


def midline(anatomy: Anatomy, pose: Pose, y: Field) -> Field:
    """Horizontal place of the spine before shifting: a tilted, slightly bent line."""
    return pose.tilt * y + anatomy.curve * (y * y - 0.3)


def base_of(anatomy: Anatomy, pose: Pose) -> float:
    """Height (y) of the costophrenic angles at this depth of breath."""
    return anatomy.apex + (anatomy.base - anatomy.apex) * pose.inspiration


def place_patient(size: int, anatomy: Anatomy, pose: Pose) -> Frame:
    """Lay the patient's coordinates over a picture of `size` x `size` pixels."""
    steps = (np.arange(size, dtype=np.float32) + 0.5) * (2.0 / size) - 1.0
    y = ((steps - pose.shift_y) / pose.scale_y)[:, None]
    x = ((steps - pose.shift_x) / pose.scale_x)[None, :] - midline(anatomy, pose, y)
    left = x > 0
    u = np.abs(x) * np.where(
        left, np.float32(1.0 / (1.0 - pose.oblique)), np.float32(1.0 / (1.0 + pose.oblique))
    )
    base = base_of(anatomy, pose)
    v = (y - anatomy.apex) / (base - anatomy.apex)
    lateral, medial = _borders(anatomy, v)
    dome = _dome(anatomy, u, left, base)
    to_wall, to_middle, to_dome = lateral - u, u - medial, dome - y
    inside = (to_wall > 0) & (to_middle > 0) & (to_dome > 0) & (v > 0)
    depth = arc(to_wall * (1.0 / 0.26)) * ramp(to_middle * (1.0 / 0.12) + 0.15)
    depth = depth * ramp(to_dome * (1.0 / 0.07) + 0.25) * (0.7 + 0.3 * arc(v * 2.0))
    return Frame(
        x=x,
        y=y,
        u=u,
        v=v,
        lateral=lateral,
        medial=medial,
        left=left,
        dome=dome,
        air=depth,
        inside=inside,
        columns_per_unit=size * 0.5 * pose.scale_x,
        rows_per_unit=size * 0.5 * pose.scale_y,
    )


def _borders(anatomy: Anatomy, v: Field) -> tuple[Field, Field]:
    width = anatomy.half_width
    apex_x = 0.42 * width
    fraction = np.minimum(np.maximum(v * (1.0 / 0.62), 0.0), 1.0)
    slant = max(anatomy.bell, 0.0)
    rise = (1.0 - slant) * arc(fraction) + slant * fraction
    flare = 1.0 + (0.03 + 0.12 * anatomy.bell) * np.maximum(v - 0.62, 0.0)
    lateral = (apex_x + (width - apex_x) * rise) * flare
    medial = apex_x - (apex_x - anatomy.mediastinum) * arc(v * (1.0 / 0.16))
    return np.where(v > 0, lateral, apex_x), medial


def _dome(anatomy: Anatomy, u: Field, left: NDArray[np.bool_], base: float) -> Field:
    depth = anatomy.dome
    reach = (u - 0.46 * anatomy.half_width) * (1.0 / (0.54 * anatomy.half_width))
    square = reach * reach
    fall = np.where(reach > 0, (0.55 + 0.45 * square) * square, 0.35 * square)
    top = np.where(left, np.float32(base - depth + anatomy.right_dome), np.float32(base - depth))
    return top + depth * fall
