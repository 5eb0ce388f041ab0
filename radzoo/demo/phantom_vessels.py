"""Vessels that branch from the hila and thin out towards the chest wall."""

import numpy as np

from radzoo.demo.phantom_anatomy import Anatomy, Pose
from radzoo.demo.phantom_frame import Frame, base_of, midline
from radzoo.demo.phantom_random import Field, Stream, soften

_TRUNKS = 16
_TWIGS = 48
_POINTS = 64


def draw_vessels(frame: Frame, anatomy: Anatomy, pose: Pose) -> Field:
    """Density of the vessel trees; the same tree for every image of a patient."""
    size = frame.x.shape[0]
    stream = Stream(anatomy.rib_key, 21)
    lines = [_draw_tree(stream, anatomy, pose, side) for side in (-1.0, 1.0)]
    broad, fine = (
        _deposit(frame, anatomy, pose, [pair[kind] for pair in lines], size) for kind in (0, 1)
    )
    blurs = max(1, (size * size) // 16384)
    vessels = soften(broad, blurs) * 1.5 + soften(fine, max(1, blurs // 4))
    hila = np.zeros_like(vessels)
    for side, level in ((-1.0, 0.46), (1.0, 0.42)):
        across = (frame.x - side * (anatomy.mediastinum + 0.055)) * (1.0 / 0.085)
        along = (frame.v - level) * (1.0 / 0.12)
        near = np.maximum(1.0 - across * across - along * along, 0.0)
        hila += near * near
    return (np.minimum(vessels * 0.16, 0.17) + hila * 0.16) * np.float32(anatomy.vessels)


def _draw_tree(
    stream: Stream, anatomy: Anatomy, pose: Pose, side: float
) -> tuple[tuple[Field, Field, Field], tuple[Field, Field, Field]]:
    """Points (x, y, weight) of the trunks and of the twigs that leave them."""
    base = base_of(anatomy, pose)
    height, width = base - anatomy.apex, anatomy.half_width
    root_x, root_y = (
        anatomy.mediastinum + 0.03,
        anatomy.apex + height * (0.45 if side < 0 else 0.41),
    )
    # Ends of the trunks: across the lung, more of them below, as gravity has it.
    end_x = anatomy.mediastinum + stream.uniforms(0.05, 0.97, _TRUNKS) * (
        width - anatomy.mediastinum
    )
    spread = stream.uniforms(0.0, 1.0, _TRUNKS)
    end_y = anatomy.apex + height * (0.08 + 0.92 * spread * (1.4 - 0.4 * spread))
    trunks = _bend(
        stream, np.full_like(end_x, root_x), np.full_like(end_y, root_y), end_x, end_y, 0.10
    )
    start = (0.2 + 0.6 * stream.uniforms(0.0, 1.0, _TWIGS)) * _POINTS
    parent = (stream.uniforms(0.0, 1.0, _TWIGS) * _TRUNKS).astype(np.intp)
    from_x, from_y = (path[parent, start.astype(np.intp)] for path in trunks[:2])
    to_x = from_x + stream.uniforms(-0.05, 0.26, _TWIGS)
    to_y = from_y + stream.uniforms(-0.20, 0.24, _TWIGS)
    twigs = _bend(stream, from_x, from_y, to_x, to_y, 0.05)
    mirror = np.float32(side)
    return (trunks[0] * mirror, trunks[1], trunks[2]), (twigs[0] * mirror, twigs[1], twigs[2])


def _bend(
    stream: Stream, from_x: Field, from_y: Field, to_x: Field, to_y: Field, sway: float
) -> tuple[Field, Field, Field]:
    """Parabolic paths, `(lines, points)`, with weights that fall from 1 to 0.25."""
    t = ((np.arange(_POINTS, dtype=np.float32) + 0.5) / _POINTS)[None, :]
    bow = 4.0 * t * (1.0 - t)
    count = len(from_x)
    x = (
        from_x[:, None] * (1.0 - t)
        + to_x[:, None] * t
        + stream.uniforms(-sway, sway, count)[:, None] * bow
    )
    y = (
        from_y[:, None] * (1.0 - t)
        + to_y[:, None] * t
        + stream.uniforms(-sway, sway, count)[:, None] * bow
    )
    dx, dy = to_x - from_x, to_y - from_y
    length = np.sqrt(dx * dx + dy * dy)[:, None]
    return x, y, length * (1.0 - 0.75 * t)


def _deposit(
    frame: Frame, anatomy: Anatomy, pose: Pose, trees: list[tuple[Field, Field, Field]], size: int
) -> Field:
    """Line density per pixel; summed as integers, so that the order does not matter."""
    x, y, weight = (np.concatenate([tree[part].reshape(-1) for tree in trees]) for part in range(3))
    column = ((x + midline(anatomy, pose, y)) * pose.scale_x + pose.shift_x + 1.0) * (0.5 * size)
    row = (y * pose.scale_y + pose.shift_y + 1.0) * (0.5 * size)
    kept = (column >= 0) & (column < size) & (row >= 0) & (row < size)
    index = row[kept].astype(np.intp) * size + column[kept].astype(np.intp)
    # Density of a line grows with the pixels it crosses, whatever the picture's size.
    units = weight[kept] * np.float32(0.5 * size / _POINTS * 4096.0)
    sums = np.bincount(index, weights=np.floor(units).astype(np.float64), minlength=size * size)
    return (sums.astype(np.float32) / 4096.0).reshape(size, size)
