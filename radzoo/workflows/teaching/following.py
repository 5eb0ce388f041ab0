"""What the processes of a training do that do not lead it: compute, and nothing else.

They write no file and say nothing. What the leader has prepared they find in the cache; on
another machine, the first process prepares it there.
"""

import signal

import torch

from radzoo.core.config import Launch, RunConfig
from radzoo.models.device import Engine, engine_for, pick_device
from radzoo.models.ranks import Ranks
from radzoo.models.training.fabric import muster
from radzoo.models.training.hooks import SILENT as NOBODY
from radzoo.tasks import TASKS
from radzoo.workflows.finetune_config import SILENT, FinetuneConfig
from radzoo.workflows.run.folder import RunFolder
from radzoo.workflows.teaching.computing import check_fitting, computing, fit_pieces
from radzoo.workflows.teaching.crew import FORWARDED, Place
from radzoo.workflows.teaching.material import bring_weights, read_cases
from radzoo.workflows.teaching.matter import matter_of
from radzoo.workflows.teaching.settling import settle
from radzoo.workflows.teaching.teaching import JUDGED, teach


def meet(engine: Engine, made: RunConfig) -> tuple[Engine, RunConfig]:
    """Wait for the other processes of a training, if any, and tell them what will be done."""
    made = gather(engine.device, made.launch).share(made)
    return muster(engine, made.launch), made


def gather(device: torch.device, launch: Launch) -> Ranks:
    """Return the processes when all are here; they only talk, so no choice is needed yet."""
    only_talk = launch.model_copy(update={"parallel": "ddp"})
    return muster(Engine(device, amp=False), only_talk).ranks


def hear(config: FinetuneConfig) -> tuple[Engine, RunConfig]:
    """Wait for the leader, and for what it has decided."""
    device = pick_device(config.device)
    made = gather(device, config.launch).share(None)
    assert isinstance(made, RunConfig)
    return muster(engine_for(device, made.recipe), made.launch), made


def follow(config: FinetuneConfig, place: Place) -> None:
    """Compute this process's share of a training that another process leads.

    Raises:
        RadzooError: what the leader meets, this process meets, too.
    """
    for number in FORWARDED:  # the leader decides when it is over
        signal.signal(number, signal.SIG_IGN)
    if config.resume and RunFolder(config.out).manifest.is_file():
        return
    check_fitting(config)
    task = TASKS.find(config.task)
    engine, made = hear(config)
    manifest, _ = read_cases(config, task, SILENT)
    if place.local_rank:
        engine.ranks.wait()
    weights, _ = bring_weights(config, made.recipe, SILENT)
    matter = matter_of(made.entry, task, made.recipe.pool_slices)
    network = matter.network(made, task, weights, SILENT)
    stock, _ = matter.prepare(made, manifest, task, config, SILENT)
    lesson = matter.lesson(stock, made, task)
    if not place.local_rank:
        engine.ranks.wait()
    made = fit_pieces(network, made, lesson, task, engine, wanted=False)
    with computing(engine, made.recipe):
        teach(network, made, lesson, task, engine, NOBODY)
        made = settle(network, made, lesson, task, engine)
        for split in JUDGED:
            matter.score(network, split, made, manifest, stock, task, engine)
