import getpass
import socket

import pytest

pytest.importorskip("wandb", reason="the extra wandb is not installed")

from radzoo.tracking import TRACKERS


@pytest.mark.filterwarnings("ignore")
def test_an_offline_run_holds_numbers_and_nothing_of_its_surroundings(tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_MODE", "online")
    monkeypatch.setattr("sys.argv", ["radzoo", "--data", "/patients/list-of-names.csv"])
    record = TRACKERS["wandb"].start(tmp_path, "the-run", {"lr": 0.125, "model": "small"})
    for epoch, score in enumerate((0.5, 0.75), start=1):
        record.log(epoch, {"val_auroc": score})
    record.close()
    (file,) = tmp_path.glob("wandb/offline-run-*/*.wandb")
    content = file.read_bytes()
    for told in (b"the-run", b"val_auroc", b"0.125", b"0.75"):
        assert told in content
    for secret in ("list-of-names", "/patients", socket.gethostname() + ".", getpass.getuser()):
        assert secret.encode() not in content
    assert not list(tmp_path.rglob("requirements.txt"))
