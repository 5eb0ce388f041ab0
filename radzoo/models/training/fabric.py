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
    from lightning_fabric.strategies.parallel import ParallelStrategy

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
        UsageError: if the device has a number, or a spread network is to do what it cannot.
        EnvironmentFailure: if there are not so many GPUs.
    """
    if launch.devices * launch.nodes == 1:
        return engine
    from lightning_fabric import Fabric
    from lightning_fabric.plugins.environments.lightning import LightningEnvironment

    check(engine, launch)
    be_quiet()
    fabric = Fabric(
        accelerator=engine.device.type,
        devices=launch.devices,
        num_nodes=launch.nodes,
        strategy=strategy_of(launch),
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


def strategy_of(launch: Launch) -> "ParallelStrategy":
    """Return how the processes share a network."""
    from lightning_fabric.strategies.ddp import DDPStrategy
    from lightning_fabric.strategies.model_parallel import ModelParallelStrategy

    if launch.parallel == "ddp":
        return DDPStrategy(timeout=PATIENCE, gradient_as_bucket_view=True)
    return ModelParallelStrategy(
        lambda network, mesh: network,  # `spreading` has done it before the optimiser was made
        data_parallel_size=launch.devices * launch.nodes,
        tensor_parallel_size=1,
        timeout=PATIENCE,
    )


def check(engine: Engine, launch: Launch) -> None:
    """Refuse what cannot be computed on many devices.

    Raises:
        UsageError: if the device has a number, or a spread network is to do what it cannot.
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
        check_spread(engine)
    available = cuda_devices()
    if engine.device.type == "cuda" and launch.devices > available:
        raise EnvironmentFailure(
            f"{launch.devices} GPUs were asked for, but torch sees {available} here",
            id="no-such-device",
            hint=f"use --devices {available}, or --device cpu",
        )


def check_spread(engine: Engine) -> None:
    """Refuse what a network that is spread over devices cannot do.

    Raises:
        UsageError: if its gradients would need a scaler, or it is to be compiled.
    """
    if engine.precision == "16-mixed":
        raise UsageError(
            "a network that is spread over devices (fsdp) does not learn in float16",
            id="fsdp-float16",
            hint="use --half bfloat16 or --no-amp, or --parallel ddp",
        )
    if engine.compiles:
        raise UsageError(
            "a network that is spread over devices (fsdp) is not compiled",
            id="fsdp-compile",
            hint="leave out --compile, or use --parallel ddp",
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
