import json
import math

import numpy as np
import pytest

from radzoo.core.case import Refused
from radzoo.core.errors import InputError, UsageError
from radzoo.core.predictions import Columns, Predictions
from radzoo.core.predictions_file import write_predictions
from radzoo.core.report import EvalReport
from radzoo.core.thresholds import FrozenThreshold, write_thresholds
from radzoo.metrics import METRICS
from radzoo.render.json import to_json
from radzoo.workflows.evaluation.evaluate import EvaluateOptions, evaluate_predictions
from radzoo.workflows.evaluation.source import evaluate_source, find_thresholds, load_source

FEW_DRAWS = EvaluateOptions(n_boot=50)
OF_LABELS = [name for name, metric in METRICS.items() if "binary" in metric.tasks]


def predictions(n_cases=120, *, seed=0, patients=None, labels=("Edema",), **changes):
    chance = np.random.default_rng(seed)
    shape = (n_cases, len(labels))
    targets = (chance.random(shape) < 0.4).astype(float)
    logits = chance.normal(size=shape) + 1.5 * targets - 0.75
    names = tuple(f"case-{row:04d}" for row in range(n_cases))
    fields = {
        "labels": tuple(labels),
        "case_ids": names,
        "patient_ids": names if patients is None else tuple(patients),
        "targets": targets,
        "scores": 1 / (1 + np.exp(-logits)),
    }
    return Predictions(**(fields | changes))


def evaluate(given, **options):
    return evaluate_predictions(given, EvaluateOptions(**({"n_boot": 50} | options)))


def find(report: EvalReport, name: str, label: str = "Edema"):
    return next(one for one in report.metrics if (one.name, one.label) == (name, label))


def test_every_metric_has_a_value_and_an_interval():
    report = evaluate(predictions())
    assert [value.name for value in report.metrics] == OF_LABELS
    for value in report.metrics:
        assert value.n == 120
        assert value.n_positive == find(report, "auroc").n_positive
        assert value.low <= value.value <= value.high
        assert value.method
        assert value.level == 0.95
    assert report.warnings == []


def test_keys_are_those_of_the_contract():
    document = to_json(evaluate(predictions()))
    wanted = {
        "schema_version", "task", "n_cases", "n_patients", "n_refused", "labels", "metrics",
        "operating_points", "calibration", "subgroups", "gates", "provenance",
    }  # fmt: skip
    assert wanted <= set(document)
    assert document["schema_version"] == 1
    assert document["subgroups"] == document["gates"] == []
    assert set(document["metrics"][0]) == {
        "name", "label", "value", "low", "high", "level", "method", "n", "n_positive", "note",
        "at",
    }  # fmt: skip


def test_the_order_of_rows_changes_no_byte():
    given = predictions(patients=[f"p{row % 37}" for row in range(120)])
    # Tied scores of several patients: the order among them must not matter either.
    given.scores[:] = np.round(given.scores, 1) * 0.9 + 0.03
    rows = np.random.default_rng(1).permutation(120)
    shuffled = Predictions(
        given.labels,
        tuple(given.case_ids[row] for row in rows),
        tuple(given.patient_ids[row] for row in rows),
        given.targets[rows],
        given.scores[rows],
    )
    one, other = evaluate(given), evaluate(shuffled)
    assert one.model_dump_json() == other.model_dump_json()


@pytest.mark.parametrize(
    ("n_cases", "patients", "method"),
    [
        pytest.param(120, None, "logit-delong", id="enough cases"),
        pytest.param(40, None, "newcombe", id="few of a class"),
        pytest.param(120, [f"p{row // 2}" for row in range(120)], "obuchowski", id="patients"),
        pytest.param(120, [""] * 120, "logit-delong", id="no patients known"),
    ],
)
def test_the_interval_of_auroc_is_chosen(n_cases, patients, method):
    report = evaluate(predictions(n_cases, patients=patients))
    assert find(report, "auroc").method == method


def test_patients_can_be_ignored_but_not_silently():
    given = predictions(patients=[f"p{row // 2}" for row in range(120)])
    report = evaluate(given, cluster="none")
    assert find(report, "auroc").method == "logit-delong"
    assert report.n_patients == 60
    assert "too narrow" in report.warnings[0]
    assert "60 patients" in evaluate(given).warnings[0]


