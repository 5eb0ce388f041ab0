import pytest

from radzoo.core.errors import InputError
from radzoo.core.thresholds import FrozenThreshold, read_thresholds, write_thresholds

ONE = FrozenThreshold(
    label="Edema", threshold=0.1 + 0.2, rule="youden", n=9, n_positive=3, predictions_sha256="ab"
)


def test_round_trip(tmp_path):
    write_thresholds(tmp_path / "t.json", [ONE])
    assert read_thresholds(tmp_path / "t.json") == (ONE,)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"schema_version": 2, "thresholds": []}', '{"thresholds": [{"label": "a"}]}'],
)
def test_anything_else_is_refused(tmp_path, text):
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(InputError, match="not a thresholds file"):
        read_thresholds(tmp_path / "t.json")


def test_absent(tmp_path):
    with pytest.raises(InputError, match="no thresholds file"):
        read_thresholds(tmp_path / "t.json")
