"""Which weights learn, and from which epoch on."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import nn

from radzoo.core.recipe import Recipe
from radzoo.models.training.layers import encoder_stages, head_weights, part_of_encoder
from radzoo.models.training.low_rank import add_low_rank


@dataclass(frozen=True, slots=True)
class Curriculum:
    """What of a network learns in which epoch: it follows from the number of the epoch alone.

    Attributes:
        network: whose weights say by `requires_grad` whether they learn.
        stages: names of the encoder's weights that ever learn, by stage, from the image on;
            stages without any are left out.
        gradual_epochs: after so many epochs one more stage begins to learn, from the last to
            the first; 0 = all learn from the beginning.
    """

    network: nn.Module
    stages: tuple[tuple[str, ...], ...]
    gradual_epochs: int

    def begin_epoch(self, epoch: int) -> None:
        """Let what belongs to this epoch learn, and nothing else."""
        if self.gradual_epochs:
            resting = max(0, len(self.stages) - (epoch - 1) // self.gradual_epochs)
            weights = dict(self.network.named_parameters())
            for number, names in enumerate(self.stages):
                for name in names:
                    weights[name].requires_grad_(number >= resting)
        set_training(self.network)


def plan_learning(network: nn.Module, recipe: Recipe) -> Curriculum:
    """Freeze what the strategy leaves alone, and put low-rank changes beside what it teaches.

    Call it once, before the optimiser is made: every weight that requires a gradient
    afterwards is taught sooner or later.
    """
    taught = taught_weights(network, recipe)
    for name, weight in network.named_parameters():
        weight.requires_grad_(name in taught)
    if recipe.lora_rank:
        add_low_rank(network, rank=recipe.lora_rank, alpha=recipe.lora_alpha, seed=recipe.seed)
    weights = dict(network.named_parameters())
    stages = [
        tuple(name for name in stage.weights if weights[name].requires_grad)
        for stage in encoder_stages(network)
    ]
    return Curriculum(network, tuple(stage for stage in stages if stage), recipe.gradual_epochs)


def taught_weights(network: nn.Module, recipe: Recipe) -> frozenset[str]:
    """Return the names of the weights that the strategy teaches; the last layer's always."""
    head = head_weights(network)
    if recipe.strategy == "LP":
        return head
    if recipe.strategy == "partial":
        chosen = part_of_encoder(network, recipe.unfreeze_pct, direction=recipe.direction)
        return head | chosen
    return frozenset(name for name, _ in network.named_parameters())


def set_training(network: nn.Module) -> None:
    """Put what learns in training mode; what is frozen stays in evaluation mode.

    Otherwise batch normalisation of a frozen part would go on learning its statistics. A
    module without weights (dropout, say) follows the module that it is in.
    """
    _set_training(network, parent=False)


def _set_training(module: nn.Module, *, parent: bool) -> None:
    weights = list(module.parameters())
    module.training = _learns(weights) if weights else parent
    for child in module.children():
        _set_training(child, parent=module.training)


def _learns(weights: Sequence[nn.Parameter]) -> bool:
    return any(weight.requires_grad for weight in weights)
