"""Phantoms with a time to an event: how soon it comes follows from what is to be seen.

Each picture shows a round lesion on a cloudy background. The logarithm of the hazard is

    SIZE x (radius) + DENSITY x (brightness) + AGE x (age) + SEX x (male)

with radius, brightness and age on a scale of standard deviation 1, so that the best score
anybody could give is known for every case. Age and sex are not in the picture: they are the
covariates. Times are of a Weibull distribution; censoring is by chance alone, and as common as
wanted.

A seed gives the same pictures and times as far as a machine's exponentials and logarithms are
the same.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radzoo.demo.phantom_random import Stream, draw_clouds, ramp

SIZE: Final = 1.0
DENSITY: Final = 0.6
AGE: Final = 0.5
SEX: Final = 0.4
"""Logarithms of hazard ratios: of one standard deviation, and of men against women."""
SHAPE: Final = 1.3
SCALE_DAYS: Final = 700.0
UNIFORM_SPREAD: Final = 0.28867513459481287
"""Standard deviation of a number that lies anywhere between 0 and 1."""
MEAN_AGE, SPREAD_AGE = 62.0, 11.0
PICTURE, PATIENT, TIME, CENSORING = range(4)


@dataclass(frozen=True)
class SurvivalPhantom:
    """A picture and what became of the patient.

    Attributes:
        pixels: uint8 `(size, size)`.
        time: in days; `event` is 1 if the event came then, 0 if none was seen until then.
        age: in years; `sex` is M or F.
        risk: logarithm of the true hazard ratio against a case in the middle.
        seen: the part of it that the picture shows.
    """

    pixels: NDArray[np.uint8]
    time: float
    event: int
    age: float
    sex: str
    risk: float
    seen: float


def draw_survival(
    n: int, *, seed: int = 0, size: int = 32, censored: float = 0.5
) -> list[SurvivalPhantom]:
    """Draw `n` cases, of which about a given share is censored.

    Args:
        n: number of cases; those of a smaller `n` come first in a larger one.
        seed: another seed gives others.
        size: rows and columns of the pictures.
        censored: share of cases whose event nobody saw, from 0 to 0.95.
    """
    if not 0 <= censored <= 0.95:
        raise ValueError("censored must lie between 0 and 0.95")
    mean = _mean_of_censoring(censored)
    return [_draw_case(seed, number, size, mean) for number in range(n)]


def _draw_case(seed: int, number: int, size: int, mean: float) -> SurvivalPhantom:
    look, patient = Stream(seed, number, PICTURE), Stream(seed, number, PATIENT)
    radius, density = look.uniform(), look.uniform()
    age, male = patient.bell(MEAN_AGE, SPREAD_AGE), patient.chance(0.5)
    seen = (SIZE * (radius - 0.5) + DENSITY * (density - 0.5)) / UNIFORM_SPREAD
    risk = seen + AGE * (age - MEAN_AGE) / SPREAD_AGE + SEX * (male - 0.5)
    until = _event_time(risk, Stream(seed, number, TIME).uniform())
    watched = -mean * math.log(1 - Stream(seed, number, CENSORING).uniform())
    return SurvivalPhantom(
        pixels=_draw_picture(look, size, radius, density),
        time=round(max(min(until, watched), 0.01), 2),
        event=int(until <= watched),
        age=round(age, 1),
        sex="M" if male else "F",
        risk=risk,
        seen=seen,
    )


def _event_time(risk: float, chance: float) -> float:
    """Return the time whose probability of being outlived is `1 - chance`."""
    hazard: float = -math.log(1 - chance) * math.exp(-risk)
    return float(SCALE_DAYS * hazard ** (1 / SHAPE))


def _draw_picture(look: Stream, size: int, radius: float, density: float) -> NDArray[np.uint8]:
    """Draw a lesion of 10 to 35 % of the side across, anywhere it fits."""
    half = size * (0.05 + 0.125 * radius)
    row, column = (look.uniform(half + 1, size - half - 1) for _ in range(2))
    at = np.arange(size, dtype=np.float32) + 0.5
    squared = (at[:, None] - row) ** 2 + (at[None, :] - column) ** 2
    inside = ramp((half * half - squared) / (2 * half) + 0.5)
    shade = 60 + 12 * draw_clouds(look, size, 4) + 4 * look.bells(size, size)
    picture = shade + (50 + 90 * density) * inside
    return np.asarray(np.clip(picture, 0, 255), dtype=np.uint8)


def _mean_of_censoring(censored: float) -> float:
    """Find the mean time of being watched that leaves this share without a seen event."""
    if censored == 0:
        return math.inf
    risks, chances = _typical()
    times = SCALE_DAYS * (-np.log(1 - chances) * np.exp(-risks)) ** (1 / SHAPE)
    low, high = 1e-3, 1e9
    for _ in range(80):
        middle = math.sqrt(low * high)
        # Who has the event at t is censored before it with probability 1 - exp(-t / mean).
        share = float(1 - np.exp(-times / middle).mean())
        low, high = (middle, high) if share > censored else (low, middle)
    return math.sqrt(low * high)


def _typical() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return risks and chances of many cases, none of which is ever shown."""
    stream, n = Stream(987654321), 4000
    radius, density, age, male, chance = (
        np.asarray(stream.uniforms(0, 1, n), dtype=np.float64) for _ in range(5)
    )
    seen = (SIZE * (radius - 0.5) + DENSITY * (density - 0.5)) / UNIFORM_SPREAD
    told = AGE * (age - 0.5) / UNIFORM_SPREAD + SEX * ((male < 0.5) - 0.5)
    return seen + told, chance


def targets_of(cases: Sequence[SurvivalPhantom]) -> NDArray[np.float64]:
    """Return time and event `(n_cases, 2)`."""
    return np.array([(case.time, case.event) for case in cases], dtype=np.float64).reshape(-1, 2)
