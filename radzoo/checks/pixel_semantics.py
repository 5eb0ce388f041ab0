"""RZ050: grey values do not mean the same in all images: inverted, badly rescaled, cut off."""

from collections import Counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radzoo.checks.check import Check, Outcome, Verdict
from radzoo.checks.columns import levels
from radzoo.checks.near_duplicates import reduced, unit
from radzoo.checks.subject import Rows, Subject
from radzoo.core.finding import Evidence, Reference, Severity, Value

GROUPS: Final = ("photometric", "site", "scanner", "manufacturer", "model", "station", "source")
SIDE: Final = 16
PASSES: Final = 3
AGAINST: Final = -0.3
"""Correlation with the common image below which one is taken for inverted."""
ALONG: Final = 0.2
"""The median correlation that images must have for there to be a common image."""
MANY: Final = 0.02
FEWEST: Final = 3
SATURATED: Final = 0.01
SATURATED_FILES: Final = 0.05
AIR_HU: Final = (-1150.0, -850.0)
CONSTANT: Final = 2.0


def examine(subject: Subject) -> Outcome:
    """Look for inverted and constant images, and at what stored values say if they were read."""
    assert subject.pictures is not None
    rows = np.flatnonzero(subject.pictures.read)
    found = [inverted(subject, rows), constant(subject, rows)]
    if subject.pixels:
        found += [hounsfield(subject), saturated(subject)]
    told = [verdict for verdict in found if verdict is not None]
    if told:
        return told
    looked = "stored values and small images" if subject.pixels else "small images alone"
    message = f"grey values mean the same in all images, as far as {looked} say"
    return [Verdict(None, message, Evidence(n=len(rows), n_patients=subject.n_patients))]


def inverted(subject: Subject, rows: Rows) -> Verdict | None:
    """Say which images are negatives of what most are."""
    assert subject.pictures is not None
    alike = agreement(subject.pictures.images[rows])
    if not len(rows) or np.median(np.abs(alike)) < ALONG:
        return None
    guilty = rows[alike < AGAINST]
    if len(guilty) < max(FEWEST, MANY * len(rows)):
        guilty = guilty[:0]
    if not len(guilty):
        return None
    where, shown = spread_over(subject, guilty, rows)
    evidence = Evidence(
        n=len(rows), n_patients=subject.n_patients, measure="share of inverted images",
        estimate=len(guilty) / len(rows), rows=shown,
    )  # fmt: skip
    message = f"{len(guilty)} of {len(rows)} images are negatives of what the others look like"
    message += f", most of them of {where}" if where else ""
    return Verdict("error", message, evidence, claim="data", rows=tuple(guilty.tolist()))


def agreement(images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the correlation of each image with the mean of all that are not against it."""
    small = unit(reduced(images, SIDE))
    if not len(small):
        return np.zeros(0)
    # The first axis, and not the mean: half of the images as negatives would cancel the others.
    _, axes = np.linalg.eigh(small.T @ small)
    alike = small @ axes[:, -1]
    alike = alike * (1 if np.median(alike) >= 0 else -1)
    for _ in range(PASSES):
        kept = alike > 0
        mean = small[kept].mean(axis=0)
        alike = small @ (mean / max(float(np.linalg.norm(mean)), 1e-9))
    return np.asarray(alike, dtype=np.float64)


def spread_over(subject: Subject, guilty: Rows, rows: Rows) -> tuple[str, list[dict[str, Value]]]:
    """Return the group that holds most of the cases, and the share of every group's cases."""
    shown: list[dict[str, Value]] = []
    best, where = 0.5, ""
    for name in (name for name in GROUPS if name in subject.columns):
        for word, mine in levels(subject, name, rows):
            share = float(np.isin(mine, guilty).mean())
            mostly = share * len(mine) / len(guilty)
            shown.append({"column": name, "group": word, "n": len(mine), "share": share})
            if word and mostly > best and share > 2 * len(guilty) / len(rows):
                best, where = mostly, f"{name} {word}"
    return where, shown


def constant(subject: Subject, rows: Rows) -> Verdict | None:
    """Say which images show nothing at all."""
    assert subject.pictures is not None
    flat = np.array([subject.pictures.images[row].std() < CONSTANT for row in rows], dtype=bool)
    if not flat.any():
        return None
    guilty = rows[flat]
    evidence = Evidence(n=len(rows), n_patients=subject.n_patients, measure="images of one shade",
                        estimate=float(len(guilty)))  # fmt: skip
    message = f"{len(guilty)} of {len(rows)} images have hardly more than one shade of grey"
    return Verdict("warning", message, evidence, claim="data", rows=tuple(guilty.tolist()))


def hounsfield(subject: Subject) -> Verdict | None:
    """Say in which CT images air is not about -1000 HU; those without air are not judged."""
    air = subject.pixels.get("air_hu")
    if air is None or np.isnan(air).all():
        return None
    known = np.flatnonzero(~np.isnan(air))
    guilty = known[(air[known] < AIR_HU[0]) | (air[known] > AIR_HU[1])]
    if not len(guilty):
        return None
    common = Counter(np.round(air[guilty], -1).tolist()).most_common(1)[0][0]
    evidence = Evidence(n=len(known), n_patients=subject.n_patients, measure="CT images",
                        estimate=float(len(guilty)), facts={"air_hu": common})  # fmt: skip
    message = (
        f"in {len(guilty)} of {len(known)} CT images air is not near -1000 HU (most often about "
        f"{common:.0f}): their rescaling is wrong"
    )
    severity: Severity = "error" if len(guilty) >= MANY * len(known) else "warning"
    return Verdict(severity, message, evidence, claim="data", rows=tuple(guilty.tolist()))


def saturated(subject: Subject) -> Verdict | None:
    """Say how many images have more than 1 % of their pixels at the greatest value."""
    share = subject.pixels.get("saturated")
    if share is None or np.isnan(share).all():
        return None
    known = np.flatnonzero(~np.isnan(share))
    guilty = known[share[known] > SATURATED]
    if len(guilty) < SATURATED_FILES * len(known):
        return None
    evidence = Evidence(n=len(known), n_patients=subject.n_patients, measure="saturated images",
                        estimate=float(len(guilty)))  # fmt: skip
    message = (
        f"{len(guilty)} of {len(known)} images have over 1 % of their pixels at the greatest value "
        "that can be stored: what was brighter is lost"
    )
    return Verdict("warning", message, evidence, claim="data", rows=tuple(guilty.tolist()))


CHECK = Check(
    code="RZ050",
    trap="I1",
    title="grey values that do not mean the same",
    family="pixels",
    action="look at the images that are named (radzoo audit --json), and mend PhotometricInterpre"
    "tation or rescaling where they were exported",
    not_shown="a wrong tone curve, or a window of another place, is not found here; images of many "
    "kinds have no common look that one could be against",
    references=(
        Reference(
            source="Project-MONAI, monai-deploy-app-sdk, issue 282",
            finding="MONOCHROME1 images were not inverted on their way to the network",
        ),
    ),
    needs=frozenset({"pictures"}),
    wants=frozenset({"pixels"}),
    examine=examine,
)
