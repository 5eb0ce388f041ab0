"""From the published names of tensors to those of the network.

A named map is a function from the published tensors and the network to tensors under the
network's names. It leaves alone what it does not know: what does not fit is named later.
"""

from collections.abc import Callable, Mapping, Sequence

from torch import Tensor, nn

from radzoo.core.entry import KeyRule
from radzoo.core.errors import IntegrityError
from radzoo.core.registry import Registry

State = Mapping[str, Tensor]
KeyMap = Callable[[State, nn.Module], dict[str, Tensor]]

KEY_MAPS: Registry[KeyMap] = Registry(
    "key map",
    {
        "timm": "radzoo.models.key_maps.timm_filter:rename",
        "old-densenet": "radzoo.models.key_maps.old_densenet:rename",
        "numeric-resnet": "radzoo.models.key_maps.numeric:rename_resnet",
        "numeric-densenet": "radzoo.models.key_maps.numeric:rename_densenet",
        "numeric-inception": "radzoo.models.key_maps.numeric:rename_inception",
        "dinov2": "radzoo.models.key_maps.dinov2:rename",
        "dinov2-hf": "radzoo.models.key_maps.dinov2:rename_hf",
        "clip-vit": "radzoo.models.key_maps.clip_vit:rename",
        "medicalnet": "radzoo.models.key_maps.medicalnet:rename",
    },
)


def apply_key_map(
    state: State,
    rules: Sequence[KeyRule],
    network: nn.Module,
    log: Callable[[str], object] = lambda message: None,
) -> dict[str, Tensor]:
    """Take the published names through each rule, in order.

    Args:
        state: the published tensors by name.
        rules: the steps, as the entry gives them.
        network: whose names are wanted.
        log: told of a rule that met no name.

    Raises:
        InputError: if a rule names a map that radzoo does not have.
        IntegrityError: if nothing is left, or two tensors come to the same name.
    """
    current = dict(state)
    for rule in rules:
        if rule.named is not None:
            changed = KEY_MAPS.find(rule.named)(current, network)
        else:
            changed = _apply_prefix(current, rule)
        if not changed:
            raise IntegrityError(
                f"no published tensor has a name that {_words(rule)} leaves",
                id="weights-do-not-fit",
                hint="mend architecture.key_map in the registry file",
            )
        if changed.keys() == current.keys():
            log(f"{_words(rule)} met no published name")
        current = changed
    return current


def _apply_prefix(state: State, rule: KeyRule) -> dict[str, Tensor]:
    """Apply a rule that is about the beginning of names."""
    prefix = rule.keep or rule.strip or rule.drop or rule.rename or ""
    changed: dict[str, Tensor] = {}
    for name, tensor in state.items():
        begins = name.startswith(prefix)
        if (rule.keep and not begins) or (rule.drop and begins):
            continue
        new = (rule.to or "") + name.removeprefix(prefix) if begins else name
        if new in changed:
            raise IntegrityError(
                f"{_words(rule)} gives two published tensors the name {new}",
                id="weights-do-not-fit",
                hint="mend architecture.key_map in the registry file",
            )
        changed[new] = tensor
    return changed


def _words(rule: KeyRule) -> str:
    verb, value = next(iter(rule.model_dump(exclude_none=True, exclude={"to"}).items()))
    return f"the rule '{verb}: {value}'"
