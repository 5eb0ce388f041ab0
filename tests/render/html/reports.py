"""Hand-made reports of every task, and a curve that holds every threshold."""

import numpy as np

from radzoo.core import report_calibration, report_tasks
from radzoo.core import report_parts as parts
from radzoo.core.report import EvalReport, Gate, OperatingPoint, Provenance, RefusedCase
from radzoo.core.report_values import Curve, MetricValue

NASTY = "</script><script>alert(1)</script>&\u2028"
SHA = "0123456789abcdef" * 4


def value(name, number, label="Edema", *, n=400, positive=None, half=0.03, **more):
    """One metric with an interval around it."""
    ends = {} if number is None else {"low": number - half, "high": number + half}
    given = {"level": 0.95, "method": "bca", "n_positive": positive} | ends | more
    return MetricValue(name=name, label=label, value=number, n=n, **given)


def cases(n=400, seed=3, share=0.3):
    """Targets and scores of a middling model."""
    chance = np.random.default_rng(seed)
    targets = (chance.random(n) < share).astype(float)
    scores = 1 / (1 + np.exp(-(chance.normal(size=n) * 1.2 - 1.2 + 1.9 * targets)))
    return targets, np.round(scores, 4)


def count(targets, scores, threshold):
    """Count `tp, fp, fn, tn` at a threshold."""
    called = scores >= threshold
    return tuple(
        int((called == call)[targets == target].sum())
        for call, target in ((True, 1), (True, 0), (False, 1), (False, 0))
    )


def curves(label, targets, scores):
    """ROC and precision-recall curves with every threshold."""
    thresholds = np.unique(scores)[::-1]
    counts = np.array([count(targets, scores, one)[:2] for one in thresholds], dtype=float)
    x = np.append(0, counts[:, 1] / (targets == 0).sum())
    y = np.append(0, counts[:, 0] / targets.sum())
    roc = Curve(label=label, x=x.tolist(), y=y.tolist(), thresholds=[None, *thresholds.tolist()])
    precision = counts[:, 0] / counts.sum(axis=1)
    pr = Curve(label=label, x=y[1:].tolist(), y=precision.tolist(), thresholds=thresholds.tolist())
    return roc, pr


def point(label, targets, scores, threshold=0.5):
    """The operating point at a threshold."""
    tp, fp, fn, tn = count(targets, scores, threshold)
    proportions = {
        "sensitivity": (tp, tp + fn), "specificity": (tn, tn + fp), "ppv": (tp, tp + fp),
        "npv": (tn, tn + fn),
    }  # fmt: skip
    metrics = [
        value(name, part / whole, label, n=len(targets), positive=tp + fn, method="wilson")
        for name, (part, whole) in proportions.items()
    ]
    return OperatingPoint(
        label=label, threshold=threshold, rule="0.5", chosen_on="validation",
        note="thresholds.json, 812 cases", true_positive=tp, false_positive=fp, true_negative=tn,
        false_negative=fn, metrics=metrics,
    )  # fmt: skip


def calibration(label, targets, scores):
    """Bins, smooth curve, tests, parts and recalibration."""
    order = np.array_split(np.argsort(scores, kind="stable"), 10)
    bins = [
        report_calibration.ReliabilityBin(
            n=len(rows), mean_score=scores[rows].mean(), observed=targets[rows].mean()
        )
        for rows in order
    ]
    x = np.linspace(0.05, 0.9, 20)
    after = [one.model_copy(update={"observed": one.mean_score}) for one in bins]
    return report_calibration.Calibration(
        label=label,
        bins=bins,
        curve_x=x.tolist(),
        curve_y=(x**1.2).tolist(),
        curve_low=(x**1.2 * 0.9).tolist(),
        curve_high=np.minimum(x**1.2 * 1.1, 1).tolist(),
        smoother="lowess",
        parts=report_calibration.BrierParts(
            brier=0.152, miscalibration=0.011, discrimination=0.069, uncertainty=0.21
        ),
        chance=report_calibration.ErrorOfChance(ece=0.041, expected=0.036, p=0.31),
        tests=[
            report_calibration.CalibrationTest(name="spiegelhalter", statistic=1.31, p=0.19),
            report_calibration.CalibrationTest(
                name="likelihood_ratio", statistic=7.2, degrees_of_freedom=2, p=0.0002
            ),
        ],
        recalibrated=report_calibration.Recalibrated(
            method="platt",
            parameters={"slope": 0.91, "intercept": -0.12},
            fitted_on_sha256=SHA,
            n=812,
            n_positive=240,
            before=[value("brier", 0.152, label)],
            after=[value("brier", 0.146, label)],
            differences=[value("brier", -0.006, label, half=0.004)],
            bins=after,
        ),
    )


