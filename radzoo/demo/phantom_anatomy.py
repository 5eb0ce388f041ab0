"""The patient and the position before the detector: the numbers that a phantom is drawn from.

Lengths are in units of half the picture's side for a patient who fills it: x runs from the
midline to the patient's left (right on the picture), y from top to bottom, both from -1 to 1.
"""

from dataclasses import dataclass

from radzoo.demo.phantom_random import Stream


@dataclass(frozen=True)
class Anatomy:
    """What all images of one patient share."""

    age: float
    sex: str
    half_width: float
    apex: float
    base: float
    bell: float
    mediastinum: float
    heart_ratio: float
    heart_tilt: float
    thymus: float
    aorta: float
    rib_count: float
    rib_slope: float
    rib_density: float
    rib_width: float
    bone: float
    curve: float
    fat: float
    breast: float
    vessels: float
    right_dome: float
    dome: float
    field_mm: float
    rib_key: int


@dataclass(frozen=True)
class Pose:
    """How the patient stood and breathed in for one image."""

    shift_x: float
    shift_y: float
    scale_x: float
    scale_y: float
    tilt: float
    oblique: float
    inspiration: float
    arms_up: float
    chin: bool


def draw_age(stream: Stream) -> float:
    """Years: two in five are children, of these half under five; adults from 18 to 93."""
    child, young = stream.chance(0.4), stream.chance(0.5)
    share = stream.uniform()
    if child:
        return 0.1 + share * 4.9 if young else 5.0 + share * 13.0
    return 18.0 + share * 75.0


def draw_anatomy(stream: Stream, age: float | None, sex: str | None) -> Anatomy:
    """One patient; a given age or sex replaces the drawn one and changes nothing else."""
    drawn_age, drawn_sex = draw_age(stream), "F" if stream.chance(0.5) else "M"
    age, sex = drawn_age if age is None else age, drawn_sex if sex is None else sex
    grown = min(age / 16.0, 1.0)
    infant = max(0.0, 1.0 - age / 4.0)
    old = min(max((age - 45.0) / 40.0, 0.0), 1.0)
    female = sex == "F"
    height = stream.bell(1.22 + 0.22 * grown + 0.03 * old - 0.05 * female, 0.06)
    breast = stream.uniform(0.2, 1.0) if stream.chance(0.75) else 0.0
    return Anatomy(
        age=age,
        sex=sex,
        half_width=stream.bell(0.70 + 0.03 * infant - 0.02 * female, 0.04),
        apex=stream.bell(-0.74 + 0.04 * infant, 0.03),
        base=-0.74 + height,
        bell=stream.uniform(-0.10, 0.20) + 0.30 * infant,
        mediastinum=stream.bell(0.095 + 0.02 * old + 0.02 * infant, 0.012),
        heart_ratio=stream.bell(0.46 + 0.07 * (1.0 - grown) + 0.06 * old, 0.035),
        heart_tilt=stream.uniform(0.35, 0.9) - 0.2 * infant,
        thymus=infant * stream.uniform(0.0, 1.0),
        aorta=stream.uniform(0.3, 0.8) * grown + 0.5 * old,
        rib_count=stream.bell(9.6, 0.35),
        rib_slope=stream.bell(0.20 + 0.22 * grown + 0.06 * old, 0.05),
        rib_density=stream.bell(0.125 - 0.03 * old + 0.015 * (1.0 - grown), 0.02),
        rib_width=stream.bell(0.25 + 0.02 * grown, 0.025),
        bone=stream.bell(1.0 - 0.3 * old, 0.12),
        curve=stream.bell(0.0, 0.03 + 0.03 * old),
        fat=stream.bell(0.5 - 0.1 * infant, 0.18),
        breast=breast * female * min(max((age - 11.0) / 6.0, 0.0), 1.0),
        vessels=stream.bell(1.0, 0.2),
        right_dome=stream.bell(0.045, 0.02),
        dome=stream.bell(0.15 + 0.03 * grown, 0.025),
        field_mm=180.0 + 220.0 * grown - 15.0 * female * grown,
        rib_key=stream.integer(1 << 30),
    )


def draw_pose(stream: Stream, anatomy: Anatomy) -> Pose:
    """One exposure: shift, magnification, tilt, rotation and depth of breath."""
    shallow = stream.chance(0.25)
    zoom = stream.bell(1.10, 0.07)
    return Pose(
        shift_x=stream.bell(0.0, 0.045),
        shift_y=stream.bell(0.05, 0.05),
        scale_x=zoom * stream.bell(1.0, 0.05),
        scale_y=zoom * stream.bell(1.0, 0.04),
        tilt=stream.bell(0.0, 0.035),
        oblique=stream.bell(0.0, 0.05),
        inspiration=stream.uniform(0.76, 0.88) if shallow else stream.uniform(0.9, 1.04),
        arms_up=stream.uniform(),
        chin=stream.chance(0.06 + 0.5 * max(0.0, 1.0 - anatomy.age / 6.0)),
    )
