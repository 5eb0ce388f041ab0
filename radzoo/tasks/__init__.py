"""What can be predicted: one file per task."""

from radzoo.core.registry import Registry
from radzoo.tasks.task import Task

TASKS: Registry[Task] = Registry(
    "task",
    {
        "binary": "radzoo.tasks.binary:TASK",
        "multilabel": "radzoo.tasks.multilabel:TASK",
        "multiclass": "radzoo.tasks.multiclass:TASK",
        "ordinal": "radzoo.tasks.ordinal:TASK",
        "regression": "radzoo.tasks.regression:TASK",
        "survival": "radzoo.tasks.survival:TASK",
        "segmentation": "radzoo.tasks.segmentation:TASK",
    },
)