def subgroups(label):
    """Two columns, one group too small to judge."""
    groups = [
        ("site", "A", 210, 60, 0.86, True, None),
        ("site", "B", 170, 55, 0.79, True, None),
        ("site", "C", 20, 4, None, False, "cannot judge: 4 positive, 10 are needed"),
        ("sex", "F", 190, 58, 0.84, True, None),
        ("sex", "M", 210, 61, 0.83, True, None),
    ]
    found = [
        parts.Subgroup(
            by=by, group=group, label=label, n=n, n_positive=positive, judged=judged, note=note,
            metrics=[
                value(name, number and number - less, label, n=n, positive=positive, half=0.06)
                for name, less in (("auroc", 0.0), ("brier", 0.7))
            ]
            if judged
            else [],
        )
        for by, group, n, positive, number, judged, note in groups
    ]  # fmt: skip
    gaps = [
        parts.SubgroupGap(
            by="site", label=label, metric="auroc", best="A", worst="B", gap=0.07, low=-0.01,
            high=0.15, p=0.08, p_adjusted=0.16, q=3.0, q_p=0.08, n_groups=2, level=0.95,
            method="wald",
        ),
        parts.SubgroupGap(
            by="sex", label=label, metric="auroc", best=None, worst=None, gap=None,
            note="needs two groups that can be judged",
        ),
    ]  # fmt: skip
    return found, gaps


