"""The weights of a classification network as those of a segmentation network's encoder."""

from collections.abc import Callable, Mapping
from typing import Final

from torch import Tensor, nn

from radzoo.models.adaptation import adapt_channels
from radzoo.models.weights import check_finite, check_fit

State = Mapping[str, Tensor]
ENCODER: Final = "encoder.model"


def is_encoder(network: nn.Module, state: State) -> bool:
    """Is this the state of the encoder alone?"""
    beside = any(name.startswith("encoder.") for name in state)
    return not beside and any(name == ENCODER for name, _ in network.named_modules())


def put_encoder(network: nn.Module, state: State, log: Callable[[str], object]) -> None:
    """Put the published weights of a network of timm into the encoder.

    What comes behind the last features that are used (pooling, the last layer) is left out.

    Raises:
        IntegrityError: if a tensor is missing, of another shape, or not finite.
    """
    encoder = network.get_submodule(ENCODER)
    wanted = {plain(name): name for name in encoder.state_dict()}
    given = {wanted[plain(name)]: value for name, value in state.items() if plain(name) in wanted}
    left = [name for name in state if plain(name) not in wanted]
    adapt_channels(encoder, given, log)
    check_finite(given)
    check_fit(encoder, given)
    encoder.load_state_dict(given, strict=False)
    if left:
        log(f"{len(left)} tensors behind the encoder's features were left out ({left[0]} first)")
    log(f"the encoder begins with the published weights, the rest with random ones "
        f"({len(given)} tensors)")  # fmt: skip


def plain(name: str) -> str:
    """Return a name as it is for features and whole networks alike.

    timm calls `stages.0.blocks` of a network `stages_0.blocks` where it only gives features.
    """
    return name.replace("_", ".")
