"""The paper's laboratory: any network with any activation function."""

from radzoo.models.activations.replacement import Replaced, replace_activations

__all__ = ["Replaced", "replace_activations"]
