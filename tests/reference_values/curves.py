"""Points of the curves of one label: thresholds, attainable points, parts of the area."""

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from radzoo.metrics import METRICS
from radzoo.metrics.attainable import sensitivity_at_specificity, specificity_at_sensitivity
from radzoo.metrics.confusion import count_decisions
from radzoo.metrics.curves import draw_roc
from radzoo.metrics.partial_auroc import partial_auroc
from radzoo.metrics.roc import count_by_threshold
from radzoo.metrics.thresholds import choose_threshold
from reference_values.binary import AUROC, draw, read_case
from reference_values.files import Check, Data, Found, given, number

# The rule that reads a point, by how a result names it.
AT = {"sens_at_spec": "spec", "spec_at_sens": "sens"}


def at_threshold(data: Data, threshold: float) -> Found:
    decisions = (data.scores >= threshold).astype(float)
    counts = count_decisions(data.targets, decisions)
    names = ("sensitivity", "specificity", "ppv", "npv", "accuracy")
    found: Found = {
        name: given(lambda name=name: METRICS[name].compute(data.targets, decisions))
        for name in names
    }
    return found | {
        "threshold": threshold,
        "tp": counts.true_positive,
        "fp": counts.false_positive,
        "tn": counts.true_negative,
        "fn": counts.false_negative,
        "youden": found["sensitivity"] + found["specificity"],
    }


def at_thresholds(data: Data, wanted: Mapping) -> Found:
    """At the threshold that pROC gives, between two scores, or at several that are as good."""
    thresholds = wanted["threshold"]
    if not isinstance(thresholds, list):
        return at_threshold(data, number(thresholds)) | {"threshold": thresholds}
    points = [at_threshold(data, number(one)) for one in thresholds]
    return {name: [point[name] for point in points] for name in wanted} | {"threshold": thresholds}


def operating_points(case: Mapping) -> Found:
    data, wanted = read_case(case), case["result"]
    own = at_threshold(data, choose_threshold(data.targets, data.scores, "youden"))
    found: Found = {
        key: at_thresholds(data, wanted[key]) for key in wanted if key.endswith("_pROC")
    } | {"youden_max_J": own["youden"] - 1}
    if wanted["n_youden_ties"] == 1:
        assert {**own, "threshold": 0} == {**found["youden_pROC"], "threshold": 0}
    for key in wanted:
        kind, _, least = key.rpartition("_")
        if kind in AT:
            found[key] = read_point(data, AT[kind], float(least), wanted[key])
    return found


def read_point(data: Data, kind: str, least: float, wanted: Mapping) -> Found:
    """The attainable point, by the rule and by the metric, and what a line between would give."""
    compute = compute_at(kind, least)
    if wanted.get("attainable") is None:
        return {"interpolated_pROC": compute(data.targets, data.scores, interpolated=True)}
    threshold = choose_threshold(data.targets, data.scores, f"{kind}@{least}")
    called = data.scores >= threshold
    sensitivity, specificity = (
        called[data.targets == 1].mean(),
        1 - called[data.targets == 0].mean(),
    )
    assert compute(data.targets, data.scores) == pytest.approx(
        sensitivity if kind == "spec" else specificity
    )
    beyond = threshold > data.scores.max()
    return {
        "interpolated_pROC": compute(data.targets, data.scores, interpolated=True),
        "attainable": {
            "threshold": math.inf if beyond else threshold,
            "sensitivity": sensitivity,
            "specificity": specificity,
        },
    }


def compute_at(kind: str, least: float) -> partial:
    if kind == "spec":
        return partial(sensitivity_at_specificity, specificity=least)
    return partial(specificity_at_sensitivity, sensitivity=least)


def bootstrap_at(kind: str, case: Mapping) -> Found:
    data, args = read_case(case), case["args"]
    levels = args["specificities" if kind == "spec" else "sensitivities"]
    metrics = [
        replace(
            AUROC,
            name=str(least),
            many=None,
            compute=partial(compute_at(kind, least), interpolated=True),
        )
        for least in levels
    ]
    draws = draw(metrics, data, case, n_boot=2000)
    low, middle, high = ({} for _ in range(3))
    for name, one in draws.items():
        low[name], middle[name], high[name] = np.quantile(one.values, (0.025, 0.5, 0.975)).tolist()
    return {"ci_low": low, "median": middle, "ci_high": high}


def partial_auc(case: Mapping) -> Found:
    data = read_case(case)
    found: Found = {}
    for key in case["result"]:
        focus, low, high, scale = key.split("_")
        found[key] = partial_auroc(
            data.targets,
            data.scores,
            focus=focus,
            low=float(low),
            high=float(high),
            corrected=scale == "mcclish",
        )
    return found


def average_precision(case: Mapping) -> Found:
    data = read_case(case)
    names = ("average_precision", "prevalence")
    return {name: METRICS[name].compute(data.targets, data.scores) for name in names}


def roc_points(case: Mapping) -> Found:
    data = read_case(case)
    counts = count_by_threshold(data.targets, data.scores)
    drawn = draw_roc(data.targets, data.scores, most=None)
    np.testing.assert_array_equal(drawn.thresholds[1:], counts.thresholds)
    np.testing.assert_allclose(drawn.y[1:], counts.sensitivity)
    np.testing.assert_allclose(drawn.x[1:], 1 - counts.specificity, atol=1e-12)
    columns = {
        "threshold": counts.thresholds,
        "tp": counts.true_positives,
        "fp": counts.false_positives,
    }
    found: Found = {"n_distinct_thresholds_pROC": len(counts.thresholds) + 1}
    for key, values in columns.items():
        rising = values[::-1].tolist()
        found[key] = rising if isinstance(case["result"][key], list) else rising[0]
    return found


METHODS: dict[str, Check] = {
    "operating_points": operating_points,
    "bootstrap_ci_se_at_spec": partial(bootstrap_at, "spec"),
    "bootstrap_ci_sp_at_sens": partial(bootstrap_at, "sens"),
    "partial_auc": partial_auc,
    "average_precision": average_precision,
    "roc_points": roc_points,
}
NOT_APPLICABLE: dict[str, str] = {}
# `method.key` of a result (dots for inner keys, `*` for any) to why it is not compared.
LEFT_OUT: dict[str, str] = {
    "operating_points.n_youden_ties": "read to know whether the point is the only one",
    "average_precision.prroc_*": "areas under lines between points: radzoo does not interpolate",
}
