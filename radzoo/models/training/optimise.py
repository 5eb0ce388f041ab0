"""How fast each weight is taught."""

import torch
from torch import nn

from radzoo.core.recipe import Recipe
from radzoo.models.training.layers import encoder_stages, head_weights


def optimiser(network: nn.Module, recipe: Recipe, *, fused: bool = True) -> torch.optim.Optimizer:
    """Return AdamW over head and encoder with their own rates.

    Scales, shifts and biases (every tensor of fewer than two dimensions) do not decay. A
    weight that rests in the first epochs has its place from the beginning. Every group
    remembers its peak rate as `peak`; of the encoder's groups, the fastest comes last.

    Args:
        network: on the device where it will be taught.
        recipe: rates and decay.
        fused: take a step in one pass over the weights, five times as fast on a CPU; it
            does not go together with the scaler of float16 gradients.
    """
    head, peaks = head_weights(network), encoder_peaks(network, recipe)
    kinds: dict[tuple[bool, float, bool], list[nn.Parameter]] = {}
    for name, weight in network.named_parameters():
        if weight.requires_grad:
            peak = recipe.lr if name in head else peaks[name]
            kinds.setdefault((name in head, peak, weight.ndim > 1), []).append(weight)
    if recipe.layer_decay < 1:
        kinds = dict(sorted(kinds.items(), key=lambda kind: kind[0][:2]))
    groups = [
        {
            "params": weights,
            "peak": peak,
            "weight_decay": recipe.weight_decay if decays else 0.0,
            "is_head": is_head,
        }
        for (is_head, peak, decays), weights in kinds.items()
    ]
    return torch.optim.AdamW(groups, lr=recipe.lr, fused=fused)


def encoder_peaks(network: nn.Module, recipe: Recipe) -> dict[str, float]:
    """Return the peak rate of every weight of the encoder.

    The stage beside the last layer has the encoder's rate; each one before it has its
    successor's, times the decay.
    """
    stages = encoder_stages(network)
    return {
        name: recipe.lr_encoder * recipe.layer_decay ** (len(stages) - 1 - number)
        for number, stage in enumerate(stages)
        for name in stage.weights
    }


def set_rates(optimizer: torch.optim.Optimizer, factor: float) -> None:
    """Give every group its share of its peak rate."""
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * factor
