"""Soft tissue: outline of the body, mediastinum, heart, breasts and abdomen."""

import numpy as np
from numpy.typing import NDArray

from radzoo.demo.phantom_anatomy import Anatomy, Pose
from radzoo.demo.phantom_frame import Frame
from radzoo.demo.phantom_random import Field, Stream, arc, ramp


def draw_body(frame: Frame, anatomy: Anatomy, pose: Pose) -> Field:
    """Thickness of neck, shoulders, trunk and arms: 0 beside the patient, about 1 at most."""
    y, u = frame.y, frame.u
    neck, trunk = 0.23 + 0.03 * anatomy.fat, anatomy.half_width + 0.04 + 0.13 * anatomy.fat
    shoulder = anatomy.half_width + 0.34 + 0.10 * anatomy.fat
    level = anatomy.apex - 0.02 - 0.06 * pose.arms_up
    slope = arc((y - (level - 0.30)) * (1.0 / (0.52 - 0.2 * pose.arms_up)))
    armpit = level + 0.62 - 0.25 * pose.arms_up
    belly = 0.06 * anatomy.fat * np.maximum(frame.v - 0.4, 0.0)
    below = np.minimum(np.maximum((y - armpit + 0.2) * 4.0, 0.0), 1.0)
    half = neck + (shoulder - neck) * slope - (shoulder - trunk) * ramp(below) + belly
    body = arc((half - u) * (1.0 / 0.30))
    gap = trunk + (0.02 + 0.55 * pose.arms_up) * np.maximum(y - armpit, 0.0) + 0.02
    middle = gap + 0.13 + 0.05 * anatomy.fat
    arms = arc(1.0 - np.abs(u - middle) / (middle - gap)) * ramp((y - armpit) * 7.0 + 1.0)
    body = np.maximum(body, 0.7 * arms)
    if pose.chin:
        across, down = u * (1.0 / 0.30), (y + 1.22) * (1.0 / 0.42)
        body = body + 0.45 * arc(np.maximum(1.0 - across * across - down * down, 0.0) * 1.5)
    return body.astype(np.float32)


def draw_abdomen(frame: Frame, anatomy: Anatomy, stream: Stream) -> Field:
    """Density under the diaphragm, with the stomach's gas bubble in some."""
    below = ramp((frame.y - frame.dome) * (1.0 / 0.10) + 0.35)
    cage = ramp((frame.lateral + 0.05 - frame.u) * 9.0 + 0.5)
    gas, side = stream.chance(0.5), stream.uniform(0.20, 0.48)
    wide, deep, dark = (
        stream.uniform(0.06, 0.2),
        stream.uniform(0.03, 0.08),
        stream.uniform(0.1, 0.3),
    )
    abdomen = below * (0.35 + 0.65 * cage)
    if gas:
        across = (frame.x - side) * (1.0 / wide)
        down = (frame.y - frame.dome - deep - 0.04) * (1.0 / deep)
        abdomen -= np.float32(dark) * arc(1.0 - across * across - down * down)
    return abdomen


def draw_mediastinum(frame: Frame, anatomy: Anatomy) -> Field:
    """The middle: great vessels, aortic knob, thymus of infants, and the dark windpipe."""
    top = anatomy.apex
    height = (frame.y - (top + 0.42)) * (1.0 / 0.5)
    band = ramp((anatomy.mediastinum + 0.02 * height - frame.u) * 11.0 + 0.6)
    middle: Field = band * (0.75 + 0.1 * frame.v) * ramp((frame.y - top + 0.25) * 4.0)
    knob_x, knob_y = frame.x - 0.085, frame.y - (top + 0.36)
    radius = 0.07 + 0.045 * anatomy.aorta
    knob = arc(1.0 - (knob_x * knob_x + knob_y * knob_y) * (1.0 / (radius * radius)))
    middle = np.maximum(middle, 0.75 * knob)
    if anatomy.aorta > 0.3:
        edge = (frame.x - 0.10 - 0.05 * anatomy.aorta * (frame.v - 0.4)) * (1.0 / 0.06)
        down = ramp((frame.v - 0.25) * 6.0)
        middle += 0.12 * anatomy.aorta * np.maximum(1.0 - edge * edge, 0.0) * down
    if anatomy.thymus > 0.2:
        across = frame.x * (1.0 / (0.14 + 0.13 * anatomy.thymus))
        down = (frame.y - (top + 0.34)) * (1.0 / 0.30)
        middle = np.maximum(middle, 0.7 * arc(1.3 * (1.0 - across * across - down * down)))
    tube = np.maximum(1.0 - frame.u * (1.0 / 0.045), 0.0)
    carina = ramp((top + 0.40 - frame.y) * 12.0) * ramp((frame.y - top + 0.35) * 6.0)
    middle -= 0.42 * arc(tube) * carina
    return middle


def draw_heart(frame: Frame, anatomy: Anatomy, base: float) -> tuple[Field, NDArray[np.bool_]]:
    """Thickness of the heart, 0 to 1, and its outline above the diaphragm."""
    width = anatomy.heart_ratio * anatomy.half_width
    height = 0.55 * width + 0.14 * (base - anatomy.apex)
    centre_x, centre_y = 0.36 * width, base - 0.10 - 0.62 * height
    dx, dy = frame.x - centre_x, frame.y - centre_y
    lean = dx - (0.45 * anatomy.heart_tilt) * dy
    wide = lean * (1.0 / width)
    tall = dy * (1.0 / height)
    ventricles = 1.0 - wide * wide - tall * tall * (0.75 + 0.25 * tall * tall)
    across = (frame.x + 0.36 * width) * (1.0 / (0.46 * width))
    down = (frame.y - centre_y - 0.12 * height) * (1.0 / (0.80 * height))
    atrium = 0.7 * (1.0 - across * across - down * down)
    thickness = np.maximum(arc(1.7 * ventricles), arc(1.7 * atrium))
    silhouette = ((ventricles > 0) | (atrium > 0)) & (frame.y < frame.dome + 0.02)
    return thickness.astype(np.float32), silhouette


def draw_breasts(frame: Frame, anatomy: Anatomy, stream: Stream) -> Field:
    """Shadows of the breasts, with nipples that may pass for nodules; the skin fold is sharp."""
    breast, size = np.zeros(frame.x.shape, dtype=np.float32), anatomy.breast
    level = stream.bell(0.16 + 0.18 * size, 0.06)
    nipples = stream.chance(0.3)
    if size < 0.15:
        return breast
    across = (frame.u - 0.62 * anatomy.half_width) * (1.0 / (0.24 + 0.16 * size))
    down = (frame.y - level) * (1.0 / (0.24 + 0.14 * size))
    lower = np.where(down > 0, 1.35 * down, down)
    breast += arc(1.0 - across * across - lower * lower) * np.float32(0.5 + 0.5 * size)
    if nipples:
        dx, dy = frame.u - 0.66 * anatomy.half_width, frame.y - level - 0.14
        breast += 0.5 * arc(1.0 - (dx * dx + dy * dy) * (1.0 / 0.022 / 0.022))
    return breast