def test_an_interval_asked_for_by_name():
    report = evaluate(predictions(), ci="logit-delong")
    assert find(report, "auroc").method == "logit-delong"
    assert find(report, "sensitivity").method == "wilson"
    resampled = evaluate(predictions(), ci="percentile")
    # Resampling is biased for a binned error: its percentiles may miss the value.
    methods = {value.method for value in resampled.metrics if value.name != "ece"}
    assert methods == {"percentile"}


def test_an_interval_that_does_not_apply_everywhere_is_said_so():
    report = evaluate(predictions(), ci="clopper-pearson")
    assert find(report, "sensitivity").method == "clopper-pearson"
    assert find(report, "auroc").method == "logit-delong"
    assert report.warnings == [
        "--ci clopper-pearson applies to prevalence, sensitivity, specificity, ppv, npv, accuracy, "
        "majority_accuracy alone; every other metric has the interval that suits it."
    ]
    assert evaluate(predictions(), ci="bca").warnings == []


def test_delong_on_repeated_patients_is_called_too_narrow():
    given = predictions(patients=[f"p{row // 2}" for row in range(120)])
    assert "too narrow" in find(evaluate(given, ci="delong"), "auroc").note


def test_level_and_draws_are_obeyed():
    wide, narrow = evaluate(predictions(), level=0.99), evaluate(predictions(), level=0.5)
    assert find(wide, "auroc").low < find(narrow, "auroc").low
    assert find(wide, "auroc").level == 0.99
    without = find(evaluate(predictions(), n_boot=0), "brier")
    assert without.value is not None
    assert without.low is None
    assert "no resampling" in without.note


def test_missing_targets_and_scores_are_counted():
    given = predictions()
    given.targets[:7], given.scores[10:13] = np.nan, np.nan
    report = evaluate(given)
    assert report.n_cases == 120
    assert find(report, "auroc").n == 110
    assert report.warnings == [
        "Edema: 7 cases without a target, not counted.",
        "Edema: 3 cases without a score, not counted.",
    ]


def test_refused_cases_are_counted():
    report = evaluate(predictions(refused=(Refused("a.dcm", "truncated"),)))
    assert report.n_refused == 1
    assert report.refused[0].reason == "truncated"
    assert "1 case refused" in report.warnings[0]


def test_one_class_is_undefined_not_zero():
    given = predictions(targets=np.zeros((120, 1)))
    report = evaluate(given)
    auroc, specificity = find(report, "auroc"), find(report, "specificity")
    assert auroc.value is None
    assert auroc.note == "undefined: needs both diseased and healthy cases"
    assert specificity.value is not None
    assert "every case has the target 0" in report.warnings[0]


def test_scores_that_are_no_probabilities():
    given = predictions()
    report = evaluate(Predictions(given.labels, given.case_ids, given.patient_ids, given.targets,
                                  given.scores * 10 - 3))  # fmt: skip
    assert find(report, "auroc").value == find(evaluate(given), "auroc").value
    for name in ("brier", "ece", "calibration_slope"):
        assert find(report, name).value is None
        assert "outside 0 to 1" in find(report, name).note
    assert find(report, "sensitivity").value is None
    assert report.operating_points == []
    assert report.calibration == {}
    assert any("no threshold" in warning for warning in report.warnings)


def test_scores_of_0_and_1_have_no_logit():
    given = predictions()
    given.scores[:3] = [[0.0], [1.0], [0.0]]
    report = evaluate(given)
    slope = find(report, "calibration_slope")
    assert slope.n == 117
    assert slope.note.startswith("3 scores of exactly 0 or 1")
    assert find(report, "brier").n == 120


def test_auroc_below_a_half_is_warned_of_and_not_turned():
    given = predictions()
    report = evaluate(Predictions(given.labels, given.case_ids, given.patient_ids, given.targets,
                                  1 - given.scores))  # fmt: skip
    assert find(report, "auroc").value < 0.5
    assert any("Nothing was turned round" in warning for warning in report.warnings)


def test_an_auroc_below_a_half_by_chance_accuses_nobody():
    given = predictions()
    alternating = (np.arange(120) % 2).astype(float)[:, None]
    given.targets[:] = alternating
    given.scores[:] = np.linspace(0.9, 0.1, 120)[:, None]
    report = evaluate(given)
    auroc = find(report, "auroc")
    assert auroc.value < 0.5 < auroc.high
    said = " ".join(report.warnings)
    assert "no better than chance" in said
    assert "mark the healthy" not in said


