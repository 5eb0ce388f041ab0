"""Say what a training would do, without teaching anything."""

import torch

from radzoo.core.plan import Plan
from radzoo.models.device import pick_device
from radzoo.tasks import TASKS
from radzoo.workflows.finetune_config import FinetuneConfig, Watcher
from radzoo.workflows.planning.combinations import check_for_task
from radzoo.workflows.teaching.material import read_cases
from radzoo.workflows.teaching.matter import matter_of


def plan_training(config: FinetuneConfig, watcher: Watcher) -> Plan:
    """Read the cases as `finetune` would, and propose; nothing is written or fetched.

    Args:
        config: what `finetune` would be asked for; `out` plays no part.
        watcher: told notes of the data.

    Raises:
        UsageError: if a setting is wrong.
        InputError: if the data cannot serve the task.
        RefusedError: if more than `max_refused` of the cases have no readable header.
    """
    device, task = pick_device(config.device), TASKS.find(config.task)
    manifest, _ = read_cases(config, task, watcher)
    matter = matter_of(config.entry, task, config.wishes.get("pool_slices", "none"))
    plan, recipe = matter.plan(config, manifest, device.type == "cuda", torch.get_num_threads())
    check_for_task(task, recipe)
    return plan
