"""Which weights are taught, and how fast."""

import torch
from torch import nn

from radzoo.core.recipe import Recipe
from radzoo.models.heads import head_modules


def optimiser(network: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """Return AdamW over head and encoder with their own rates.

    Scales, shifts and biases (every tensor of fewer than two dimensions) do not decay.
    Every group remembers its peak rate as `peak`.
    """
    heads = {id(weight) for head in head_modules(network) for weight in head.parameters()}
    kinds: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for weight in network.parameters():
        if weight.requires_grad:
            kinds.setdefault((id(weight) in heads, weight.ndim > 1), []).append(weight)
    groups = [
        {
            "params": weights,
            "peak": recipe.lr if is_head else recipe.lr_encoder,
            "weight_decay": recipe.weight_decay if decays else 0.0,
            "is_head": is_head,
        }
        for (is_head, decays), weights in kinds.items()
    ]
    return torch.optim.AdamW(groups, lr=recipe.lr)


def freeze_encoder(network: nn.Module) -> None:
    """Let only the last layer learn."""
    heads = {id(weight) for head in head_modules(network) for weight in head.parameters()}
    for weight in network.parameters():
        weight.requires_grad_(id(weight) in heads)


def set_training(network: nn.Module, recipe: Recipe) -> None:
    """Put a network in training mode; a frozen encoder stays in evaluation mode.

    Otherwise batch normalisation of the frozen encoder would go on learning its statistics.
    """
    network.train(recipe.strategy == "full")
    for head in head_modules(network):
        head.train()


def set_rates(optimizer: torch.optim.Optimizer, factor: float) -> None:
    """Give every group its share of its peak rate."""
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * factor
