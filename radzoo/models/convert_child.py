"""The process that `models.convert` can afford to lose: `SOURCE TARGET`, exit code 0 if done."""

import sys
from pathlib import Path

import safetensors.torch
import torch

HEADROOM_BYTES = 1 << 30
NESTED = ("state_dict", "model_state_dict", "model")


def limit_memory(size_bytes: int) -> None:
    """Let this process grow by a few times the file at most, where the system can say so."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except (ImportError, OSError):
        return
    limit = pages * resource.getpagesize() + 4 * size_bytes + HEADROOM_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def convert(source: Path, target: Path) -> None:
    """Write the tensors of a torch file to a safetensors file.

    Raises:
        TypeError: if it holds anything but named tensors.
    """
    state = torch.load(source, weights_only=True, mmap=False, map_location="cpu")
    for key in NESTED:
        if isinstance(state, dict) and isinstance(state.get(key), dict):
            state = state[key]
    if not isinstance(state, dict) or not state:
        raise TypeError("not a dictionary")
    if not all(isinstance(k, str) and isinstance(v, torch.Tensor) for k, v in state.items()):
        raise TypeError("not named tensors")
    plain = {name: tensor.detach().contiguous().clone() for name, tensor in state.items()}
    safetensors.torch.save_file(plain, target)


if __name__ == "__main__":
    limit_memory(Path(sys.argv[1]).stat().st_size)
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
