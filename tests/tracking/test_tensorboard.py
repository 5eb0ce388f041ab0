import pytest

pytest.importorskip("tensorboard")

from radzoo.tracking import TRACKERS


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_curves_and_settings_are_read_back(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    record = TRACKERS["tensorboard"].start(tmp_path, "run", {"lr": 0.001, "model": "small"})
    for epoch, score in enumerate((0.5, 0.75), start=1):
        record.log(epoch, {"val_auroc": score, "dead/layer1": 0.0})
    record.close()
    events = EventAccumulator(str(tmp_path))
    events.Reload()
    assert set(events.Tags()["scalars"]) == {"val_auroc", "dead/layer1"}
    assert [(one.step, one.value) for one in events.Scalars("val_auroc")] == [(1, 0.5), (2, 0.75)]
    (text,) = events.Tensors("recipe/text_summary")
    assert b"| lr | 0.001 |" in text.tensor_proto.string_val[0]
