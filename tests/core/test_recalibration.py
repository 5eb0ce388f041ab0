import pytest

from radzoo.core.errors import InputError
from radzoo.core.recalibration import (
    LabelRecalibration,
    Recalibration,
    read_recalibration,
    write_recalibration,
)

SAVED = Recalibration(
    method="isotonic",
    rule="squared error, rising",
    fitted_on_sha256="ab" * 32,
    labels=[
        LabelRecalibration(
            label="x", parameters={"scores": [0.1, 0.9], "values": [0.0, 1.0]}, n=9, n_positive=4
        ),
        LabelRecalibration(label="y", parameters=None, n=3, n_positive=0, note="one class"),
    ],
)


def test_what_is_written_is_read(tmp_path):
    write_recalibration(tmp_path / "r.json", SAVED)
    assert read_recalibration(tmp_path / "r.json") == SAVED


def test_an_unknown_label():
    with pytest.raises(InputError, match="no label 'z'") as caught:
        SAVED.find("z")
    assert caught.value.id == "no-recalibration"


@pytest.mark.parametrize("text", [None, "", "{}", '{"method": "magic"}'])
def test_other_files_are_refused(tmp_path, text):
    path = tmp_path / "r.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError):
        read_recalibration(path)
