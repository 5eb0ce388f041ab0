"""Trackers: programs that draw the curves of trainings side by side.

They are told numbers and settings, never a case, a file or a place; what they write stays on
this machine, in the folder of the run.
"""

from typing import TYPE_CHECKING

from radzoo.core.registry import Registry

if TYPE_CHECKING:
    from radzoo.tracking.tracker import Tracker

TRACKERS: "Registry[Tracker]" = Registry(
    "tracker",
    {
        "tensorboard": "radzoo.tracking.tensorboard:TRACKER",
        "mlflow": "radzoo.tracking.mlflow:TRACKER",
        "wandb": "radzoo.tracking.wandb:TRACKER",
    },
)
