"""Where and how precisely a network computes: every choice about the device is made here."""

import os
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from radzoo.core.errors import EnvironmentFailure, MemoryFailure, UsageError


@dataclass(frozen=True, slots=True)
class Engine:
    """A device, and the precision in which training runs on it.

    Attributes:
        amp: half precision for training; bfloat16 where the device has it.
    """

    device: torch.device
    amp: bool

    @property
    def half(self) -> torch.dtype:
        """The half precision this device is best at."""
        if self.device.type == "cuda" and not torch.cuda.is_bf16_supported():
            return torch.float16
        return torch.bfloat16

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
        """Move a network to the device, in the memory layout that suits it."""
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
def reproducible(device: torch.device, *, threads: int | None = None) -> Iterator[None]:
    """Make what runs inside depend on its seeds and thread count only; undo it afterwards.

    On a GPU an operation that has no deterministic form still runs (AlexNet's and VGG's
    adaptive pooling is one).
    """
    was_deterministic = torch.are_deterministic_algorithms_enabled()
    was_warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    was_benchmark, was_threads = torch.backends.cudnn.benchmark, torch.get_num_threads()
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    devices = [device.index or 0] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*does not have a deterministic implementation")
        torch.use_deterministic_algorithms(True, warn_only=device.type == "cuda")
        torch.backends.cudnn.benchmark = False
        torch.set_num_threads(threads or was_threads)
        try:
            yield
        finally:
            torch.use_deterministic_algorithms(was_deterministic, warn_only=was_warn_only)
            torch.backends.cudnn.benchmark = was_benchmark
            torch.set_num_threads(was_threads)


@contextmanager
def memory_guard(batch_size: int) -> Iterator[None]:
    """Turn the many ways in which memory runs out into one error that names the batch size."""
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError):
        raise _no_memory(batch_size) from None
    except RuntimeError as error:
        if "allocate memory" in str(error) or "out of memory" in str(error).lower():
            raise _no_memory(batch_size) from None
        raise


def _no_memory(batch_size: int) -> MemoryFailure:
    return MemoryFailure(
        f"memory ran out with batches of {batch_size}",
        id="out-of-memory",
        hint=f"try --batch-size {max(2, batch_size // 2)}, or a smaller --image-size",
    )
