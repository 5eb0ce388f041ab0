"""Phantom data sets with a trap of a known dose planted in them, to see whether it is found.

A clean set has patients with one to three images each, split by patient, two sites and several
scanners that go with nothing. Every plant returns a changed copy.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from radzoo.demo.phantom import PhantomOptions, draw_phantom

SIDE: Final = 64
SHARES: Final = (0.6, 0.2, 0.2)
SITES: Final = ("north", "south")
SCANNER: Final = "CR-2"
"""All images are alike in this; what the table calls the scanner says nothing of them."""
MACHINES: Final = ("one", "two")
Images: TypeAlias = NDArray[np.uint8]
Words: TypeAlias = NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class PhantomSet:
    """Small images and what is known of them.

    Attributes:
        images: uint8 `(n, 64, 64)`.
        positive: `(n,)`, 1 or 0.
        patients: `(n,)` numbers.
        splits: `(n,)`, `train`, `val` or `test`.
        columns: name to `(n,)` words.
        hazes: `(n, 64, 64)`, what the finding adds, in grey values.
    """

    images: Images
    positive: NDArray[np.float64]
    patients: NDArray[np.intp]
    splits: Words
    columns: Mapping[str, Words]
    hazes: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.images)

    def take(self, rows: NDArray[np.intp]) -> "PhantomSet":
        """Return some cases, in this order."""
        return PhantomSet(
            self.images[rows], self.positive[rows], self.patients[rows], self.splits[rows],
            {name: words[rows] for name, words in self.columns.items()}, self.hazes[rows],
        )  # fmt: skip

    def with_column(self, name: str, words: Words) -> "PhantomSet":
        """Return the set with another column."""
        return replace(self, columns={**self.columns, name: words})


def draw_pool(patients: int, *, seed: int = 0, prevalence: float = 0.4) -> PhantomSet:
    """Draw patients with one to three images each; takes about 4 ms an image.

    The finding is a patch of haze in a lower lung field, wide and dense enough that a linear
    model of small images learns it: what is on trial are checks, not networks.

    Args:
        patients: how many.
        seed: of everything.
        prevalence: share of patients with the finding.
    """
    chance = np.random.default_rng(seed)
    counts = chance.integers(1, 4, patients)
    ill = chance.random(patients) < prevalence
    owners = np.repeat(np.arange(patients), counts)
    drawn = [
        draw_phantom(
            seed * 10_000_019 + number,
            PhantomOptions(size=SIDE, positive=False, patient_seed=int(owner), scanner=SCANNER),
        )
        for number, owner in enumerate(owners)
    ]
    positive = ill[owners].astype(np.float64)
    hazes = np.stack([draw_haze(chance) * one for one in positive])
    bare = np.stack([one.pixels / 16.0 for one in drawn])
    columns = {
        "sex": np.array([one.sex for one in drawn]),
        "age": np.array([f"{one.age:.0f}" for one in drawn]),
        "scanner": chance.choice(MACHINES, len(owners)),
        "site": chance.choice(SITES, patients)[owners],
        "view": chance.choice(["PA", "AP"], len(owners)),
        "date": dates(chance, owners),
    }
    return PhantomSet(
        as_bytes(bare + hazes), positive, owners, np.full(len(owners), "train"), columns,
        hazes.astype(np.float32),
    )  # fmt: skip


def draw_haze(chance: np.random.Generator) -> NDArray[np.float64]:
    """Return a soft patch in the lower part of either lung, in grey values."""
    row, column = 40 + chance.normal(0, 2), chance.choice([20.0, 44.0]) + chance.normal(0, 2)
    wide, dense = chance.uniform(5, 8), chance.uniform(25, 60)
    down, across = np.mgrid[:SIDE, :SIDE]
    far = ((down - row) ** 2 + (across - column) ** 2) / wide**2
    return np.asarray(dense * np.exp(-far / 2))


def as_bytes(pixels: NDArray[np.floating[Any]]) -> Images:
    """Cut grey values off at 0 and 255."""
    return np.asarray(np.clip(np.rint(pixels), 0, 255), dtype=np.uint8)


def dates(chance: np.random.Generator, owners: NDArray[np.intp]) -> Words:
    """Return a day of the years 2018 to 2022 for every image."""
    days = np.datetime64("2018-01-01") + chance.integers(0, 1826, len(owners))
    return np.array([str(day).replace("-", "") for day in days])


def draw_set(pool: PhantomSet, patients: int, seed: int) -> PhantomSet:
    """Choose patients of a pool at random and split them: a clean set."""
    chance = np.random.default_rng(seed)
    chosen = chance.permutation(np.unique(pool.patients))[:patients]
    ends = np.cumsum(np.round(np.array(SHARES) * patients).astype(int))
    split_of = {
        int(owner): ("train", "val", "test")[min(2, int(np.searchsorted(ends, at, side="right")))]
        for at, owner in enumerate(chosen)
    }
    rows = np.flatnonzero(np.isin(pool.patients, chosen))
    one = pool.take(chance.permutation(rows))
    return replace(one, splits=np.array([split_of[int(owner)] for owner in one.patients]))


Plant: TypeAlias = Callable[[PhantomSet, float, np.random.Generator], PhantomSet]


def share_patients(data: PhantomSet, dose: float, chance: np.random.Generator) -> PhantomSet:
    """Put one image of a share of the test patients into training."""
    splits = data.splits.copy()
    owners, counts = np.unique(data.patients[data.splits == "test"], return_counts=True)
    several = owners[counts > 1]
    n = max(1, round(dose * len(owners)))
    for owner in chance.permutation(several)[:n]:
        splits[np.flatnonzero(data.patients == owner)[0]] = "train"
    return replace(data, splits=splits)


def copy_across(alter: Callable[[Images, np.random.Generator], Images]) -> Plant:
    """Copy training images, altered, into test under new patients; the dose is a share of test."""

    def plant(data: PhantomSet, dose: float, chance: np.random.Generator) -> PhantomSet:
        test = np.flatnonzero(data.splits == "test")
        n = max(1, round(dose * len(test)))
        victims = chance.choice(test, n, replace=False)
        sources = chance.choice(np.flatnonzero(data.splits == "train"), n, replace=False)
        images, positive = data.images.copy(), data.positive.copy()
        images[victims] = alter(data.images[sources], chance)
        positive[victims] = data.positive[sources]
        return replace(data, images=images, positive=positive)

    return plant


def by_jpeg(images: Images, chance: np.random.Generator) -> Images:
    """Store as JPEG of quality 70 and read again."""
    from PIL import Image

    again = []
    for one in images:
        file = BytesIO()
        Image.fromarray(one).save(file, "JPEG", quality=70)
        again.append(np.asarray(Image.open(file).convert("L")))
    return np.stack(again)


def by_crop(images: Images, chance: np.random.Generator) -> Images:
    """Cut a pixel from every side and enlarge again (3 % of the side)."""
    from PIL import Image

    box = (1, 1, SIDE - 1, SIDE - 1)
    return np.stack([
        np.asarray(Image.fromarray(one).resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=box))
        for one in images
    ])  # fmt: skip


def by_contrast(images: Images, chance: np.random.Generator) -> Images:
    """Stretch the contrast by a fifth."""
    return as_bytes((images.astype(np.float32) - 128) * 1.2 + 128)


def by_flip(images: Images, chance: np.random.Generator) -> Images:
    """Mirror left to right."""
    return images[:, :, ::-1].copy()


def by_text(images: Images, chance: np.random.Generator) -> Images:
    """Burn a block of bright strokes, as of letters, into the upper left."""
    written = images.copy()
    strokes = chance.random((len(images), 4, 14)) < 0.5
    written[:, 3:7, 3:17] = np.where(strokes, 255, written[:, 3:7, 3:17])
    return written


def by_nothing(images: Images, chance: np.random.Generator) -> Images:
    """Leave them as they are."""
    return images


def by_turn(images: Images, chance: np.random.Generator) -> Images:
    """Turn by a quarter."""
    return np.rot90(images, axes=(1, 2)).copy()


def mark_corner(data: PhantomSet, dose: float, chance: np.random.Generator) -> PhantomSet:
    """Stamp a marker into a corner of a share of the positives."""
    images = data.images.copy()
    chosen = (data.positive == 1) & (chance.random(len(data)) < dose)
    images[chosen, 2:8, SIDE - 8 : SIDE - 2] = 250
    return replace(data, images=images)


def mark_any(data: PhantomSet, dose: float, chance: np.random.Generator) -> PhantomSet:
    """Stamp the same marker into as many positives as negatives, by share: it tells nothing."""
    images = data.images.copy()
    for answer in (0.0, 1.0):
        rows = chance.permutation(np.flatnonzero(data.positive == answer))
        images[rows[: round(dose / 2 * len(rows))], 2:8, SIDE - 8 : SIDE - 2] = 250
    return replace(data, images=images)


def confound_site(data: PhantomSet, dose: float, chance: np.random.Generator) -> PhantomSet:
    """Let the site go with the answer; 1 = prevalences of 20 and 60 %. The images show the site."""
    ill = np.zeros(int(data.patients.max()) + 1)
    ill[data.patients] = data.positive
    # With 40 % positive overall, halves of 20 and 60 % need these shares of the south.
    of_ill, of_well = 0.5 + 0.25 * dose, 0.5 - dose / 6
    south = chance.random(len(ill)) < np.where(ill == 1, of_ill, of_well)
    words = np.where(south[data.patients], "south", "north")
    images = data.images.copy()
    images[words == "south", SIDE - 6 : SIDE - 2, 2:10] = 220
    return replace(data.with_column("site", words), images=images)


def invert_site(data: PhantomSet, dose: float, chance: np.random.Generator) -> PhantomSet:
    """Leave MONOCHROME1 as it is in a share of the images of one site."""
    chosen = (data.columns["site"] == "south") & (chance.random(len(data)) < dose)
    images = np.where(chosen[:, None, None], 255 - data.images, data.images)
    words = np.where(chosen, "MONOCHROME1", "MONOCHROME2")
    return replace(data.with_column("photometric", words), images=images)


def rescale_site(data: PhantomSet, dose: float, chance: np.random.Generator) -> PhantomSet:
    """Halve the grey values of one site in the test split."""
    chosen = (data.splits == "test") & (chance.random(len(data)) < dose)
    return replace(data, images=np.where(chosen[:, None, None], data.images // 2, data.images))


def flip_labels(data: PhantomSet, dose: float, chance: np.random.Generator) -> PhantomSet:
    """Turn the answers of a share of the patients round."""
    wrong = chance.random(int(data.patients.max()) + 1) < dose
    turned = np.where(wrong[data.patients], 1 - data.positive, data.positive)
    return replace(data, positive=turned)


def describe_answer(data: PhantomSet, dose: float, chance: np.random.Generator) -> PhantomSet:
    """Write the answer into SeriesDescription of a share of the positives."""
    told = (data.positive == 1) & (chance.random(len(data)) < dose)
    return data.with_column(
        "series_description", np.where(told, "CHEST POST DRAIN", "CHEST ROUTINE")
    )


def post_date(data: PhantomSet, dose: float, chance: np.random.Generator) -> PhantomSet:
    """Put later images of a share of the test patients into training."""
    splits, words = data.splits.copy(), data.columns["date"].copy()
    for owner in np.unique(data.patients[data.splits == "test"]):
        rows = np.flatnonzero(data.patients == owner)
        if len(rows) > 1 and chance.random() < dose:
            splits[rows[0]] = "train"
            words[rows[0]] = "20221231"
            words[rows[1:]] = "20180101"
    return replace(data.with_column("date", words), splits=splits)


def dim_group(data: PhantomSet, dose: float, chance: np.random.Generator) -> PhantomSet:
    """Take a share of the finding's contrast away in women."""
    women = (data.columns["sex"] == "F")[:, None, None]
    return replace(data, images=as_bytes(data.images - dose * women * data.hazes))


