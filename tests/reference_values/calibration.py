"""Calibration: are the probabilities true?"""

from collections.abc import Mapping

from radzoo.metrics import INTERVALS, METRICS
from radzoo.metrics.sample import make_sample
from reference_values.files import Check, Found, given, read


def probabilities(case: Mapping) -> Found:
    data = read(case["data"], case["args"]["p"])
    found = {
        "brier": METRICS["brier"].compute(data.targets, data.scores),
        "brier_scaled_IPA": METRICS["scaled_brier"].compute(data.targets, data.scores),
        "log_loss_clip1e12": METRICS["log_loss"].compute(data.targets, data.scores),
        "n": len(data.targets),
    }
    return {name: value for name, value in found.items() if name in case["result"]}


def weak_calibration(case: Mapping) -> Found:
    data = read(case["data"], case["args"]["p"])
    inside = (data.scores > 0) & (data.scores < 1)
    targets, scores = data.targets[inside], data.scores[inside]
    found: Found = {"n_logit_finite": len(targets)}
    for name, key in (
        ("calibration_slope", "slope"),
        ("calibration_intercept", "intercept"),
        ("calibration_in_the_large", "citl"),
    ):
        metric = METRICS[name]
        value = given(lambda metric=metric: metric.compute(targets, scores))
        if key not in case["result"]:
            # R could not fit it: radzoo must not either, but for the shift, which exists.
            assert value is None or key == "citl"
            continue
        bounds = INTERVALS["wald"].compute(metric, make_sample(targets, scores), 0.95)
        found[key] = value
        found[f"{key}_se"] = metric.standard_error(targets, scores)
        if f"{key}_wald95" in case["result"]:
            found[f"{key}_wald95"] = [bounds.low, bounds.high]
    return found


def ece(case: Mapping) -> Found:
    data = read(case["data"], case["args"]["p"])
    return {"mass_15": {"ece": METRICS["ece"].compute(data.targets, data.scores)}}


METHODS: dict[str, Check] = {
    "val_prob": probabilities,
    "brier_decomposition": probabilities,
    "calibration_intercept_slope": weak_calibration,
    "ece": ece,
}
TIED = "tied scores: R breaks ties by the order of rows, radzoo keeps them in one bin"
NOT_APPLICABLE: dict[str, str] = {
    "ece/cal_rare": TIED,
    "ece/bin_constant": TIED,
}
# `method.key` of a result (dots for inner keys, `*` for any) to why it is not compared.
LEFT_OUT: dict[str, str] = {}