@pytest.mark.parametrize(("n_positive", "word"), [(4, "too few"), (20, "wide")])
def test_few_positives_are_warned_of(n_positive, word):
    targets = np.zeros((120, 1))
    targets[:n_positive] = 1
    report = evaluate(predictions(targets=targets))
    assert any(word in warning for warning in report.warnings)


def test_the_threshold_is_a_half_unless_said():
    point = evaluate(predictions()).operating_points[0]
    assert (point.threshold, point.rule, point.chosen_on) == (0.5, "0.5", "fixed")


def test_counts_at_the_threshold():
    given = predictions()
    point = evaluate(given, threshold="0.3").operating_points[0]
    called, diseased = given.scores >= 0.3, given.targets == 1
    assert point.true_positive == (called & diseased).sum()
    assert point.false_positive == (called & ~diseased).sum()
    assert point.true_negative == (~called & ~diseased).sum()
    assert point.false_negative == (~called & diseased).sum()
    assert {value.name for value in point.metrics} == {
        name for name in OF_LABELS if METRICS[name].reads == "decisions"
    }


@pytest.mark.parametrize("rule", ["youden", "sens@0.9", "spec@0.9"])
def test_a_threshold_chosen_on_the_judged_cases_is_called_optimistic(rule):
    report = evaluate(predictions(), threshold=rule)
    point = report.operating_points[0]
    assert point.chosen_on == "test"
    assert point.chosen_on_n == 120
    assert all(value.note.startswith("optimistic: the threshold") for value in point.metrics)
    assert find(report, "auroc").note is None
    assert any("optimistic" in warning for warning in report.warnings)


def frozen(sha256="0" * 64, label="Edema"):
    return FrozenThreshold(
        label=label, threshold=0.37, rule="youden", n=80, n_positive=30, predictions_sha256=sha256
    )


def test_a_frozen_threshold_is_taken_as_it_is():
    report = evaluate(predictions(), threshold=(frozen(),))
    point = report.operating_points[0]
    assert (point.threshold, point.rule, point.chosen_on) == (0.37, "youden", "validation")
    assert (point.chosen_on_n, point.chosen_on_n_positive) == (80, 30)
    assert point.chosen_on_sha256 == "0" * 64
    assert "80 cases (30 positive)" in point.note
    assert report.warnings == []


def test_a_frozen_threshold_needs_the_label():
    with pytest.raises(InputError, match="no label 'Edema'") as caught:
        evaluate(predictions(), threshold=(frozen(label="Nodule"),))
    assert "Nodule" in caught.value.hint


def test_a_threshold_frozen_on_this_very_file_is_optimistic(tmp_path):
    file = tmp_path / "p.csv"
    write_predictions(file, predictions())
    source = load_source(str(file), columns=Columns())
    same = frozen(source.provenance.predictions_sha256)
    report = evaluate_source(source, EvaluateOptions(n_boot=10, threshold=(same,)))
    assert report.operating_points[0].chosen_on == "test"


def test_labels_are_judged_apart():
    given = predictions(labels=("Edema", "Nodule"))
    report = evaluate(given)
    assert report.task == "multilabel"
    alone = evaluate(
        Predictions(("Nodule",), given.case_ids, given.patient_ids, given.targets[:, 1:],
                    given.scores[:, 1:])
    )  # fmt: skip
    assert find(report, "auroc", "Nodule") == find(alone, "auroc", "Nodule")
    assert set(report.calibration) == {"Edema", "Nodule"}
    assert sum(one.n for one in report.calibration["Edema"].bins) == 120


def test_the_average_over_labels_says_which_are_not_in_it():
    given = predictions(labels=("Edema", "Nodule", "Hernia", "Mass"))
    given.targets[:, 2] = 0
    given.targets[:, 3] = 0
    given.targets[:4, 3] = 1
    given.targets[5:25, 1] = np.nan
    report = evaluate(given)
    macro = find(report, "auroc_macro", "macro")
    alone = [find(report, "auroc", label).value for label in ("Edema", "Nodule", "Mass")]
    assert macro.value == pytest.approx(np.mean(alone))
    assert macro.low < macro.value < macro.high
    assert (macro.n, macro.n_positive) == (120, None)
    assert macro.note.startswith(
        "3 of 4 labels, without Hernia (one class only); fewer than 10 cases of a class: Mass"
    )
    assert find(report, "average_precision_macro", "macro").value is not None
    assert find(report, "auroc", "Hernia").value is None
    cases = {one.label: one for one in report.cases}
    assert (cases["Nodule"].n, cases["Nodule"].n_without_target) == (100, 20)
    assert (cases["Mass"].n_positive, cases["Mass"].n_negative) == (4, 116)


