"""Compute the values in metric_values.json with scikit-learn and scipy: run by hand.

The data are made by whole-number arithmetic, so that they are the same everywhere.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from scipy.special import logit
from scipy.stats import binomtest
from sklearn import metrics
from sklearn.linear_model import LogisticRegression

FILE = Path(__file__).parent / "metric_values.json"
SETS = {
    "many": {"n": 800, "seed": 1, "steps": 9973, "lift": 25},
    "ties": {"n": 300, "seed": 2, "steps": 10, "lift": 20},
    "few": {"n": 40, "seed": 3, "steps": 997, "lift": 15},
    "rare": {"n": 600, "seed": 7, "steps": 9973, "lift": 40},
}


def make_data(n: int, seed: int, steps: int, lift: int) -> tuple[np.ndarray, np.ndarray]:
    """Targets, and scores strictly between 0 and 1 of which `steps` differ at most."""
    state, rows = seed, []
    for _ in range(n):
        # The multiplier of Park and Miller's minimal standard generator.
        state = state * 48271 % 2147483647
        target = int(state % 100 < (6 if seed == 7 else 35))
        state = state * 48271 % 2147483647
        level = min(99, state % 100 * (100 - lift) // 100 + lift * target)
        rows.append((target, (level * steps // 100 + 0.5) / steps))
    targets, scores = np.array(rows).T
    return targets, scores


def compute(targets: np.ndarray, scores: np.ndarray) -> dict[str, float | list[float]]:
    """All values of one set, threshold 0.5."""
    calls = (scores >= 0.5).astype(int)
    tn, _, fn, tp = metrics.confusion_matrix(targets, calls).ravel().tolist()
    fit = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000)
    fit.fit(logit(scores)[:, None], targets)
    brier = metrics.brier_score_loss(targets, scores)
    wilson = binomtest(tp, tp + fn).proportion_ci(0.95, method="wilson")
    exact = binomtest(tp, tp + fn).proportion_ci(0.95, method="exact")
    alarms, found, _ = metrics.roc_curve(targets, scores, drop_intermediate=False)
    positive, negative = metrics.class_likelihood_ratios(targets, calls)
    return {
        "auroc": metrics.roc_auc_score(targets, scores),
        "average_precision": metrics.average_precision_score(targets, scores),
        "brier": brier,
        "scaled_brier": 1 - brier / (targets.mean() * (1 - targets.mean())),
        "log_loss": metrics.log_loss(targets, scores),
        "calibration_slope": float(fit.coef_[0, 0]),
        "calibration_intercept": float(fit.intercept_[0]),
        "sensitivity": metrics.recall_score(targets, calls),
        "specificity": metrics.recall_score(targets, calls, pos_label=0),
        "ppv": metrics.precision_score(targets, calls),
        "npv": tn / (tn + fn),
        "accuracy": metrics.accuracy_score(targets, calls),
        "balanced_accuracy": metrics.balanced_accuracy_score(targets, calls),
        "f1": metrics.f1_score(targets, calls),
        "partial_auroc": metrics.roc_auc_score(targets, scores, max_fpr=0.1),
        "sensitivity_at_spec90": float(found[alarms <= 0.1 + 1e-9].max()),
        "sensitivity_at_spec95": float(found[alarms <= 0.05 + 1e-9].max()),
        "specificity_at_sens90": float(1 - alarms[found >= 0.9 - 1e-9].min()),
        "specificity_at_sens95": float(1 - alarms[found >= 0.95 - 1e-9].min()),
        "mcc": metrics.matthews_corrcoef(targets, calls),
        "kappa": metrics.cohen_kappa_score(targets, calls),
        "lr_positive": positive,
        "lr_negative": negative,
        "prevalence": targets.mean(),
        "exact_of_sensitivity": [exact.low, exact.high],
        "wilson_of_sensitivity": [wilson.low, wilson.high],
    }


def main() -> None:
    """Write the file."""
    made_with = {name: version(name) for name in ("scikit-learn", "scipy", "numpy")}
    values = {name: compute(*make_data(**made)) for name, made in SETS.items()}
    FILE.write_text(json.dumps({"made_with": made_with, "values": values}, indent=1) + "\n")


if __name__ == "__main__":
    main()