def binary(label="Edema", *, n=400, **changes):
    """A binary report with every part."""
    targets, scores = cases(n)
    positive = int(targets.sum())
    roc, pr = curves(label, targets, scores)
    edges = np.linspace(0, 1, 26)
    groups, gaps = subgroups(label)
    thresholds = np.linspace(0.05, 0.5, 10)
    metrics = [
        value("auroc", 0.833, label, n=n, positive=positive, method="logit-delong"),
        value("average_precision", 0.69, label, n=n, positive=positive),
        value("brier", 0.152, label, n=n, positive=positive),
        value("ece", 0.041, label, n=n, positive=positive),
        value("accuracy", 0.79, label, n=n, positive=positive, method="wilson"),
        value("f1", None, label, n=n, positive=positive, method=None, note="needs a call"),
        *point(label, targets, scores).metrics,
    ]
    given = {
        "task": "binary",
        "n_cases": n + 12,
        "n_patients": n - 40,
        "n_refused": 5,
        "labels": [label],
        "metrics": metrics,
        "operating_points": [point(label, targets, scores)],
        "calibration": {label: calibration(label, targets, scores)},
        "subgroups": groups,
        "subgroup_gaps": gaps,
        "gates": [
            Gate(expr="auroc.low < 0.80", passed=True, observed=0.803),
            Gate(expr="ece > 0.04", passed=False, observed=0.041),
            Gate(expr="icc < 0.5", passed=False, observed=None, note="there is no icc"),
        ],
        "decision_curve": [
            parts.DecisionPoint(
                label=label, threshold=one, net_benefit=0.25 - 0.35 * one,
                treat_all=(0.3 - one) / (1 - one), low=0.22 - 0.35 * one, high=0.28 - 0.35 * one,
                standardized=0.8, interventions_avoided=12.3,
            )
            for one in thresholds
        ],
        "prevalence": [
            parts.PrevalencePoint(
                label=label, prevalence=share, ppv=value("ppv", share * 3, label),
                npv=value("npv", 1 - share / 3, label),
            )
            for share in (0.01, 0.1)
        ],
        "selective": [
            parts.SelectivePrediction(
                label=label, coverage=[0.1, 0.5, 0.8, 1.0], risk=[0.02, 0.08, 0.14, 0.21],
                metrics=[value("aurc", 0.09, label)],
            )
        ],
        "conformal": [
            parts.ConformalSets(
                label=label, score="lac", alpha=0.1, quantile=0.7, n_fitted=812,
                fitted_on_sha256=SHA, n=n, coverage=0.905, low=0.87, high=0.93, mean_size=1.21,
                n_empty=0, n_single=316,
                classes=[
                    parts.ClassCoverage(name="healthy", n=280, coverage=0.95, low=0.92, high=0.97),
                    parts.ClassCoverage(name="diseased", n=120, coverage=0.8, low=0.72, high=0.86),
                ],
            )
        ],
        "sample_size": [
            parts.SampleSize(
                label=label, metric="auroc", half_width=0.04, wanted_half_width=0.025,
                n_needed=1024, n_positive_needed=307, method="hanley-mcneil",
            )
        ],
        "roc": [roc],
        "pr": [pr],
        "distributions": [
            parts.ScoreDistribution(
                label=label, edges=edges.tolist(),
                positives=np.histogram(scores[targets == 1], edges)[0].tolist(),
                negatives=np.histogram(scores[targets == 0], edges)[0].tolist(),
            )
        ],
        "warnings": [
            "5 cases were refused: the numbers are about the others.",
            "Images of one patient resemble each other: 360 patients stand behind 412 cases.",
        ],
        "refused": [
            *(
                RefusedCase(case_id=f"secret-{n}", reason=f"truncated ({n} bytes)")
                for n in range(4)
            ),
            RefusedCase(case_id="secret-9", reason="no image"),
        ],
        "provenance": Provenance(
            radzoo_version="0.1.0", predictions="preds.csv", predictions_sha256=SHA, n_boot=2000
        ),
    }  # fmt: skip
    return EvalReport(**given | changes)


def multilabel():
    """Five labels, so that they are folded."""
    reports = [binary(name) for name in ("Edema", "Effusion", "Mass", NASTY, "Nodule")]
    first = reports[0]
    joined = {
        name: [part for one in reports for part in getattr(one, name)]
        for name in ("metrics", "operating_points", "roc", "pr", "distributions", "labels")
    }
    return first.model_copy(update={"task": "multilabel", "gates": [], **joined})


def multiclass():
    """Three classes with a confusion matrix."""
    return EvalReport(
        task="multiclass", n_cases=300, n_patients=None, n_refused=0, labels=["A", "B", "C"],
        metrics=[
            value("hand_till", 0.87, "", n=300), value("accuracy", 0.71, "", n=300),
            *(value("auroc", 0.8, name, n=300, positive=100) for name in "ABC"),
        ],
        confusion=report_tasks.Confusion(
            classes=["A", "B", "C"], counts=[[80, 15, 5], [20, 70, 10], [0, 40, 60]]
        ),
        provenance=Provenance(radzoo_version="0.1.0"),
    )  # fmt: skip


