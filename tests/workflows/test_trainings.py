"""Several trainings on the same data: curve, folds, best. The trainings themselves are played."""

import json
from pathlib import Path

import numpy as np
import pytest

from radzoo.core.errors import InputError, IntegrityError, UsageError
from radzoo.core.json_text import to_text
from radzoo.core.predictions import Predictions
from radzoo.core.predictions_file import read_predictions, write_predictions
from radzoo.core.report import EvalReport, MetricValue, Provenance, RunReport
from radzoo.metrics.auroc import auroc
from radzoo.workflows.find_best import SearchConfig, find_best
from radzoo.workflows.finetune import FinetuneConfig
from radzoo.workflows.folds import cross_validate
from radzoo.workflows.learning_curve import REPORT as CURVE
from radzoo.workflows.learning_curve import CurveConfig, draw_learning_curve
from radzoo.workflows.run.folder import FOLDS, RunFolder, RunManifest

PATIENTS = 300


@pytest.fixture
def base(entry, tmp_path):
    return FinetuneConfig(
        entry=entry, data=tmp_path / "data.csv", out=tmp_path / "out", cache=tmp_path / "cache"
    )


class Player:
    """Plays trainings: how good one is follows from `skill(config)`."""

    def __init__(self, skill, *, tested=None):
        self.skill = skill
        self.tested = tested or (lambda config: range(PATIENTS))
        self.played = []

    def __call__(self, config):
        self.played.append(config)
        run = RunFolder(config.out)
        run.path.mkdir(parents=True, exist_ok=True)
        write_predictions(run.predictions("val"), self.say(config, range(1000, 1200), 1))
        write_predictions(run.predictions("test"), self.say(config, self.tested(config), 2))
        run.report.write_text(to_text(report_of(config)), encoding="utf-8")
        run.manifest.write_text(to_text(manifest_of(config)), encoding="utf-8")
        return RunReport(
            run=str(config.out), model="small", task="binary", best_epoch=3, metrics=[]
        )

    def say(self, config, patients, part):
        numbers = np.array(list(patients))
        targets = (numbers % 3 == 0).astype(float)
        seed = [int(config.wishes.get("seed", 0)), part, len(config.out.name)]
        noise = np.random.default_rng(seed).normal(size=len(numbers))
        scores = 1 / (1 + np.exp(-(self.skill(config) * (targets - 0.5) + noise)))
        names = tuple(f"c{number}" for number in numbers)
        return Predictions(
            ("sick",), names, tuple(f"p{number}" for number in numbers),
            targets[:, None], scores[:, None],
        )  # fmt: skip


def report_of(config):
    metric = MetricValue(name="auroc", label="sick", value=0.8, low=0.7, high=0.9, n=9)
    return EvalReport(
        task="binary", n_cases=9, n_patients=9, n_refused=0, labels=["sick"], metrics=[metric],
        provenance=Provenance(radzoo_version="0", run=config.out.name),
    )  # fmt: skip