def test_no_label_can_be_averaged():
    report = evaluate(predictions(labels=("Edema", "Nodule"), targets=np.zeros((120, 2))))
    macro = find(report, "auroc_macro", "macro")
    assert macro.value is None
    assert "0 of 2 labels" in macro.note


def test_the_curves_have_the_points_of_every_threshold_if_wanted():
    given = predictions(600)
    thinned, full = evaluate(given, n_boot=0), evaluate(given, n_boot=0, curves=True)
    for name in ("roc", "pr"):
        (short,), (long,) = getattr(thinned, name), getattr(full, name)
        assert len(short.x) == len(short.y) == len(short.thresholds) <= 500
        assert len(long.x) == len(long.thresholds) == 600 + (name == "roc")
        assert set(zip(short.x, short.y, strict=True)) <= set(zip(long.x, long.y, strict=True))
    assert full.roc[0].thresholds[0] is None
    assert full.roc[0].thresholds[1] == given.scores.max()


def test_predictive_values_at_a_prevalence():
    report = evaluate(predictions(), prevalences=(0.01, 0.4))
    rare, common = report.prevalence
    found, cleared = (find(report, name).value for name in ("sensitivity", "specificity"))
    expected = found * 0.01 / (found * 0.01 + (1 - cleared) * 0.99)
    assert rare.ppv.value == pytest.approx(expected)
    assert rare.ppv.value < common.ppv.value
    assert rare.npv.value > common.npv.value
    assert rare.ppv.low < rare.ppv.value < rare.ppv.high
    assert (rare.ppv.method, rare.npv.name) == ("mercaldo", "npv")


def test_a_patient_counts_once_at_a_prevalence():
    given = predictions()
    doubled = Predictions(
        given.labels,
        tuple(f"{name}-{copy}" for name in given.case_ids for copy in "ab"),
        tuple(np.repeat(given.patient_ids, 2).tolist()),
        np.repeat(given.targets, 2, axis=0),
        np.repeat(given.scores, 2, axis=0),
    )
    once, twice = (evaluate(one, prevalences=(0.1,)).prevalence[0].ppv for one in (given, doubled))
    assert twice.value == once.value
    assert twice.high - twice.low == pytest.approx(once.high - once.low, rel=0.03)


def test_predictive_values_that_cannot_be_known():
    none = evaluate(predictions(targets=np.zeros((120, 1))), prevalences=(0.1,)).prevalence[0]
    assert none.ppv.value is None
    assert none.ppv.note == "undefined: needs a diseased case"
    given = predictions()
    unscaled = Predictions(given.labels, given.case_ids, given.patient_ids, given.targets,
                           given.scores * 10)  # fmt: skip
    none = evaluate(unscaled, prevalences=(0.1,)).prevalence[0]
    assert none.npv.note == "no threshold was given"
    perfect = Predictions(given.labels, given.case_ids, given.patient_ids, given.targets,
                          given.targets * 0.8 + 0.1)  # fmt: skip
    point = evaluate(perfect, prevalences=(0.1,)).prevalence[0]
    assert point.ppv.value == point.ppv.high == 1
    assert 0.5 < point.ppv.low < 1


def test_one_patient_of_a_class_gives_no_interval():
    given = predictions(patients=["a"] * 120)
    point = evaluate(given, prevalences=(0.1,)).prevalence[0]
    assert point.ppv.value is not None
    assert point.ppv.low is None
    assert point.ppv.note == "no interval: needs two patients"


def flat(given, scores):
    scores = np.broadcast_to(scores, given.scores.shape).copy()
    return Predictions(given.labels, given.case_ids, given.patient_ids, given.targets, scores)


