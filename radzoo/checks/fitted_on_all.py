"""RZ004: what prepares the images was fitted on test cases, too."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Subject
from radzoo.core.finding import Evidence, Reference, Value
from radzoo.core.plugins import Vector

EQUAL: Final = 1e-6


def examine(subject: Subject) -> Outcome:
    """Compare what a run says it fitted with what training alone, and all cases, would give.

    Looked at are mean and spread of numbers that are predicted, those of covariates, and any
    part of the settings that names the cases it was fitted on.
    """
    assert subject.model is not None
    settings = subject.model.settings
    if not settings:
        return Silent("cannot judge", "nothing says how the model was made")
    scopes = [scope for scope in find_scopes(settings) if scope[1] not in ("train", "training")]
    shown: list[dict[str, Value]] = [{"what": name, "fitted_on": scope} for name, scope in scopes]
    guilty = [name for name, _ in scopes]
    looked_at = 0
    for name, values, stored in fitted_numbers(subject, settings):
        train = values[subject.rows_of("train")]
        if np.isnan(train).all() or np.isnan(values).all():
            continue
        looked_at += 1
        own, every = float(np.nanmean(train)), float(np.nanmean(values))
        shown.append({"what": name, "stored": stored, "of_training": own, "of_all": every})
        if near(stored, every) and not near(stored, own):
            guilty.append(name)
    evidence = Evidence(n=subject.n, n_patients=subject.n_patients, measure="fitted on all",
                        estimate=float(len(guilty)), rows=shown)  # fmt: skip
    if guilty:
        message = (
            f"{', '.join(guilty)} was fitted on all cases, those of test among them, not on "
            "training alone"
        )
        return [Verdict("error", message, evidence, claim="model")]
    if not looked_at:
        return Silent("not applicable", "the run fitted nothing but its network to the cases")
    message = f"{looked_at} fitted numbers are those of the training cases alone"
    return [Verdict(None, message, evidence, claim="model")]


def find_scopes(settings: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Return every setting called `fit`, `fitted_on` or `fit_scope` that names a scope."""
    found = []
    for name, value in settings.items():
        if isinstance(value, Mapping):
            found += find_scopes(value, f"{prefix}{name}.")
        elif name in ("fitted_on", "fit_scope") and isinstance(value, str):
            found.append((f"{prefix}{name}", value))
    return found


def fitted_numbers(
    subject: Subject, settings: Mapping[str, Any]
) -> list[tuple[str, Vector, float]]:
    """Return name, values of all cases and stored mean of every number that was centred."""
    reading = settings.get("reading", {})
    found = []
    labels: Sequence[str] = settings.get("labels", ())
    for label, centre in zip(labels, reading.get("centre", ()), strict=False):
        values = [case.targets.get(label) for case in subject.cases]
        found.append((label, as_vector(values), float(centre)))
    for covariate in reading.get("covariates", ()):
        if covariate.get("kind") == "number":
            name = covariate["name"]
            cells = [number_of(case.covariates.get(name, "")) for case in subject.cases]
            found.append((name, as_vector(cells), float(covariate["centre"])))
    return found


def as_vector(values: Sequence[float | None]) -> Vector:
    """Return numbers; None is NaN."""
    return np.array([np.nan if one is None else one for one in values], dtype=np.float64)


def number_of(word: str) -> float | None:
    """Return the number that a word is; None if it is none."""
    try:
        return float(word)
    except ValueError:
        return None


def near(one: float, other: float) -> bool:
    """Are two numbers the same but for rounding?"""
    return abs(one - other) <= EQUAL * max(1.0, abs(other))


CHECK = Check(
    code="RZ004",
    trap="L4",
    title="fitted on all cases",
    family="leakage",
    action="fit normalisation, selection of features and the like on training cases alone; radzoo "
    "finetune does so",
    not_shown="what other programs did to the images before is not seen",
    references=(
        Reference(
            source="Kapoor S, Narayanan A. Patterns 2023;4:100804",
            finding="preprocessing of training and test together is one of eight kinds of leakage",
        ),
    ),
    needs=frozenset({"scores"}),
    examine=examine,
)
