"""The networks of a cross-validation are asked together: their mean score counts."""

import numpy as np
import pytest

from radzoo.core.errors import InputError
from radzoo.workflows.finetune import FinetuneConfig, finetune
from radzoo.workflows.folds import cross_validate
from radzoo.workflows.predict import PredictConfig, open_model, open_run, predict
from radzoo.workflows.run.folder import FOLDS

QUICK = {"epochs": 1, "batch_size": 8, "from_scratch": True}


def test_folds_are_asked_together(entry, tmp_path, write_npz):
    data = write_npz()
    config = FinetuneConfig(
        entry=entry, data=data, out=tmp_path / "cross", cache=tmp_path / "cache", device="cpu",
        wishes=QUICK,
    )  # fmt: skip
    report = cross_validate(config, 2, finetune)
    asked = PredictConfig(data=data, cache=tmp_path / "cache", split="test", device="cpu")
    together = predict(open_model(str(config.out), cache=tmp_path / "cache", offline=True), asked)
    each = [predict(open_run(config.out / one.run), asked).scores for one in report.folds]
    assert not np.array_equal(each[0], each[1])
    assert together.scores == pytest.approx(np.mean(each, axis=0))

    (config.out / FOLDS).write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="--folds writes"):
        open_model(str(config.out), cache=tmp_path / "cache", offline=True)
