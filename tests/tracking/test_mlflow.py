import pytest

pytest.importorskip("mlflow", reason="the extra mlflow is not installed")

from radzoo.tracking import TRACKERS


@pytest.mark.filterwarnings("ignore")
def test_curves_and_settings_are_read_back_from_the_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "https://mlflow.invalid")
    record = TRACKERS["mlflow"].start(tmp_path, "run", {"lr": 0.001, "model": "small"})
    for epoch, score in enumerate((0.5, 0.75), start=1):
        record.log(epoch, {"val_auroc": score, "dead/layer1": 0.0})
    record.close()
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=tmp_path.as_uri())
    experiment = client.get_experiment_by_name("radzoo")
    (run,) = client.search_runs([experiment.experiment_id])
    assert (run.info.run_name, run.info.status) == ("run", "FINISHED")
    assert run.data.params == {"lr": "0.001", "model": "small"}
    curve = client.get_metric_history(run.info.run_id, "val_auroc")
    assert [(one.step, one.value) for one in curve] == [(1, 0.5), (2, 0.75)]
    assert run.data.metrics["dead/layer1"] == 0