@pytest.mark.parametrize(
    ("scores", "values"),
    [
        pytest.param(lambda t: 0.3, {"auroc": 0.5, "partial_auroc": 0.5, "mcc": None,
                                     "lr_positive": None, "lr_negative": 1.0, "kappa": 0.0,
                                     "sensitivity_at_spec90": 0.0, "ppv": None}, id="constant"),
        pytest.param(lambda t: 0.8 * t + 0.1, {"auroc": 1.0, "average_precision": 1.0,
                                               "mcc": 1.0, "lr_positive": None, "kappa": 1.0,
                                               "lr_negative": 0.0, "partial_auroc": 1.0,
                                               "specificity_at_sens95": 1.0}, id="perfect"),
        pytest.param(lambda t: 0.9 - 0.8 * t, {"auroc": 0.0, "mcc": -1.0, "lr_positive": 0.0,
                                               "lr_negative": None, "balanced_accuracy": 0.0,
                                               "sensitivity_at_spec90": 0.0}, id="inverted"),
    ],
)  # fmt: skip
def test_scores_at_the_edge(scores, values):
    given = predictions()
    report = evaluate(flat(given, scores(given.targets)))
    for name, expected in values.items():
        found = find(report, name)
        assert found.value == (expected if expected is None else pytest.approx(expected)), name
        assert found.value is not None or found.note.startswith("undefined: needs"), name
    for value in report.metrics:
        assert all(
            one is None or math.isfinite(one) for one in (value.value, value.low, value.high)
        )
        assert value.method or value.note, value.name
    auroc = find(report, "auroc")
    assert auroc.method == "newcombe"
    assert 0 <= auroc.low < auroc.high <= 1


def test_the_baseline_stands_beside_accuracy():
    report = evaluate(predictions())
    share = find(report, "prevalence").value
    assert find(report, "majority_accuracy").value == max(share, 1 - share)
    names = [value.name for value in report.operating_points[0].metrics]
    assert names[names.index("accuracy") + 1] == "majority_accuracy"


@pytest.mark.parametrize(
    ("options", "id_"),
    [
        ({"task": "guessing"}, "unknown-task"),
        ({"threshold": "2"}, "bad-threshold"),
        ({"threshold": "-0.1"}, "bad-threshold"),
        ({"prevalences": (0.1, 1.0)}, "bad-prevalence"),
        ({"level": 1.0}, "bad-level"),
        ({"level": math.nan}, "bad-level"),
        ({"n_boot": -1}, "bad-n-boot"),
        ({"ci": "delon"}, "unknown-interval"),
        ({"threshold": "best"}, "unknown-threshold-rule"),
    ],
)
def test_options_that_make_no_sense(options, id_):
    with pytest.raises(UsageError) as caught:
        evaluate(predictions(), **options)
    assert caught.value.id == id_


def test_targets_must_be_binary():
    given = predictions()
    given.targets[3] = 2
    with pytest.raises(InputError, match="neither 0 nor 1"):
        evaluate(given)
    with pytest.raises(InputError, match="no case has a target"):
        evaluate(predictions(targets=np.full((120, 1), np.nan)))


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "run"
    write_predictions(folder / "predictions-test.csv", predictions())
    write_thresholds(folder / "thresholds.json", [frozen()])
    (folder / "config.json").write_text(json.dumps({"model": "tiny", "recipe": {"lr": 0.001}}))
    (folder / "manifest.json").write_text(json.dumps({"warnings": ["Leakage was allowed."]}))
    (folder / "history.csv").write_text("epoch,train_loss,note\n1,0.7,a\n2,0.5,b\n")
    return folder


def test_a_run_brings_its_frozen_threshold_and_its_warnings(run):
    source = load_source(str(run), columns=Columns())
    options = EvaluateOptions(n_boot=10, threshold=find_thresholds(None, source))
    report = evaluate_source(source, options)
    assert report.operating_points[0].chosen_on == "validation"
    assert report.provenance.model == "tiny"
    assert report.provenance.run == str(run)
    assert report.warnings == ["Leakage was allowed."]
    assert source.history == [{"epoch": 1.0, "train_loss": 0.7}, {"epoch": 2.0, "train_loss": 0.5}]


def test_a_run_on_other_data_is_predicted_first(run):
    asked = []

    def predict(name):
        asked.append(name)
        return predictions(seed=5)

    source = load_source(str(run), columns=Columns(), predict=predict)
    assert asked == [str(run)]
    assert source.provenance.predictions_sha256 is None
    assert source.thresholds == (frozen(),)


@pytest.mark.parametrize(("learnt", "warned"), [("same", True), ("other", False)])
def test_a_run_on_the_data_it_was_made_from_is_warned_of(run, tmp_path, learnt, warned):
    (run / "config.json").write_text(json.dumps({"data": str(tmp_path / learnt)}))
    source = load_source(
        str(run), columns=Columns(), predict=lambda name: predictions(), data=tmp_path / "same"
    )
    assert any("made from" in warning for warning in source.warnings) == warned


