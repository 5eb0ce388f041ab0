"""What can be predicted: one file per task."""

from radzoo.core.plugins import Task
from radzoo.core.registry import Registry

TASKS: Registry[Task] = Registry(
    "task",
    {
        "binary": "radzoo.tasks.binary:TASK",
        "multilabel": "radzoo.tasks.multilabel:TASK",
    },
)
