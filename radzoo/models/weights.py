"""Weights from a file: read without running any code in it, and checked name by name."""

import errno
import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor, nn

from radzoo.core.errors import IntegrityError
from radzoo.core.publish import publish
from radzoo.models.adaptation import adapt
from radzoo.models.heads import head_names
from radzoo.models.key_maps import old_densenet
from radzoo.models.safetensors_file import read_safetensors

State = Mapping[str, Tensor]
SHOWN = 3


def load_state(
    path: Path,
    format: str,  # noqa: A002
    *,
    sha256: str | None = None,
) -> dict[str, Tensor]:
    """Read every tensor of a safetensors file.

    Files of other formats are first converted by `models.convert`.

    Args:
        path: the file.
        format: `safetensors`.
        sha256: what the bytes that are read have to have; None only where nobody knows it.

    Raises:
        IntegrityError: if the file is no safetensors file, is of a format that can run code,
            or is not the one that was meant.
        InputError: if it cannot be read.
    """
    if format != "safetensors":
        raise IntegrityError(
            f"{path.name} holds {format} data, which can run code when it is opened",
            id="unsafe-weights",
            hint="ask its authors for a safetensors file; radzoo never unpickles objects",
        )
    return read_safetensors(path, sha256=sha256)


def save_state(path: Path, network: nn.Module, about: str) -> None:
    """Write the state of a network, whole or not at all, and read it again.

    Args:
        path: the safetensors file.
        network: whose state is written; it may be on any device.
        about: JSON text that says what the weights are. One text, because safetensors
            writes several in an order that changes from run to run.

    Raises:
        EnvironmentFailure: if it could not be written.
    """
    state = {
        name: value.detach().cpu().contiguous() for name, value in network.state_dict().items()
    }

    def write(partial: Path) -> None:
        data = safetensors.torch.save(state, metadata={"radzoo": about})
        partial.write_bytes(data)
        if hashlib.sha256(partial.read_bytes()).digest() != hashlib.sha256(data).digest():
            raise OSError(errno.EIO, "the disk does not hold what was written")

    publish(path, write)


def put_weights(
    network: nn.Module,
    state: State,
    *,
    keep_head: bool,
    log: Callable[[str], object] = lambda message: None,
) -> None:
    """Put published weights into a network, or say by name what does not fit.

    The published last layer is left out unless `keep_head`. The first layer and position
    embeddings are adapted to other channels and sizes. Counters of seen batches may be
    missing: old files lack them.

    Raises:
        IntegrityError: if a tensor is missing, unexpected, of another shape, or not finite.
    """
    given = adapt(network, old_densenet.rename(state), log)
    check_finite(given)
    replaced = () if keep_head else tuple(f"{name}." for name in head_names(network))
    dropped = [name for name in given if name.startswith(replaced)]
    if dropped:
        given = {name: tensor for name, tensor in given.items() if name not in dropped}
        log(f"a new last layer replaces the published one ({', '.join(dropped)})")
    check_fit(network, given, replaced)
    network.load_state_dict(given, strict=False)


def check_fit(network: nn.Module, given: State, replaced: tuple[str, ...] = ()) -> None:
    """Compare names and shapes with those of a network.

    Args:
        network: whose names are wanted.
        given: the tensors under the network's names.
        replaced: how the names begin that need not be given.

    Raises:
        IntegrityError: naming what is missing, unexpected, or of another shape.
    """
    wanted = network.state_dict()
    optional = {
        name for name in wanted if name.endswith("num_batches_tracked") or name.startswith(replaced)
    }
    misshapen = [
        f"{name} {tuple(tensor.shape)} for {tuple(wanted[name].shape)}"
        for name, tensor in given.items()
        if name in wanted and tensor.shape != wanted[name].shape
    ]
    problems = {
        "missing": [name for name in wanted if name not in given and name not in optional],
        "unexpected": [name for name in given if name not in wanted],
        "another shape": misshapen,
    }
    said = [f"{kind}: {_first(names)}" for kind, names in problems.items() if names]
    if said:
        raise IntegrityError(
            f"the weights do not fit the network: {'; '.join(said)}",
            id="weights-do-not-fit",
            hint="the registry entry names the wrong architecture, arguments or channels",
        )


def check_finite(state: State) -> None:
    """Refuse weights with NaN or infinity.

    Raises:
        IntegrityError: naming the tensors.
    """
    bad = [name for name, tensor in state.items() if not _is_finite(tensor)]
    if bad:
        raise IntegrityError(
            f"the weights hold values that are not finite numbers: {_first(bad)}",
            id="weights-not-finite",
            hint="the file is damaged, or its training had failed: use another",
        )


def _is_finite(tensor: Tensor) -> bool:
    # torch has no such test for numbers of eight bits.
    tiny = tensor.is_floating_point() and tensor.itemsize == 1
    return bool(torch.isfinite(tensor.float() if tiny else tensor).all())


def _first(names: Iterable[str]) -> str:
    """List the first few names, and how many more there are."""
    every = list(names)
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + more