def purify_source(data: PhantomSet, dose: float, chance: np.random.Generator) -> PhantomSet:
    """Let a share of the positives come from a source that has no others."""
    pure = (data.positive == 1) & (chance.random(len(data)) < dose)
    other = chance.choice(["archive one", "archive two"], len(data))
    return data.with_column("source", np.where(pure, "case reports", other))


def thin_test(data: PhantomSet, dose: float, chance: np.random.Generator) -> PhantomSet:
    """Leave a share of the positives of the test split out."""
    gone = (data.splits == "test") & (data.positive == 1) & (chance.random(len(data)) < dose)
    return data.take(np.flatnonzero(~gone))


def change_scanner(data: PhantomSet, dose: float, chance: np.random.Generator) -> PhantomSet:
    """Take test images with another tone curve; the dose is the change of its exponent."""
    test = (data.splits == "test")[:, None, None]
    toned = (255 * (data.images / 255.0) ** (1 + dose)).astype(np.uint8)
    return replace(data, images=np.where(test, toned, data.images))


def space_by_answer(data: PhantomSet, dose: float, chance: np.random.Generator) -> PhantomSet:
    """Let the pixel size go with the answer in a share of the images."""
    told = chance.random(len(data)) < dose
    coarse = np.where(told, data.positive == 1, chance.random(len(data)) < 0.5)
    return data.with_column("pixel_spacing", np.where(coarse, "0.2 x 0.2", "0.14 x 0.14"))


def view_by_answer(data: PhantomSet, dose: float, chance: np.random.Generator) -> PhantomSet:
    """Take a share of the positives in bed, from front to back."""
    bed = (data.positive == 1) & (chance.random(len(data)) < dose)
    return data.with_column("view", np.where(bed, "AP", data.columns["view"]))


def drain_positives(data: PhantomSet, dose: float, chance: np.random.Generator) -> PhantomSet:
    """Give a share of the positives a drain, and few of the others."""
    drained = chance.random(len(data)) < np.where(data.positive == 1, dose, 0.05)
    return data.with_column("drain", np.where(drained, "yes", "no"))
