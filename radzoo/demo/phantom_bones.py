"""Ribs, clavicles, shoulder blades and spine as densities."""

import numpy as np

from radzoo.demo.phantom_anatomy import Anatomy, Pose
from radzoo.demo.phantom_frame import Frame, base_of
from radzoo.demo.phantom_random import Field, Stream, arc, ramp


def draw_bones(frame: Frame, anatomy: Anatomy, pose: Pose) -> Field:
    """The summed density of all bones."""
    bones = _draw_ribs(frame, anatomy, pose) + _draw_spine(frame, anatomy)
    _add_clavicles(bones, frame, anatomy, pose)
    _add_blades(bones, frame, anatomy, pose)
    return bones * np.float32(anatomy.bone)


def _draw_ribs(frame: Frame, anatomy: Anatomy, pose: Pose) -> Field:
    """Posterior ribs fall from spine to wall, anterior ones from wall towards the sternum."""
    stream = Stream(anatomy.rib_key, 11)
    spacing = (base_of(anatomy, pose) - anatomy.apex) / anatomy.rib_count
    out = frame.u / (frame.lateral + 0.035)
    inner = np.minimum(out, 1.0)
    fall = anatomy.rib_slope
    height = (frame.y - anatomy.apex) * (1.0 / spacing) + 0.55
    swing = fall * (1.3 * inner - 0.45) * inner * (1.0 / spacing)
    wall = np.float32((fall * 0.85) / spacing)
    drop = (0.30 + 0.9 * fall) / spacing
    path = 0.55 / (np.sqrt(1.0 - inner * inner * 0.985) + 0.22) + 0.3
    back = _band(height - swing, anatomy, stream.uniforms(-0.09, 0.09, 16)) * path
    rest = 1.0 - inner
    front = _band(
        height - wall - drop * rest * (1.0 + 0.3 * rest), anatomy, stream.uniforms(-0.1, 0.1, 16)
    )
    front = front * ramp(inner * 2.2 - 0.85) * (0.45 * path)
    cage = ramp((1.02 - out) * 22.0) * ramp((frame.v + 0.10) * 14.0) * ramp((1.22 - frame.v) * 6.0)
    cage = cage * (1.0 - 0.5 * ramp((frame.y - frame.dome) * 12.0))
    return (back * ramp(out * 9.0 - 0.7) + front) * cage * np.float32(anatomy.rib_density)


def _band(phase: Field, anatomy: Anatomy, shifts: Field) -> Field:
    number = np.floor(phase)
    index = np.minimum(np.maximum(number, 0.0), 15.0).astype(np.intp)
    away = (phase - number - 0.5 + shifts[index]) * (1.0 / anatomy.rib_width)
    square = away * away
    body = np.maximum(1.0 - square, 0.0)
    return body * (0.55 + 1.1 * square) * ((number > -0.5) & (number < 12.5))


def _draw_spine(frame: Frame, anatomy: Anatomy) -> Field:
    """A column of vertebral bodies with darker discs between and a bright rim at each end."""
    grown = min(anatomy.age / 16.0, 1.0)
    width = 0.085 + 0.008 * grown
    bodies = (frame.y + 1.0) * (1.0 / (0.125 + 0.02 * grown))
    within = bodies - np.floor(bodies)
    disc = 1.0 - 0.45 * ramp((np.abs(within - 0.5) - 0.36) * 12.0)
    column = ramp((width - frame.u) * 28.0 + 0.5) * disc
    away = (frame.u - 0.6 * width) * (1.0 / 0.024)
    tall = (within - 0.4) * (1.0 / 0.2)
    pedicles = np.maximum(1.0 - away * away - tall * tall, 0.0)
    process = np.maximum(1.0 - frame.u * (1.0 / 0.018), 0.0) * ramp(np.abs(within - 0.1) * 4.0)
    spine: Field = column * 0.085 + pedicles * 0.045 + process * 0.045
    return spine


def _add_clavicles(bones: Field, frame: Frame, anatomy: Anatomy, pose: Pose) -> None:
    stream = Stream(anatomy.rib_key, 12)
    level = anatomy.apex + stream.bell(0.10, 0.035)
    rise = stream.bell(0.10, 0.03) + 0.16 * pose.arms_up - 0.06
    rows = _rows(frame, level - 0.35, level + 0.12)
    out = (frame.u[rows] - 0.07) * (1.0 / 0.62)
    centre = level - rise * out * (1.5 - 0.55 * out) + 0.05 * out * (1.0 - out) * (1.0 - 2.0 * out)
    away = (frame.y[rows] - centre) * (1.0 / 0.034)
    square = away * away
    shape = np.maximum(1.0 - square, 0.0) * (0.6 + 0.9 * square)
    bones[rows] += shape * ramp(out * 14.0) * ramp((1.05 - out) * 12.0) * np.float32(0.17)


def _add_blades(bones: Field, frame: Frame, anatomy: Anatomy, pose: Pose) -> None:
    """Shoulder blade and head of the humerus: flat plates with a denser margin."""
    top = anatomy.apex
    rows = _rows(frame, top - 0.12, top + 0.80)
    u, y = frame.u[rows], frame.y[rows]
    centre = anatomy.half_width * (0.93 + 0.16 * pose.arms_up)
    down = (y - (top + 0.33)) * (1.0 / 0.36)
    across = (u - centre - 0.10 * down * (0.3 - down)) * (1.0 / 0.155) + 0.35 * down
    square = across * across + down * down
    plate = np.maximum(1.0 - square, 0.0)
    bones[rows] += (arc(plate) * 0.035 + plate * square * square * 0.13).astype(np.float32)
    rows = _rows(frame, top - 0.25, top + 0.45)
    across = (frame.u[rows] - (anatomy.half_width + 0.26)) * (1.0 / 0.105)
    down = (frame.y[rows] - (top + 0.11 - 0.14 * pose.arms_up)) * (1.0 / 0.115)
    lower = np.maximum(-down, 0.25 * down)
    head = np.maximum(1.0 - across * across - lower * lower, 0.0)
    bones[rows] += arc(head) * np.float32(0.14)


def _rows(frame: Frame, above: float, below: float) -> slice:
    """The rows whose y lies between; y rises with the row number."""
    column = frame.y[:, 0]
    return slice(int((column < above).sum()), int((column < below).sum()))
