"""A run with another activation: what it leaves behind, and what is made of it later."""

import csv

import numpy as np
import pytest
from safetensors.torch import save_file

from radzoo.core.predictions_file import read_predictions
from radzoo.models.build import create
from radzoo.workflows.finetune import FinetuneConfig, Watcher, finetune
from radzoo.workflows.predict import PredictConfig, open_run, predict
from radzoo.workflows.run.folder import RunFolder, read_config

QUICK = {"epochs": 2, "batch_size": 8, "from_scratch": True}


@pytest.fixture
def run(entry, tmp_path, write_npz):
    def make(**wishes):
        said = []
        config = FinetuneConfig(
            entry=entry, data=write_npz(), out=tmp_path / "run", cache=tmp_path / "cache",
            device="cpu", wishes=QUICK | wishes,
        )  # fmt: skip
        finetune(config, Watcher(log=said.append))
        return RunFolder(tmp_path / "run"), config, said

    return make


@pytest.mark.parametrize("activation", ["crelu", "sigmoid"])
def test_a_run_predicts_with_the_activation_that_it_learnt_with(run, tmp_path, activation):
    folder, config, said = run(activation=activation)
    assert read_config(folder.config).recipe.activation == activation
    assert any(text.startswith("activations replaced: ") for text in said)
    kinds = {type(module).__name__ for module in open_run(folder.path).networks[0].modules()}
    assert ("CReLU" if activation == "crelu" else "HiddenSigmoid") in kinds
    assert "ReLU" not in kinds
    ask = PredictConfig(data=config.data, cache=config.cache, split="test", device="cpu")
    again, then = predict(open_run(folder.path), ask), read_predictions(folder.predictions("test"))
    assert np.allclose(again.scores, then.scores, atol=1e-6)


def test_the_history_tells_what_each_stage_could_learn(run):
    folder, _, _ = run()
    with folder.history.open() as file:
        rows = list(csv.DictReader(file))
    kinds = {name.partition("[")[0] for name in rows[0] if "[" in name}
    assert kinds == {"dead", "saturation", "gradient"}
    assert "gradient[head]" in rows[0]
    shares = [float(row[name]) for row in rows for name in row if name.startswith(("dead[", "sat"))]
    assert min(shares) >= 0
    assert 0 < max(shares) <= 1
    assert rows[0]["gradient[head]"] != rows[1]["gradient[head]"]


def test_a_probe_of_known_features_has_nothing_to_measure(run, entry, tmp_path):
    network = create(entry.architecture, outputs=1, channels=entry.input.channels)
    save_file(network.state_dict(), tmp_path / "small.safetensors")
    folder, _, _ = run(strategy="LP", from_scratch=False)
    assert "[" not in folder.history.read_text()
