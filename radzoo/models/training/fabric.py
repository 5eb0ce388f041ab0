"""Lightning Fabric, as an engine asks for it: precision, devices, processes.

It is imported inside of the functions: only a training needs it.
"""

import logging
import os
import warnings
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import torch

from radzoo.core.config import Launch
from radzoo.core.errors import EnvironmentFailure, UsageError
from radzoo.models.device import Engine, cuda_devices
from radzoo.models.ranks import Ranks

if TYPE_CHECKING:
    from lightning_fabric import Fabric
    from lightning_fabric.plugins import Precision

PATIENCE: Final = timedelta(days=7)
"""How long processes wait for each other before the first step: one may decode for hours."""
SILENCE_S: Final = 110.0
"""How long one waits for the others in an exchange: then one of them stands still."""
SILENCE_VARIABLE: Final = "RADZOO_RANK_TIMEOUT_S"
OWN_LAUNCH: Final = "RADZOO_LAUNCHER"
"""Set in processes that `workflows.crew` started: no cluster did."""


def fabric_of_one(engine: Engine, scaler: torch.amp.GradScaler) -> "Fabric":
    """Return Fabric for this process alone: it has a precision, and no process group."""
    from lightning_fabric import Fabric
    from lightning_fabric.plugins.environments.lightning import LightningEnvironment

    be_quiet()
    device = engine.device
    return Fabric(
        accelerator=device.type,
        devices=[device.index or 0] if device.type == "cuda" else 1,
        plugins=[LightningEnvironment(), precision_of(engine, scaler)],
    )


def precision_of(engine: Engine, scaler: torch.amp.GradScaler) -> "Precision":
    """Return the precision in which the network computes while it learns."""
    from lightning_fabric.plugins import MixedPrecision, Precision

    if engine.precision == "32-true":
        return Precision()
    half = engine.precision
    return MixedPrecision(
        half, device=engine.device.type, scaler=scaler if half == "16-mixed" else None
    )


def muster(engine: Engine, launch: Launch) -> Engine:
    """Join the other processes of a training; returns when all are here.

    They were started by radzoo, torchrun or SLURM. They may come hours apart, since one may
    have images to decode; call `close_ranks` when all are ready.

    Raises:
        UsageError: if the device has a number, or the network is to be spread over devices.
        EnvironmentFailure: if there are not so many GPUs.
    """
    if launch.devices * launch.nodes == 1:
        return engine
    from lightning_fabric import Fabric
    from lightning_fabric.plugins.environments.lightning import LightningEnvironment
    from lightning_fabric.strategies.ddp import DDPStrategy

    check(engine, launch)
    be_quiet()
    fabric = Fabric(
        accelerator=engine.device.type,
        devices=launch.devices,
        num_nodes=launch.nodes,
        strategy=DDPStrategy(timeout=PATIENCE, gradient_as_bucket_view=True),
        precision=engine.precision,
        plugins=[LightningEnvironment()] if OWN_LAUNCH in os.environ else None,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Fabric's, of clusters and workers: all are ours
        fabric.launch()
    ranks = Ranks(fabric.global_rank, fabric.world_size, fabric.device)
    if fabric.device.type == "cuda":
        torch.cuda.set_device(fabric.device)
    return Engine(fabric.device, engine.amp, engine.wanted_half, engine.compiles, ranks, fabric)


def check(engine: Engine, launch: Launch) -> None:
    """Refuse what cannot be computed on many devices.

    Raises:
        UsageError: if the device has a number, or the network is to be spread over devices.
        EnvironmentFailure: if there are not so many GPUs.
    """
    if engine.device.index is not None:
        raise UsageError(
            f"--device {engine.device} names one device, and the training asks for "
            f"{launch.devices} on each of {launch.nodes} nodes",
            id="one-device-for-many",
            hint="use --device cuda; CUDA_VISIBLE_DEVICES chooses which",
        )
    if launch.parallel == "fsdp":
        raise UsageError(
            "a network that is spread over devices (fsdp) cannot be kept and gone on with yet",
            id="fsdp-not-supported",
            hint="use --parallel ddp: a copy on each device; --micro-batch saves memory",
        )
    available = cuda_devices()
    if engine.device.type == "cuda" and launch.devices > available:
        raise EnvironmentFailure(
            f"{launch.devices} GPUs were asked for, but torch sees {available} here",
            id="no-such-device",
            hint=f"use --devices {available}, or --device cpu",
        )


def close_ranks(ranks: Ranks) -> None:
    """Wait for all processes, and from now on take one that is silent for hung."""
    if ranks.count == 1:
        return
    ranks.wait()
    limit = timedelta(seconds=float(os.environ.get(SILENCE_VARIABLE, SILENCE_S)))
    torch.distributed.set_timeout(limit)


def be_quiet() -> None:
    """Keep Fabric from telling on stderr what radzoo says itself."""
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
