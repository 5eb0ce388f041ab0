"""Tracker: a local MLflow store, that `mlflow ui --backend-store-uri` shows."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.tracking.tracker import Numbers, Settings, Tracker

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

# Read when MLflow is imported or a store is opened. It counts users, unless it is told not to,
# and of stores without a server it has only this kind in its small package.
SURROUNDINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_ALLOW_FILE_STORE": "true",
}


class Store:
    """A run in a store of files."""

    def __init__(self, client: "MlflowClient", run_id: str) -> None:
        self._client, self._run_id = client, run_id

    def log(self, step: int, numbers: Numbers) -> None:
        """Add a point to every curve."""
        for name, value in numbers.items():
            self._client.log_metric(self._run_id, name, value, step=step)

    def close(self) -> None:
        """Mark the run as finished."""
        self._client.set_terminated(self._run_id)


def start(folder: Path, run: str, settings: Settings) -> Store:
    """Begin a run in a new store, whatever server the surroundings name."""
    os.environ.update(SURROUNDINGS)
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=folder.absolute().as_uri())
    experiment = client.create_experiment("radzoo")
    run_id = client.create_run(experiment, run_name=run).info.run_id
    for name, value in settings.items():
        client.log_param(run_id, name, value)
    return Store(client, run_id)


TRACKER = Tracker("mlflow", "mlflow", start)