def manifest_of(config):
    n = round(800 * config.portion.train_share)
    return RunManifest(
        radzoo_version="0", started="", finished="", seconds={"training": 1.5}, seed=0,
        versions={}, hardware={}, inputs=[], outputs={}, n_cases={"train": 2 * n},
        n_patients={"train": n}, n_positive={"train": {"sick": n // 3}}, refused=[], notes=[],
        warnings=[], best_epoch=3, epochs_run=5,
    )  # fmt: skip


def grows(config):
    return 3.0 - 1.5 * config.portion.train_share**-0.3


def test_a_curve_of_a_learner_that_grows_rises_and_is_extrapolated(base):
    player = Player(grows)
    report = draw_learning_curve(CurveConfig(base, n_boot=200), player)
    assert [one.n_patients for one in report.means] == [80, 200, 400, 800]
    assert [one.n_repeats for one in report.means] == [3] * 4
    values = [one.value for one in report.means]
    assert values == sorted(values)
    assert all(one.low < one.value < one.high for one in report.means)
    ahead = report.predictions
    assert [one.n_patients for one in ahead] == [1600, 3200]
    assert values[-1] - 0.02 < ahead[0].value < ahead[1].value < 1
    assert ahead[1].high - ahead[1].low > ahead[0].high - ahead[0].low
    assert json.loads((base.out / CURVE).read_text())["law"] == report.law.model_dump()


def test_all_trainings_of_a_curve_share_the_split_but_not_the_patients(base):
    player = Player(grows)
    draw_learning_curve(CurveConfig(base, shares=(0.5, 1.0), repeats=2, n_boot=100), player)
    assert {config.portion.split_seed for config in player.played} == {0}
    assert [config.wishes["seed"] for config in player.played] == [0, 1, 0, 1]
    assert len({config.out for config in player.played}) == 4


def test_a_curve_without_growth_says_so(base):
    report = draw_learning_curve(CurveConfig(base, n_boot=200), Player(lambda config: 1.0))
    assert any("could be shown" in warning for warning in report.warnings)
    gain = report.predictions[0]
    assert gain.gain_low <= 0.005


def test_few_shares_and_repeats_are_said(base):
    report = draw_learning_curve(
        CurveConfig(base, shares=(0.5, 1.0), repeats=1, n_boot=100), Player(grows)
    )
    assert "fitted to 2 sizes" in report.warnings[0]
    assert "1 training for each size" in report.warnings[1]


@pytest.mark.parametrize("shares", [(1.0,), (0.5, 1.5), (0.0, 1.0)])
def test_shares_that_give_no_curve_are_refused_before_any_training(base, shares):
    player = Player(grows)
    with pytest.raises(UsageError):
        draw_learning_curve(CurveConfig(base, shares=shares), player)
    assert not player.played


def test_runs_that_were_judged_on_other_cases_are_refused(base):
    player = Player(grows, tested=lambda config: range(len(config.out.name)))
    with pytest.raises(InputError, match="same cases"):
        draw_learning_curve(CurveConfig(base, shares=(0.05, 1.0), n_boot=100), Odd(player))


class Odd:
    """Judges the last training on other cases."""

    def __init__(self, player):
        self.player = player

    def __call__(self, config):
        first = config.portion.train_share == 1
        self.player.tested = lambda config: range(100 if first else 90)
        return self.player(config)


def test_each_case_is_judged_by_the_network_that_has_not_seen_it(base):
    player = Player(lambda config: 2.0, tested=lambda config: third(config.portion.fold))
    report = cross_validate(base, 3, player)
    assert [config.portion.fold for config in player.played] == [0, 1, 2]
    together = read_predictions(RunFolder(base.out).predictions("test"))
    assert sorted(together.case_ids) == sorted(f"c{number}" for number in range(PATIENTS))
    assert together.groups["fold"].count("0") == len(third(0))
    assert [one.judged_on for one in report.folds] == ["test"] * 3
    pooled = next(value for value in report.metrics if value.name == "auroc")
    assert pooled.value == pytest.approx(auroc(together.targets[:, 0], together.scores[:, 0]))
    assert report.lowest <= report.mean <= report.highest
    assert json.loads((base.out / FOLDS).read_text())["mean"] == report.mean


def third(fold):
    return [patient for patient in range(PATIENTS) if patient // 3 % 3 == fold]


def test_folds_with_one_class_have_no_mean(base):
    player = Player(
        lambda config: 2.0, tested=lambda config: range(config.portion.fold, PATIENTS, 3)
    )
    report = cross_validate(base, 3, player)
    assert report.mean is None
    assert all(one.metric.value is None and one.metric.note for one in report.folds)


def test_a_given_test_set_is_judged_by_all_networks_together(base):
    player = Player(lambda config: 2.0)
    report = cross_validate(base, 4, player)
    assert [one.judged_on for one in report.folds] == ["val"] * 4
    runs = [read_predictions(RunFolder(config.out).predictions("test")) for config in player.played]
    together = read_predictions(RunFolder(base.out).predictions("test"))
    assert together.scores == pytest.approx(np.mean([run.scores for run in runs], axis=0))
    pooled = next(value for value in report.metrics if value.name == "auroc")
    assert pooled.value > max(auroc(run.targets[:, 0], run.scores[:, 0]) for run in runs) - 0.05


def test_the_best_on_validation_wins_and_its_test_result_alone_is_told(base, entry):
    player = Player(lambda config: {1e-3: 1.0, 3e-4: 3.0, 1e-4: 2.0}[config.wishes["lr"]])
    report = find_best(SearchConfig(base, [entry], {"lr": [1e-3, 3e-4, 1e-4]}), player)
    assert [one.settings["lr"] for one in report.candidates] == [3e-4, 1e-4, 1e-3]
    assert [one.rank for one in report.candidates] == [1, 2, 3]
    assert report.best == "small-lr=0.0003"
    assert [value.name for value in report.test] == ["auroc"]
    assert "looks better on validation" in report.warnings[0]


def test_models_and_settings_are_tried_each_with_each(base, entry):
    other = entry.model_copy(update={"name": "other"})
    player = Player(lambda config: 2.0)
    tries = {"strategy": ["full", "LP"], "lr": [1e-3, 1e-4]}
    find_best(SearchConfig(base, [entry, other], tries), player)
    assert len({config.out.name for config in player.played}) == 8


@pytest.mark.parametrize("tries", [{}, {"lr": [1e-3]}, {"no_such_setting": [1, 2]}])
def test_nothing_to_compare_or_a_wrong_setting_ends_it_before_any_training(base, entry, tries):
    player = Player(lambda config: 2.0)
    with pytest.raises(UsageError):
        find_best(SearchConfig(base, [entry], tries), player)
    assert not player.played


def test_the_folder_of_each_training_lies_in_that_of_all(base, entry):
    player = Player(lambda config: 2.0)
    find_best(SearchConfig(base, [entry], {"loss": ["auto", "focal"]}), player)
    assert {Path(config.out).parent for config in player.played} == {base.out}


def test_a_folder_of_other_settings_is_not_overwritten_and_the_hint_names_it(base, entry):
    def train(config):
        raise IntegrityError("epochs (was 3, is 4)", id="run-changed", hint="--overwrite")

    with pytest.raises(IntegrityError) as error:
        find_best(SearchConfig(base, [entry], {"lr": [1e-3, 1e-4]}), train)
    assert error.value.hint == f"choose another --out, or remove {base.out / 'small-lr=0.001'}"