def test_a_model_needs_data():
    source = load_source("resnet18", columns=Columns(), predict=lambda name: predictions())
    assert source.provenance.model == "resnet18"
    with pytest.raises(InputError, match="no predictions file and no run") as caught:
        load_source("resnet18", columns=Columns())
    assert "--data" in caught.value.hint


def test_a_predictions_file_needs_none(run):
    with pytest.raises(UsageError, match="is a predictions file"):
        load_source(
            str(run / "predictions-test.csv"), columns=Columns(), predict=lambda name: predictions()
        )


def test_a_folder_that_is_no_run(tmp_path):
    with pytest.raises(InputError, match="not the folder of a run"):
        load_source(str(tmp_path), columns=Columns())


def test_thresholds_by_rule_or_file(run):
    source = load_source(str(run), columns=Columns())
    assert find_thresholds("0.4", source) == "0.4"
    assert find_thresholds(str(run / "thresholds.json"), source) == (frozen(),)
    with pytest.raises(InputError, match="no thresholds file"):
        find_thresholds("absent.json", source)
    with pytest.raises(InputError, match="not a thresholds file"):
        find_thresholds(str(run / "config.json"), source)
    with pytest.raises(UsageError):
        find_thresholds("best", source)


def test_one_patient_has_no_interval_but_that_of_patients_counted():
    report = evaluate(predictions(40, patients=["p"] * 40))
    for value in report.metrics:
        assert (value.low is None) == (value.name not in ("auroc", "ece")), value.name


@pytest.mark.parametrize("scores", [(0.1, 0.9), (0.0, 1.0)])
def test_rounding_is_no_interval(scores):
    given = predictions()
    given.scores[:] = np.where(given.targets == 1, scores[1], scores[0])
    for value in evaluate(given).metrics:
        assert value.low is None or value.high - value.low > 1e-9, value.name


@pytest.mark.parametrize("half_width", [0.0, -0.1, 1.0, math.nan])
def test_a_half_width_that_makes_no_sense(half_width):
    with pytest.raises(UsageError) as caught:
        evaluate(predictions(), half_width=half_width)
    assert caught.value.id == "bad-half-width"


def test_cases_without_a_patient_are_patients_of_their_own():
    known = [f"p{row // 4}" for row in range(100)] + [""] * 20
    report = evaluate(predictions(patients=known))
    named = [*known[:100], *(f"a{row}" for row in range(100, 120))]
    assert report.metrics == evaluate(predictions(patients=named)).metrics
    assert report.n_patients is None
    assert report.warnings == [
        "20 of 120 cases have no patient id: each of these is taken for a patient of its own, "
        "and intervals are too narrow if it is not.",
        "100 cases come from 25 patients: intervals count patients.",
    ]


def test_few_patients_with_many_cases_are_few():
    warnings = evaluate(predictions(patients=[f"p{row % 4}" for row in range(120)])).warnings
    assert sum("come from 4 patients: too few" in warning for warning in warnings) == 2
    one_sided = predictions()
    who = np.where(one_sided.targets[:, 0] == 1, "p", one_sided.case_ids)
    warnings = evaluate(predictions(patients=who.tolist())).warnings
    assert sum("positive cases come from 1 patient: too few" in one for one in warnings) == 1
    assert not any("negative cases come from" in one for one in warnings)


def test_scores_outside_and_certain_errors_are_counted():
    given = predictions()
    given.scores[5:8] = 1.5
    assert any(one.startswith("Edema: 3 of 120 scores lie") for one in evaluate(given).warnings)
    given.scores[5:8] = 1 - given.targets[5:8]
    warnings = evaluate(given).warnings
    assert any("3 cases of a score of exactly 0 or 1 that is wrong" in one for one in warnings)


def test_a_target_that_is_none_is_named_by_its_line(tmp_path):
    given = predictions()
    given.targets[7] = 2
    write_predictions(tmp_path / "p.csv", given)
    with pytest.raises(InputError, match=r"p\.csv line 9: a target is neither") as caught:
        evaluate_source(load_source(str(tmp_path / "p.csv"), columns=Columns()), FEW_DRAWS)
    assert caught.value.id == "not-binary"
