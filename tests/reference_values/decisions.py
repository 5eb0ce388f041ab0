"""Decision curves, selective prediction, conformal sets, smooth curves."""

import re
from collections.abc import Mapping

import numpy as np
import pytest

from radzoo.metrics.decisions.conformal import (
    aps_scores,
    aps_sets,
    conformal_quantile,
    cover,
    lac_scores,
    lac_sets,
)
from radzoo.metrics.decisions.net_benefit import net_benefit
from radzoo.metrics.decisions.risk_coverage import certainty_of, risk_coverage
from reference_values.files import Check, Found, given, read, table

NAMES = ("threshold", "net_benefit", "tp_rate", "fp_rate", "net_intervention_avoided")


def decision_curve(case: Mapping) -> Found:
    args, wanted = case["args"], case["result"]
    outcome = args["formula"].partition("~")[0].strip()
    found: Found = {}
    for name, curve in wanted.items():
        if outcome.startswith("Surv("):
            found[name] = survival_curve(case, name, curve)
            continue
        column = name if name not in ("all", "none") else first_score(args["formula"])
        data = read(case["data"], column, target=outcome)
        scores = {"all": np.ones_like(data.scores), "none": np.zeros_like(data.scores) - 1}
        harm = (args.get("harm") or {}).get(name, 0.0)
        points = [
            net_benefit(
                data.targets,
                scores.get(name, data.scores),
                threshold,
                prevalence=args.get("prevalence"),
                harm=harm,
            )
            for threshold in curve["threshold"]
        ]
        found[name] = {
            "net_benefit": [one.model for one in points],
            "tp_rate": [one.found for one in points],
            "fp_rate": [one.alarms for one in points],
            "net_intervention_avoided": [one.avoided for one in points],
        }
        if "standardized_net_benefit" in curve:
            found[name]["standardized_net_benefit"] = [one.standardized for one in points]
        if name == "all":
            assert [one.treat_all for one in points] == pytest.approx([one.model for one in points])
    return found


def first_score(formula: str) -> str:
    return formula.partition("~")[2].split("+")[0].strip()


def survival_curve(case: Mapping, name: str, curve: Mapping) -> Found:
    from radzoo.metrics.times.net_benefit import net_benefit_at

    rows = table(case["data"])
    inside = re.fullmatch(
        r"Surv\((\w+), *(\w+)\)", case["args"]["formula"].partition("~")[0].strip()
    )
    times, events = (np.array([float(row[column]) for row in rows]) for column in inside.groups())
    if name in ("all", "none"):
        risks = np.full(len(rows), 1.0 if name == "all" else -1.0)
    else:
        risks = np.array([float(row[name]) for row in rows])
    points = [
        given(lambda at=at: net_benefit_at(times, events, risks, at, case["args"]["time"]))
        for at in curve["threshold"]
    ]
    keys = {
        "net_benefit": "model",
        "tp_rate": "found",
        "fp_rate": "alarms",
        "net_intervention_avoided": "avoided",
        "standardized_net_benefit": "standardized",
    }
    return {
        key: [None if one is None else getattr(one, field) for one in points]
        for key, field in keys.items()
        if key in curve
    }


def selective(case: Mapping) -> Found:
    data = read(case["data"], case["args"]["p"] if "p" in case["args"] else score_of(case))
    errors = ((data.scores >= 0.5) != data.targets).astype(float)
    curve = risk_coverage(errors, certainty_of(data.scores, 0.5))
    return {
        "error_rate": errors.mean(),
        "aurc": curve.aurc,
        "optimal_aurc": curve.optimal_aurc,
        "e_aurc": curve.aurc - curve.optimal_aurc,
        "augrc": curve.augrc,
        "risk_at_coverage": {
            key: curve.risk_at(float(key[1:])) for key in case["result"]["risk_at_coverage"]
        },
        "coverage_at_risk_0.10": curve.coverage_at(0.1),
    }


def score_of(case: Mapping) -> str:
    return "p" if "p" in table(case["data"])[0] else "p1"


def conformal(case: Mapping) -> Found:
    rows = table(case["data"])
    columns = [name for name in rows[0] if re.fullmatch(r"a\d", name)]
    probabilities = np.array([[float(row[name]) for name in columns] for row in rows])
    classes = np.array([int(row["y"]) for row in rows])
    fitted, judged = (parse_rows(case["args"][name]) for name in ("calibration", "test"))
    own, own_classes = probabilities[fitted], classes[fitted]
    other, other_classes = probabilities[judged], classes[judged]
    found: Found = {"lac": [], "aps_deterministic": [], "class_conditional_lac": []}
    for wanted in case["result"]["lac"]:
        quantile = conformal_quantile(lac_scores(own_classes, own), wanted["alpha"])
        result = cover(lac_sets(other, quantile), other_classes)
        found["lac"].append(
            {
                "qhat": quantile,
                "coverage": result.held.mean(),
                "mean_set_size": result.sizes.mean(),
                "empty": (result.sizes == 0).mean(),
                "singletons": (result.sizes == 1).mean(),
                "coverage_by_class": result.by_class.tolist(),
            }
        )
    for wanted in case["result"]["aps_deterministic"]:
        quantile = conformal_quantile(aps_scores(own_classes, own), wanted["alpha"])
        result = cover(aps_sets(other, quantile), other_classes)
        (name,) = wanted["qhat"]
        found["aps_deterministic"].append(
            {
                "qhat": {name: quantile},
                "coverage": result.held.mean(),
                "mean_set_size": result.sizes.mean(),
            }
        )
    for wanted in case["result"]["class_conditional_lac"]:
        strange = lac_scores(own_classes, own)
        quantiles = [
            conformal_quantile(strange[own_classes == at], wanted["alpha"])
            for at in range(len(columns))
        ]
        result = cover(lac_sets(other, np.array(quantiles)), other_classes)
        found["class_conditional_lac"].append(
            {
                "qhat": quantiles,
                "coverage_by_class": result.by_class.tolist(),
                "mean_set_size": result.sizes.mean(),
            }
        )
    return found


def parse_rows(text: str) -> slice:
    first, last = re.fullmatch(r"rows (\d+)\.\.(\d+)", text).groups()
    return slice(int(first) - 1, int(last))


METHODS: dict[str, Check] = {
    "decision_curve": decision_curve,
    "risk_coverage": selective,
    "split_conformal": conformal,
}
NOT_APPLICABLE: dict[str, str] = {}
# `method.key` of a result (dots for inner keys, `*` for any) to why it is not compared.
LEFT_OUT: dict[str, str] = {
    "decision_curve.*.threshold": "the thresholds asked for",
    "split_conformal.*.alpha": "asked for",
    "split_conformal.*.k": "the rank behind qhat",
}
