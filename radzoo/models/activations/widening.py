"""Let a layer read twice as many channels, with its weights kept and nothing for the new ones."""

import torch
from torch import Tensor, nn

from radzoo.models.activations.channels import CONVOLUTIONS, NORMS


def widen(layer: nn.Module) -> None:
    """Double the input channels of a layer; it gives what it gave for the first half.

    The weights of the second half begin at nothing, so that they are learnt from there.
    """
    if isinstance(layer, CONVOLUTIONS):
        layer.in_channels *= 2
        layer.weight = beside(layer.weight)
    elif isinstance(layer, nn.Linear):
        layer.in_features *= 2
        layer.weight = beside(layer.weight)
    elif isinstance(layer, NORMS):
        widen_norm(layer)


def beside(weight: Tensor) -> nn.Parameter:
    """Append as many zeros along the input channels."""
    wide = torch.cat([weight.detach(), torch.zeros_like(weight)], dim=1)
    return nn.Parameter(wide, requires_grad=weight.requires_grad)


def widen_norm(norm: nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d) -> None:
    """Append as many channels, of mean 0 and spread 1 before and after."""
    norm.num_features *= 2
    if norm.affine:
        norm.weight = nn.Parameter(append(norm.weight, 1.0))
        norm.bias = nn.Parameter(append(norm.bias, 0.0))
    if norm.running_mean is not None and norm.running_var is not None:
        norm.running_mean = append(norm.running_mean, 0.0)
        norm.running_var = append(norm.running_var, 1.0)


def append(values: Tensor, value: float) -> Tensor:
    """Append as many of one value."""
    return torch.cat([values.detach(), torch.full_like(values, value)])
