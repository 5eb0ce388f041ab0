"""RZ052: shape, pixel size or orientation of the images differ, or tell the answer."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from radzoo.checks.area import count_patients
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.columns import as_numbers, encode, linear, some_rows
from radzoo.checks.probe import probe
from radzoo.checks.subject import NOTHING, Question, Rows, Subject
from radzoo.checks.wording import n_judged, sure_low, told
from radzoo.core.finding import Evidence, Reference, Severity, Value
from radzoo.core.plugins import Vector

TELLS: Final = 0.60
CHANGE: Final = 0.05
MOST_CASES: Final = 10_000
GEOMETRY: Final = (
    "rows", "columns", "aspect", "pixel_spacing", "imager_pixel_spacing", "slice_thickness",
    "image_orientation", "patient_orientation", "original_rows", "original_columns",
)  # fmt: skip
KNOWN: Final = ("rows", "columns", "pixel_spacing", "imager_pixel_spacing", "image_orientation")
MIRRORING: Final = ("mammography", "photograph")
"""Sets of augmentations that change left and right."""
SIDES: Final = frozenset({"left", "right", "l", "r", "links", "rechts", "laterality", "situs"})


def examine(subject: Subject) -> Outcome:
    """Ask whether geometry tells the answer, and whether it is the same for all images."""
    if not any(name in subject.columns for name in KNOWN):
        return Silent("cannot judge", "files and table say neither size nor spacing")
    shown = with_aspect(subject)
    found = [tells(shown, question) for question in subject.questions]
    judged = [verdict for verdict in found if verdict]
    facts = [
        look(shown)
        for look in (squashed, anisotropic, unlike_spacings, flipped, several_planes, resized)
    ]
    judged += [verdict for verdict in facts if verdict]
    if not judged:
        n = shown.n
        evidence = Evidence(n=n, n_patients=count_patients(shown, np.arange(n)))
        judged = [Verdict(None, f"all {n} images are of one geometry", evidence, claim="data")]
    return judged


def with_aspect(subject: Subject) -> Subject:
    """Add the column `aspect`, columns by rows, where the files say both."""
    aspect = aspects(subject)
    if aspect is None:
        return subject
    words = tuple("" if np.isnan(one) else f"{one:.3f}" for one in aspect)
    return replace(subject, columns={**subject.columns, "aspect": words})


def aspects(subject: Subject) -> Vector | None:
    """Return columns by rows of every image, before it was resized where the table says so."""
    for rows, columns in (("original_rows", "original_columns"), ("rows", "columns")):
        high = as_numbers(subject.columns.get(rows, ()))
        wide = as_numbers(subject.columns.get(columns, ()))
        if high is not None and wide is not None:
            return np.asarray(wide / np.where(high > 0, high, np.nan))
    return None


def tells(subject: Subject, question: Question) -> Verdict | None:
    """Say how well geometry alone tells an answer; None if it cannot be judged."""
    rows = some_rows(subject, question.positive, MOST_CASES)
    encoded = encode(subject, GEOMETRY, rows)
    if not encoded.parts:
        return None
    evidence = probe(subject, question.positive, encoded.inputs, linear(), rows)
    if evidence is None:
        return None
    label, names = question.name, ", ".join(encoded.parts)
    evidence = evidence.model_copy(update={"facts": {"columns": names}})
    severity: Severity | None = "error" if sure_low(evidence, n_judged(subject)) > TELLS else None
    message = f"size, shape and spacing alone tell '{label}': AUROC {told(evidence)} by {names}"
    if severity is None:
        message = f"size, shape and spacing do not tell '{label}': AUROC {told(evidence)}"
    return Verdict(severity, message, evidence, label=label, claim="data")


@dataclass(frozen=True, slots=True)
class Spacing:
    """Row and column spacing of every image in mm; NaN where it is not said."""

    down: Vector
    across: Vector

    @property
    def known(self) -> Rows:
        """The cases that have both."""
        return np.flatnonzero(~np.isnan(self.down) & ~np.isnan(self.across))


def spacing_of(subject: Subject, name: str) -> Spacing:
    """Read a column of two numbers."""
    pairs = [pair_of(word) for word in subject.columns.get(name, ("",) * subject.n)]
    down, across = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    return Spacing(down, across)


def pair_of(word: str) -> tuple[float, float]:
    """Return the two numbers of a word such as `0.14 0.14`."""
    parts = word.replace("\\", " ").replace(",", " ").split()
    try:
        down, across = map(float, parts)
    except ValueError:
        return float("nan"), float("nan")
    return (down, across) if down > 0 and across > 0 else (float("nan"), float("nan"))


def of_cases(
    subject: Subject, severity: Severity, message: str, rows: Rows, looked_at: int, action: str = ""
) -> Verdict:
    """Return a verdict about some of the cases."""
    evidence = Evidence(
        n=looked_at, n_patients=count_patients(subject, rows), measure="share",
        estimate=len(rows) / looked_at,
    )  # fmt: skip
    return Verdict(severity, message, evidence, claim="data", action=action,
                   rows=tuple(rows.tolist()))  # fmt: skip


def squashed(subject: Subject) -> Verdict | None:
    """Does the run bring images of several shapes to one, changing what is round?"""
    settings = subject.model.settings if subject.model else NOTHING
    entry = settings.get("entry") or NOTHING
    fit = settings.get("fit") or (entry.get("input") or NOTHING).get("fit")
    aspect = aspects(subject)
    if fit != "squash" or aspect is None:
        return None
    rows = np.flatnonzero(np.abs(np.log(aspect)) > np.log1p(CHANGE))
    if not len(rows):
        return None
    message = (
        f"the run squashes images to squares: {len(rows)} of {subject.n} change their shape by "
        f"more than {CHANGE:.0%}, at most {np.exp(np.nanmax(np.abs(np.log(aspect)))):.2f} times"
    )
    return of_cases(
        subject,
        "warning",
        message,
        rows,
        subject.n,
        "pad them before: radzoo data prepare DATA --fit pad -o DIR",
    )


def anisotropic(subject: Subject) -> Verdict | None:
    """Are there images whose pixels are not square?"""
    found = []
    for name in ("pixel_spacing", "imager_pixel_spacing"):
        one = spacing_of(subject, name)
        found.append(one.known[off(one.down[one.known], one.across[one.known])])
    rows = np.unique(np.concatenate(found))
    if not len(rows):
        return None
    message = (
        f"the pixels of {len(rows)} of {subject.n} images are not square: rows and columns are "
        f"spaced more than {CHANGE:.0%} apart, so that shapes are stretched"
    )
    action = "resample them to square pixels before they are prepared"
    return of_cases(subject, "warning", message, rows, subject.n, action)


def off(one: Vector, other: Vector) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return where two lengths differ by more than is allowed."""
    return np.asarray(np.abs(np.log(one / other)) > np.log1p(CHANGE))