def regression():
    """Ages in years with limits of agreement."""
    chance = np.random.default_rng(5)
    means = chance.normal(120, 30, 250)
    label = "age"
    return EvalReport(
        task="regression", n_cases=250, n_patients=250, n_refused=0, labels=[label],
        metrics=[value(name, number, label, n=250, half=1.0) for name, number in
                 (("mae", 8.1), ("rmse", 10.4), ("ccc", 0.93))],
        agreement=[
            report_tasks.Agreement(
                label=label, n=250, bias=value("bias", 1.3, label, half=0.9),
                lower_limit=value("lower_limit", -18.9, label, half=1.9),
                upper_limit=value("upper_limit", 21.5, label, half=1.9),
                slope=value("slope", -0.04, label, half=0.05), means=means.tolist(),
                differences=chance.normal(1.3, 10.3, 250).tolist(),
            )
        ],
        provenance=Provenance(radzoo_version="0.1.0"),
    )  # fmt: skip


def survival():
    """Three risk groups over five years."""
    times = np.linspace(60, 1800, 30)
    label = "risk"
    groups = [
        report_tasks.SurvivalCurve(
            group=name, n=100, n_events=events, times=times.tolist(),
            survival=np.exp(-rate * times).tolist(),
            low=(np.exp(-rate * times) * 0.9).tolist(),
            high=np.minimum(np.exp(-rate * times) * 1.08, 1).tolist(),
            n_at_risk=np.linspace(100, 6, 30).astype(int).tolist(), median=median,
        )
        for name, rate, events, median in
        (("low", 0.0001, 15, None), ("middle", 0.0004, 45, 1700.0), ("high", 0.001, 80, 690.0))
    ]  # fmt: skip
    return EvalReport(
        task="survival", n_cases=300, n_patients=300, n_refused=0, labels=[label],
        metrics=[value("harrell_c", 0.71, label, n=300, positive=140),
                 value("auroc_at", 0.74, label, n=300, positive=140, at=365.0)],
        decision_curve=[
            parts.DecisionPoint(
                label=f"{label} by {horizon}", threshold=one, net_benefit=0.2 - 0.3 * one,
                treat_all=(0.2 - one) / (1 - one),
            )
            for horizon in (365, 730) for one in (0.1, 0.2, 0.3)
        ],
        survival=[
            report_tasks.SurvivalGroups(
                label=label, cut="thirds of the score of these cases", censored=0.53, curves=groups,
                log_rank=61.2, log_rank_p=0.0000001,
                calibration=[
                    report_tasks.HorizonCalibration(
                        horizon=365.0, predicted=0.21, observed=0.19, oe_ratio=0.9,
                        groups=[
                            report_tasks.HorizonGroup(n=60, predicted=p, observed=p * 0.9,
                                               low=p * 0.6, high=p * 1.2)
                            for p in (0.05, 0.12, 0.2, 0.28, 0.4)
                        ],
                    )
                ],
            )
        ],
        provenance=Provenance(radzoo_version="0.1.0"),
    )  # fmt: skip


def segmentation():
    """Two structures with empty masks."""
    worst = [
        report_tasks.MaskCase(case_id=f"secret-{n}", label="liver",
                       values={"dice": 0.4 + n / 20, "hd95": None if n == 0 else 31.0 - n},
                       empty="prediction" if n == 0 else None)
        for n in range(4)
    ]  # fmt: skip
    return EvalReport(
        task="segmentation", n_cases=60, n_patients=60, n_refused=1, labels=["liver", "tumour"],
        metrics=[value("dice", 0.94, "liver", n=58), value("hd95", 4.1, "liver", n=58, half=1.0),
                 value("dice", 0.71, "tumour", n=41)],
        masks=report_tasks.MaskCases(
            tolerance_mm=2.0, worst=worst, cases=worst,
            empty={"liver": {"prediction": 2}, "tumour": {"reference": 14, "both": 5}},
        ),
        refused=[RefusedCase(case_id="secret-5", reason="mask on another grid")],
        provenance=Provenance(radzoo_version="0.1.0"),
    )  # fmt: skip


EVERY = {
    "binary": binary, "multilabel": multilabel, "multiclass": multiclass, "regression": regression,
    "survival": survival, "segmentation": segmentation,
}  # fmt: skip
