"""RZ071: several images of a patient are taken for independent cases."""

from typing import Final

import numpy as np

from radzoo.checks.area import count_patients, sample_of
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Subject
from radzoo.core.errors import UndefinedMetricError
from radzoo.core.finding import Evidence, Reference, Value
from radzoo.metrics.intervals.obuchowski import clustered_variance
from radzoo.metrics.intervals.placements import delong_variance, place

IMAGES_PER_PATIENT: Final = 1.2


def examine(subject: Subject) -> Outcome:
    """Count images per patient, and how much wider honest intervals are."""
    if subject.patients is None:
        return Silent("cannot judge", "patients are not known: every case counts as one of its own")
    rows = subject.rows_of("test") if len(subject.rows_of("test")) else np.arange(subject.n)
    per_patient = len(rows) / len(np.unique(subject.patients[rows]))
    nameless = sum(not subject.cases[row].patient_id for row in rows)
    effects = design_effects(subject, rows)
    facts: dict[str, Value] = {"images_per_patient": per_patient, "without_patient": nameless}
    evidence = Evidence(
        n=len(rows), n_patients=count_patients(subject, rows), measure="design effect",
        estimate=max(effects, default=None), facts=facts,
    )  # fmt: skip
    effect = f"; honest variances are {max(effects):.2f} times as large" if effects else ""
    if nameless and per_patient > IMAGES_PER_PATIENT:
        message = (
            f"{nameless} of {len(rows)} cases have no patient id and count as patients of their "
            f"own, while the others have several images each: intervals are too narrow{effect}"
        )
        return [Verdict("warning", message, evidence)]
    if per_patient > IMAGES_PER_PATIENT:
        message = (
            f"{per_patient:.1f} images per patient{effect}: radzoo counts patients; a program that "
            "counts images would claim too much"
        )
        return [Verdict("info", message, evidence)]
    return [Verdict(None, f"{per_patient:.2f} images per patient{effect}", evidence)]


def design_effects(
    subject: Subject, rows: np.ndarray[tuple[int], np.dtype[np.intp]]
) -> list[float]:
    """Return the variance of AUROC between patients over that between images, by question."""
    if subject.model is None:
        return []
    found = []
    for at, question in enumerate(subject.questions):
        scores = subject.model.scores[:, at]
        known = rows[question.known[rows] & (scores[rows] == scores[rows])]
        sample = sample_of(subject, question.positive, scores, known)
        if sample.patients is None:
            continue
        try:
            apart = delong_variance(place(sample.targets, sample.scores))
            found.append(clustered_variance(sample) / apart)
        except (UndefinedMetricError, ZeroDivisionError):
            continue
    return found


CHECK = Check(
    code="RZ071",
    trap="K1",
    title="several images of a patient counted as independent",
    family="subgroup",
    action="name the patient of every image (--patient COLUMN), so that intervals count patients",
    not_shown="patients of one family, ward or reader may go together, too",
    references=(
        Reference(
            source="Obuchowski NA. Biometrics 1997;53:567-578",
            finding="the variance of an AUROC has to be taken between patients where they have "
            "several images",
        ),
    ),
    examine=examine,
)