def unlike_spacings(subject: Subject) -> Verdict | None:
    """Are lengths given at the patient in some images, and at the detector in others?"""
    patient, detector = (
        spacing_of(subject, name) for name in ("pixel_spacing", "imager_pixel_spacing")
    )
    both = np.intersect1d(patient.known, detector.known)
    magnified = both[off(patient.down[both], detector.down[both])]
    only = np.setdiff1d(detector.known, patient.known)
    plain = np.union1d(only, np.setdiff1d(both, magnified))
    if not len(magnified) or not len(plain):
        return None
    message = (
        f"{len(magnified)} images are measured at the patient (PixelSpacing differs from "
        f"ImagerPixelSpacing), {len(plain)} at the detector: a millimetre is not the same in both"
    )
    return of_cases(subject, "info", message, magnified, subject.n)


def flipped(subject: Subject) -> Verdict | None:
    """Does the run mirror images of a question that asks for a side?"""
    settings = subject.model.settings if subject.model else NOTHING
    recipe = settings.get("recipe") or NOTHING
    mirrors = recipe.get("augmentation") in MIRRORING
    asked = [one.name for one in subject.questions if SIDES & set(words_of(one.name))]
    if not mirrors or not asked:
        return None
    message = f"images are mirrored while learning, but '{asked[0]}' asks for a side"
    rows = np.arange(subject.n)
    return of_cases(subject, "error", message, rows, subject.n, "train without flips")


def words_of(name: str) -> list[str]:
    """Return the words of a label."""
    return name.casefold().replace("_", " ").replace("-", " ").split()


def several_planes(subject: Subject) -> Verdict | None:
    """Are images cut in several planes?"""
    words = subject.columns.get("image_orientation", ())
    counts = Counter(word for word in words if word)
    if len(counts) < 2:
        return None
    most = counts.most_common(1)[0][0]
    rows = np.array([at for at, word in enumerate(words) if word and word != most])
    message = (
        f"images lie in {len(counts)} planes (ImageOrientationPatient): {len(rows)} of "
        f"{sum(counts.values())} are turned against the rest"
    )
    return of_cases(subject, "info", message, rows, sum(counts.values()))


def resized(subject: Subject) -> Verdict | None:
    """Were all images brought to one square before they came here, whatever their shape was?"""
    sizes = set(zip(*(subject.columns.get(name, ()) for name in ("rows", "columns")), strict=False))
    spaced = any(name in subject.columns for name in ("pixel_spacing", "imager_pixel_spacing"))
    if len(sizes) != 1 or spaced or "original_rows" in subject.columns:
        return None
    rows, columns = next(iter(sizes))
    if rows != columns or not rows:
        return None
    message = (
        f"all {subject.n} images are {rows} x {columns} pixels and none says how large a pixel "
        f"is: they were resized before, and whether their shape was kept cannot be seen"
    )
    facts: dict[str, Value] = {"rows": rows, "columns": columns}
    n = subject.n
    evidence = Evidence(n=n, n_patients=count_patients(subject, np.arange(n)), facts=facts)
    action = "ask for the originals, or see in their description how they were resized"
    return Verdict("info", message, evidence, claim="data", action=action)


CHECK = Check(
    code="RZ052",
    trap="I2",
    title="shape and pixel size differ",
    family="pixels",
    action="bring images to one pixel spacing, keep their shape (radzoo data prepare DATA "
    "--fit pad -o DIR), and balance sizes between the answers",
    not_shown="what was lost before the files were written; a file may state a wrong spacing",
    references=(
        Reference(
            source="DICOM PS3.3 section 10.7.1.3, Pixel Spacing Calibration Type",
            finding="PixelSpacing may be that of the patient and ImagerPixelSpacing is that of the "
            "detector: they differ by the magnification",
        ),
    ),
    examine=examine,
)
