"""Where and how precisely a network computes: every choice about the device is made here."""

import os
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import torch
from torch import Tensor, nn

from radzoo.core.errors import EnvironmentFailure, MemoryFailure, UsageError
from radzoo.core.recipe import Recipe
from radzoo.models.ranks import ALONE, Ranks

if TYPE_CHECKING:
    from lightning_fabric import Fabric

Half = Literal["auto", "bfloat16", "float16"]
VOLUME_AXES: Final = 5
Precision = Literal["32-true", "bf16-mixed", "16-mixed"]


@dataclass(frozen=True, slots=True)
class Engine:
    """A device, the precision in which training runs on it, and who else takes part.

    Attributes:
        amp: half precision for training.
        wanted_half: which; `auto` is what the device is best at.
        compiles: let torch compile the network that is taught.
        ranks: the processes that compute together.
        fabric: that launched them; None if this process is alone.
    """

    device: torch.device
    amp: bool
    wanted_half: Half = "auto"
    compiles: bool = False
    ranks: Ranks = ALONE
    fabric: "Fabric | None" = None

    @property
    def half(self) -> torch.dtype:
        """The half precision that is asked for, or that this device is best at."""
        if self.wanted_half != "auto":
            return torch.float16 if self.wanted_half == "float16" else torch.bfloat16
        if self.device.type == "cuda" and not torch.cuda.is_bf16_supported():
            return torch.float16
        return torch.bfloat16

    @property
    def precision(self) -> Precision:
        """The precision of training, as Lightning Fabric names it."""
        if not self.amp:
            return "32-true"
        return "16-mixed" if self.half is torch.float16 else "bf16-mixed"

    @property
    def memory_format(self) -> torch.memory_format:
        """Channels last is what tensor cores want; on a CPU it gains little."""
        return torch.channels_last if self.device.type == "cuda" else torch.contiguous_format

    def autocast(self) -> AbstractContextManager[object]:
        """Half precision for what runs inside, if wanted."""
        if not self.amp:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=self.half)

    def scaler(self) -> torch.amp.GradScaler:
        """Keeps float16 gradients from vanishing; does nothing in any other precision."""
        needed = self.amp and self.half is torch.float16
        return torch.amp.GradScaler(self.device.type, enabled=needed)

    def place(self, network: nn.Module) -> nn.Module:
        """Move a network to the device, in the memory layout that suits it.

        Weights of volumes have an axis more than channels last has places for.
        """
        if any(weight.ndim == VOLUME_AXES for weight in network.parameters()):
            return network.to(self.device)
        return network.to(self.device, memory_format=self.memory_format)  # type: ignore[call-overload,no-any-return]  # stub lacks the keyword for modules

    def bring(self, tensor: Tensor) -> Tensor:
        """Move a tensor to the device."""
        if self.device.type == "cuda":
            return tensor.pin_memory().to(self.device, non_blocking=True)
        return tensor.to(self.device)

    def describe(self) -> str:
        """Name the hardware for the run's record."""
        if self.device.type == "cuda":
            return torch.cuda.get_device_name(self.device)
        return "cpu"


def engine_for(device: torch.device, recipe: Recipe) -> Engine:
    """Return the engine that a recipe asks for on a device, for one process."""
    return Engine(device, recipe.amp, wanted_half=recipe.half, compiles=recipe.compile)


def pick_device(name: str) -> torch.device:
    """Turn `auto`, `cpu`, `cuda` or `cuda:N` into a device that exists.

    Raises:
        UsageError: if `name` is none of these.
        EnvironmentFailure: if a GPU is asked for that this machine does not have.
    """
    if name == "auto":
        return torch.device("cuda" if cuda_devices() else "cpu")
    kind, _, number = name.partition(":")
    if kind not in ("cpu", "cuda") or (":" in name and not number.isdecimal()):
        raise UsageError(
            f"there is no device '{name}'",
            id="unknown-device",
            hint="use auto, cpu, cuda or cuda:N",
        )
    if kind == "cpu":
        return torch.device("cpu")
    available = cuda_devices()
    if int(number or 0) >= available:
        raise EnvironmentFailure(
            f"'{name}' was asked for, but torch sees {available} CUDA devices here",
            id="no-such-device",
            hint="use --device cpu, or install a torch build and a driver that fit the GPU",
        )
    return torch.device("cuda", int(number or 0))


def cuda_devices() -> int:
    """Count GPUs without the warning that torch gives when a driver is missing or too old."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.cuda.device_count() if torch.cuda.is_available() else 0


@contextmanager
def reproducible(
    device: torch.device,
    *,
    threads: int | None = None,
    deterministic: bool = True,
    tf32: bool = False,
) -> Iterator[None]:
    """Make what runs inside depend on its seeds and thread count only; undo it afterwards.

    On a GPU an operation that has no deterministic form still runs (AlexNet's and VGG's
    adaptive pooling is one).

    Args:
        device: on which it runs.
        threads: of the CPU; None = as many as before.
        deterministic: on a GPU, choose operations that give the same twice; if False, the
            fastest. A CPU always gives the same.
        tf32: let matrix products of a GPU round their factors to 19 bits.
    """
    on_gpu = device.type == "cuda"
    fixed = deterministic or not on_gpu
    was_deterministic = torch.are_deterministic_algorithms_enabled()
    was_warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    was_benchmark, was_threads = torch.backends.cudnn.benchmark, torch.get_num_threads()
    was_products = torch.get_float32_matmul_precision()
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    devices = [device.index or 0] if on_gpu else []
    with torch.random.fork_rng(devices=devices), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*does not have a deterministic implementation")
        torch.use_deterministic_algorithms(fixed, warn_only=on_gpu)
        torch.backends.cudnn.benchmark = not fixed
        torch.set_num_threads(threads or was_threads)
        if tf32 and on_gpu:
            torch.set_float32_matmul_precision("high")
        try:
            yield
        finally:
            torch.use_deterministic_algorithms(was_deterministic, warn_only=was_warn_only)
            torch.backends.cudnn.benchmark = was_benchmark
            torch.set_num_threads(was_threads)
            torch.set_float32_matmul_precision(was_products)


@contextmanager
def memory_guard(batch_size: int) -> Iterator[None]:
    """Turn the many ways in which memory runs out into one error that names the batch size."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not ran_out(error):
            raise
        raise _no_memory(batch_size) from None


def ran_out(error: BaseException) -> bool:
    """Is this one of the many ways in which memory runs out?"""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    said = str(error).lower()
    return isinstance(error, RuntimeError) and (
        "allocate memory" in said or "out of memory" in said
    )


def _no_memory(batch_size: int) -> MemoryFailure:
    return MemoryFailure(
        f"memory ran out with batches of {batch_size}",
        id="out-of-memory",
        hint=f"try --batch-size {max(2, batch_size // 2)}, or a smaller --image-size",
    )
