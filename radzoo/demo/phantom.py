"""Frontal chest-radiograph phantoms: one function of a seed and a few named options.

`draw_phantom(7)` is the same bits on every machine, numpy version and SIMD level, so that a
demo, a test and a bug report can name a picture by its number. That holds because

* random numbers come from `PCG64.random_raw` by integer arithmetic only: what numpy's
  `Generator` makes of the raw bits may change between versions;
* pixels come from + - * / sqrt floor, comparisons and element-wise minima in float32, which
  IEEE 754 fixes to the last bit; `exp`, `sin`, `power` and their kin differ between maths
  libraries and vector units, and sums of floats depend on their order. So every shape here is
  a parabola, an ellipse, a rational or a cubic, and every accumulated sum is one of integers.

The picture is a sum of densities along each ray, as in a logarithmic detector: body, minus
air in the lungs, plus bones, heart, vessels and disease; then scatter, noise, tone and borders.
They are teaching aids for software, not models of disease.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.demo.phantom_anatomy import Anatomy, Pose, draw_anatomy, draw_pose
from radzoo.demo.phantom_bones import draw_bones
from radzoo.demo.phantom_detector import (
    SCANNERS,
    add_collimation,
    add_lines,
    add_marker,
    expose,
    quantise,
)
from radzoo.demo.phantom_frame import Frame, base_of, place_patient
from radzoo.demo.phantom_opacities import KINDS, Opacity, draw_opacity, no_opacity
from radzoo.demo.phantom_random import Field, Stream, draw_clouds, ramp
from radzoo.demo.phantom_tissue import (
    draw_abdomen,
    draw_body,
    draw_breasts,
    draw_heart,
    draw_mediastinum,
)
from radzoo.demo.phantom_vessels import draw_vessels

SMALLEST, LARGEST = 32, 2048
SITES = ("A", "B")
SEXES = ("F", "M")


@dataclass(frozen=True)
class PhantomOptions:
    """What to draw; None leaves a choice to the seed.

    Attributes:
        size: pixels along each side, 32 to 2048.
        positive: whether the chest holds an opacity.
        prevalence: chance of an opacity where `positive` is None.
        patient_seed: anatomy, age and sex come from this seed, so that one patient can have
            several images; None takes the image's seed.
        age: years, 0 to 110.
        sex: "F" or "M".
        site: "A" or "B"; each stamps its own side marker.
        scanner: a key of `SCANNERS`.
        site_shortcut: how far site tells the label where `site` is None: 0 not at all,
            1 wholly (every positive from B, every negative from A).
        kind: one of `KINDS`; only positives have one.
        severity: range, within 0 to 1, from which extent and density of an opacity are drawn.

    Raises:
        ValueError: if a value is outside its range.
    """

    size: int = 256
    positive: bool | None = None
    prevalence: float = 0.5
    patient_seed: int | None = None
    age: float | None = None
    sex: str | None = None
    site: str | None = None
    scanner: str | None = None
    site_shortcut: float = 0.0
    kind: str | None = None
    severity: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        low, high = self.severity
        wrong = {
            f"size must be {SMALLEST} to {LARGEST}": not SMALLEST <= self.size <= LARGEST,
            "prevalence must be 0 to 1": not 0.0 <= self.prevalence <= 1.0,
            "patient_seed must not be negative": (self.patient_seed or 0) < 0,
            "age must be 0 to 110 years": self.age is not None and not 0.0 <= self.age <= 110.0,
            "sex must be F or M": self.sex not in (None, *SEXES),
            "site must be A or B": self.site not in (None, *SITES),
            f"scanner must be one of {', '.join(SCANNERS)}": self.scanner not in (None, *SCANNERS),
            f"kind must be one of {', '.join(KINDS)}": self.kind not in (None, *KINDS),
            "site_shortcut must be 0 to 1": not 0.0 <= self.site_shortcut <= 1.0,
            "severity must rise within 0 to 1": not 0.0 <= low <= high <= 1.0,
        }
        for message, seen in wrong.items():
            if seen:
                raise ValueError(message)


@dataclass(frozen=True)
class Phantom:
    """One picture and the truth about it.

    Attributes:
        pixels: `(size, size)` uint16, 0 to 4095, bright = dense.
        lungs: aerated fields beside the heart and above the diaphragm.
        heart: silhouette of the heart above the diaphragm; disjoint from `lungs`.
        opacity: pixels of the finding, within `lungs`.
        label: 1 with an opacity, 0 without.
        age: years.
        sex: "F" or "M".
        site: "A" or "B".
        scanner: a key of `SCANNERS`.
        heart_ratio: greatest width of the heart over that of the thorax, from the masks.
        kind: kind of opacity, or "none".
        opacity_fraction: opacity pixels over lung pixels.
        spacing_mm: side of one pixel in the patient.
    """

    pixels: NDArray[np.uint16]
    lungs: NDArray[np.bool_]
    heart: NDArray[np.bool_]
    opacity: NDArray[np.bool_]
    label: int
    age: float
    sex: str
    site: str
    scanner: str
    heart_ratio: float
    kind: str
    opacity_fraction: float
    spacing_mm: float


_DEFAULT = PhantomOptions()


def draw_phantom(seed: int, options: PhantomOptions = _DEFAULT) -> Phantom:
    """Draw the chest radiograph that `seed` names under `options`.

    Args:
        seed: a non-negative whole number; also the patient's, unless the options name one.
        options: what is given instead of drawn.

    Returns:
        Pixels, masks and the values a study would record.

    Example:
        >>> draw_phantom(7).pixels.shape
        (256, 256)
    """
    patient = seed if options.patient_seed is None else options.patient_seed
    anatomy = draw_anatomy(Stream(patient, 1), options.age, options.sex)
    label, site, scanner = _draw_study(Stream(seed, 2), options)
    pose = draw_pose(Stream(seed, 3), anatomy)
    frame = place_patient(options.size, anatomy, pose)
    heart_depth, heart = draw_heart(frame, anatomy, base_of(anatomy, pose))
    lungs = frame.inside & ~heart
    opacity = no_opacity(options.size)
    if label:
        opacity = draw_opacity(frame, lungs, Stream(seed, 4), options.severity, options.kind)
    density = _sum_densities(frame, anatomy, pose, heart_depth, opacity, Stream(seed, 5))
    picture = expose(density, SCANNERS[scanner], Stream(seed, 6))
    add_marker(picture, site, Stream(seed, 7))
    add_collimation(picture, SCANNERS[scanner], Stream(seed, 8))
    return Phantom(
        pixels=quantise(picture),
        lungs=lungs,
        heart=heart,
        opacity=opacity.mask,
        label=label,
        age=anatomy.age,
        sex=anatomy.sex,
        site=site,
        scanner=scanner,
        heart_ratio=_width(heart) / max(_width(lungs | heart), 1),
        kind=opacity.kind,
        opacity_fraction=int(opacity.mask.sum()) / max(int(lungs.sum()), 1),
        spacing_mm=anatomy.field_mm / (options.size * pose.scale_x),
    )


def _draw_study(stream: Stream, options: PhantomOptions) -> tuple[int, str, str]:
    """Label, site and scanner; the chance of a positive at a given site follows Bayes."""
    first, second, modern = stream.uniform(), stream.uniform(), stream.chance(0.5)
    half = 0.5 * options.site_shortcut
    chance = options.prevalence
    if options.site is not None:
        lean = half if options.site == "B" else -half
        ill, well = chance * (0.5 + lean), (1.0 - chance) * (0.5 - lean)
        chance = ill / (ill + well) if ill + well else chance
    label = first < chance if options.positive is None else options.positive
    at_b = second < (0.5 + half if label else 0.5 - half)
    scanner = options.scanner or ("DX-1" if modern else "CR-2")
    return int(label), options.site or ("B" if at_b else "A"), scanner


def _sum_densities(
    frame: Frame, anatomy: Anatomy, pose: Pose, heart: Field, opacity: Opacity, stream: Stream
) -> Field:
    size = frame.x.shape[0]
    body = draw_body(frame, anatomy, pose)
    air = frame.air * (1.0 - 0.75 * heart)
    vessels, texture = draw_vessels(frame, anatomy, pose), draw_clouds(stream, size, 40)
    left_over = air * (1.0 - opacity.share)
    density: Field = (
        body * np.float32(0.42 + 0.10 * anatomy.fat) + np.minimum(body * 2.5, 1.0) * 0.34
    )
    density += body * 0.18 * draw_abdomen(frame, anatomy, stream)
    above = 1.0 - 0.85 * ramp((frame.y - frame.dome) * 9.0 + 0.4)
    middle = np.maximum(draw_mediastinum(frame, anatomy), 0.85 * heart * above)
    density += body * 0.24 * middle + opacity.density
    density -= 0.46 * left_over + 0.16
    density += vessels * np.minimum(left_over * 1.6, 1.0) + 0.012 * texture * left_over
    density += 0.085 * draw_breasts(frame, anatomy, stream)
    density += draw_bones(frame, anatomy, pose) * np.minimum(body * 1.5, 1.0) * (1.0 - 0.35 * heart)
    add_lines(density, stream)
    return density


def _width(mask: NDArray[np.bool_]) -> int:
    columns = np.flatnonzero(mask.any(axis=0))
    return int(columns[-1] - columns[0] + 1) if columns.size else 0
