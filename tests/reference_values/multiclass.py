"""Several classes, ordered or not; regression and agreement."""

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from radzoo.metrics import INTERVALS, METRICS
from radzoo.metrics.classes import CLASS_METRICS
from radzoo.metrics.classes.counting import call_classes, count_confusion
from radzoo.metrics.sample import Sample, make_other_sample, make_sample
from radzoo.metrics.values.intraclass import (
    IntraclassCorrelation,
    intraclass_correlations,
    mean_agreement_bounds,
    take_mean_squares,
)
from reference_values.files import Check, Found, given, table

LEVEL = 0.95
NAMES = {
    "hand_till_M": "hand_till",
    "hand_till_pROC": "hand_till",
    "macro_ovr": "auroc_macro",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced_accuracy",
    "macro_f1": "f1_macro",
    "mcc": "mcc",
    "kappa": "kappa",
    "kappa_linear": "kappa_linear",
    "kappa_quadratic": "kappa_quadratic",
    "brier_multiclass_sum": "brier",
    "log_loss": "log_loss",
    "top_label_ece_15_width": "ece",
    "classwise_ece_15_width": "ece_classwise",
}


def read_classes(case: Mapping) -> Sample:
    args = case["args"]
    rows = table(case["data"])
    if left_out := re.fullmatch(r"rows with (\w+) != (\w+)", args.get("filter", "")):
        rows = [row for row in rows if row[left_out[1]] != left_out[2]]
    targets = np.array([float(row[args.get("y", "y")]) for row in rows])
    scores = np.array([[float(row[name]) for name in args["prob"]] for row in rows])
    return replace(make_other_sample("classes", targets, scores), decisions=call_classes(scores))


def against_the_rest(sample: Sample, at: int) -> Sample:
    return make_sample((sample.targets == at).astype(float), sample.scores[:, at])


def multiclass(case: Mapping) -> Found:
    sample = read_classes(case)
    n_classes = sample.scores.shape[1]
    each = [against_the_rest(sample, at) for at in range(n_classes)]
    auroc = METRICS["auroc"]
    counts = count_confusion(sample.targets, sample.decisions, n_classes)
    found: Found = {
        key: given(lambda name=name: compute(sample, name)) for key, name in NAMES.items()
    }
    aurocs = [auroc.compute(one.targets, one.scores) for one in each]
    for key, interval in (("accuracy_wilson95", "wilson"), ("accuracy_cp95", "clopper-pearson")):
        found[key] = bound(interval, CLASS_METRICS["accuracy"], sample)
    found |= {
        "ovr": {
            f"class_{at}": {
                "auc": aurocs[at], "ci95": bound("delong", auroc, one), "n_pos": one.n_positive,
            }
            for at, one in enumerate(each)
        },
        "weighted_ovr": float(np.average(aurocs, weights=counts.sum(axis=1))),
        "micro_ovr": auroc.compute(
            (sample.targets[:, None] == np.arange(n_classes)).astype(float).ravel(),
            sample.scores.ravel(),
        ),
        "recall": (counts.diagonal() / counts.sum(axis=1)).tolist(),
        "precision": (counts.diagonal() / counts.sum(axis=0)).tolist(),
        "confusion": counts.ravel().tolist(),
    }  # fmt: skip
    return {key: value for key, value in found.items() if key in case["result"]}


def compute(sample: Sample, name: str) -> float:
    metric = CLASS_METRICS[name]
    return metric.compute(sample.targets, sample.read(metric))


def bound(interval: str, metric: object, sample: Sample) -> list[float]:
    bounds = INTERVALS[interval].compute(metric, sample, LEVEL)
    return [bounds.low, bounds.high]


def absent_class(case: Mapping) -> Found:
    sample = read_classes(case)
    auroc = METRICS["auroc"]
    each = [against_the_rest(sample, at) for at in range(sample.scores.shape[1])]
    return {
        f"ovr_class_{at}": given(lambda one=one: auroc.compute(one.targets, one.scores))
        for at, one in enumerate(each)
    }


def icc(case: Mapping) -> Found:
    rows = table(case["data"])
    ratings = np.array([[float(row[name]) for name in case["args"]["columns"]] for row in rows])
    coefficients = intraclass_correlations(ratings, LEVEL)
    found: Found = {
        name: {
            "icc": one.value,
            "F": one.f,
            "df1": one.degrees_of_freedom[0],
            "df2": one.degrees_of_freedom[1],
            "p": one.p,
            "ci95": [one.low, one.high],
        }
        for name, one in coefficients.items()
    }
    for model, kind, name in (
        ("oneway", "consistency", "ICC1"),
        ("oneway", "agreement", "ICC1"),
        ("twoway", "consistency", "ICC3"),
        ("twoway", "agreement", "ICC2"),
    ):
        found[f"irr_{model}_{kind}_single"] = as_irr(coefficients[name])
        found[f"irr_{model}_{kind}_average"] = as_irr(coefficients[f"{name}k"])
    bounds = mean_agreement_bounds(take_mean_squares(ratings), LEVEL)
    found["irr_twoway_agreement_average"] = {"icc": coefficients["ICC2k"].value, "ci95": [*bounds]}
    return found


def as_irr(one: IntraclassCorrelation) -> Found:
    return {"icc": one.value, "ci95": [one.low, one.high]}


METHODS: dict[str, Check] = {
    "multiclass": multiclass,
    "multiclass_absent_class": absent_class,
    "icc": icc,
}
NOT_APPLICABLE: dict[str, str] = {}
# `method.key` of a result (dots for inner keys, `*` for any) to why it is not compared.
LEFT_OUT: dict[str, str] = {
    "icc.*.type": "the name of the coefficient, which is the key",
}
