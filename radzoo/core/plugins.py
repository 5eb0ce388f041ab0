"""What a plug-in of each kind offers: plain records of functions."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Image, Manifest
from radzoo.core.source import Fetched as Fetched
from radzoo.core.source import Source as Source
from radzoo.core.window import Window

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
# The first four are of one label with the targets 0 and 1; the others are named by their task.
Reads = Literal["scores", "probabilities", "logits", "decisions", "classes", "values", "times"]
Many = Callable[[Matrix], Vector]


@dataclass(frozen=True, slots=True)
class Metric:
    """One number that says how good scores are.

    Attributes:
        compute: `(targets, scores, weights=None) -> value`, where `weights` says how often
            each case counts (the bootstrap); raises `UndefinedMetricError`.
        many: `(targets, scores) -> (weights (n_draws, n_cases) -> values (n_draws,))`, the same
            for many weights at once, NaN where undefined; None = `compute` once per draw. What
            is costly and hardly changes between draws (bins, bandwidths) it may keep fixed at
            that of the whole sample.
        tasks: names of the tasks it applies to.
        higher_is_better: None where neither direction is better (a calibration slope).
        reads: of one label: any real `scores`, `probabilities` in [0, 1], probabilities that
            have `logits` (0 and 1 have none), or `decisions` 0/1 taken at a threshold. Of classes
            `decisions` are the numbers of the called classes, and `classes` means targets
            `(n_cases,)` class numbers, scores `(n_cases, n_classes)` probabilities. Of other
            tasks: `values`: targets and scores `(n_cases,)` in the target's unit; `times`:
            targets `(n_cases, 2)` time and event 0/1, scores `(n_cases,)`, higher = earlier
            event.
        interval: name of the interval that `--ci auto` uses, from `metrics.INTERVALS`.
        limits: the lowest and the highest value it can take.
        base: of a proportion, the cases it is a fraction of: `(targets, decisions) -> mask`.
        right: of a proportion, the cases it counts: `(targets, decisions) -> mask`; None =
            where both are equal.
        standard_error: `(targets, scores, patients=None) -> value` where the theory gives one;
            with patient numbers, between patients.
        influence: `(targets, scores) -> (n_cases,)`, what each case adds to the error of the
            value, where the theory says so: the variance is the sum of the squares, of
            patients where they repeat.
    """

    name: str
    compute: Callable[..., float]
    tasks: frozenset[str]
    higher_is_better: bool | None
    reads: Reads = "scores"
    interval: str = "bca"
    limits: tuple[float, float] = (0.0, 1.0)
    base: Callable[[Vector, Vector], NDArray[np.bool_]] | None = None
    standard_error: Callable[..., float] | None = None
    many: Callable[[Vector, Matrix], Many] | None = None
    influence: Callable[[Matrix, Vector], Vector] | None = None
    right: Callable[[Vector, Vector], NDArray[np.bool_]] | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """A way to say how sure a metric is.

    Attributes:
        compute: `(metric, sample, level) -> Bounds`, or `(draws, level) -> Bounds` if it
            resamples; raises `UndefinedMetricError` where it is not estimable.
        resamples: needs the bootstrap draws of the metric.
        metrics: names of the metrics it applies to; None = to any that has what it needs.
    """

    name: str
    compute: Callable[..., "Bounds"]
    resamples: bool = False
    metrics: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """Both ends of an interval, and what must be said beside it."""

    low: float
    high: float
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns the bytes of one kind of file into an `Image`.

    Attributes:
        recognises: does the file begin like one of these? Called with its first 1,024 bytes.
        read: `(path, member) -> Image`; raises `data.refusal.ImageRefused`.
        read_windowed: `(path, member, window) -> Image` through a window in Hounsfield units;
            None if its files know no such units.
    """

    name: str
    recognises: Callable[[bytes], bool]
    read: Callable[[Path, str], Image]
    read_windowed: Callable[[Path, str, Window], Image] | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """Turns a data set's own layout into a `Manifest`.

    Attributes:
        recognises: is this path laid out that way? Must be quick.
        read: `(path, options) -> Manifest`, where options come from `data.load`.
    """

    name: str
    recognises: Callable[[Path], bool]
    read: Callable[..., Manifest]
