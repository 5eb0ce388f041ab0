"""What radzoo would choose for each setting of a training, and the reason in a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from radzoo.core.recipe import Scalar
from radzoo.models.traits import ORDINARY, Traits

ENOUGH_STEPS: Final = 800
MANY: Final = 512


@dataclass(frozen=True, slots=True)
class Choice:
    """A value and the sentence that says why it was chosen."""

    value: Scalar
    reason: str


DEFAULT_AUGMENTATION: Final = Choice("radiograph", "nothing says what else the images are")


@dataclass(frozen=True, slots=True)
class Situation:
    """What choices follow from.

    Attributes:
        n_train: training cases.
        gpu: does it run on one?
        threads: CPU threads that torch uses here.
        traits: of the network.
        augmentation: that suits the images.
    """

    n_train: int
    gpu: bool
    threads: int
    traits: Traits = ORDINARY
    augmentation: Choice = DEFAULT_AUGMENTATION


def propose(wishes: Mapping[str, Scalar], situation: Situation) -> dict[str, Choice]:
    """Choose every setting that has to be chosen; those that the user names guide the rest."""
    probe = wishes.get("strategy") == "LP"
    scratch = bool(wishes.get("from_scratch", False))
    size = propose_batch_size(situation.n_train)
    return {
        "strategy": Choice("full", "all weights learn: what fits most data sets"),
        "from_scratch": Choice(False, "what was learnt before helps wherever cases are few"),
        "batch_size": size,
        "epochs": propose_epochs(situation.n_train, wishes.get("batch_size", size.value), probe),
        **propose_rates(wishes, situation.traits, probe=probe, scratch=scratch),
        "weight_decay": propose_decay(probe),
        "scheduler": Choice("cosine", "the rate falls smoothly to nothing"),
        "early_stopping": propose_patience(probe),
        "gradient_clip": Choice(1.0, "one strange batch does not undo the others"),
        "class_weights": Choice("auto", "both classes count alike; scores stay probabilities"),
        "augmentation": NO_AUGMENTATION if probe else situation.augmentation,
        "dropout": propose_dropout(situation.traits),
        "amp": propose_precision(situation.gpu),
        "seed": Choice(0, "another seed gives another draw of all that is random"),
        "threads": Choice(situation.threads, "what this machine gives; kept, for the same weights"),
    }


NO_AUGMENTATION: Final = Choice("none", "features are then computed once, not in every epoch")


def propose_batch_size(n_train: int) -> Choice:
    """Small sets take small batches, so that an epoch has some steps."""
    if n_train >= MANY:
        return Choice(32, f"{n_train:,} training cases make {n_train // 32:,} steps of 32")
    return Choice(16, f"of {n_train:,} training cases batches of 16 make more steps")


def propose_epochs(n_train: int, batch_size: Scalar, probe: bool) -> Choice:
    """About `ENOUGH_STEPS` steps, between 8 and 60 epochs; a probe's cost next to nothing."""
    if probe:
        return Choice(100, "with known features an epoch takes a moment")
    size = batch_size if isinstance(batch_size, int) and batch_size > 0 else 1
    epochs = round(ENOUGH_STEPS * size / max(1, n_train))
    if epochs < 8:
        return Choice(8, f"fewer would do {ENOUGH_STEPS} steps, but not see cases often enough")
    if epochs > 60:
        return Choice(60, f"not {epochs:,}: so few cases would be learnt by heart")
    return Choice(epochs, f"about {ENOUGH_STEPS} steps")


def propose_rates(
    wishes: Mapping[str, Scalar], traits: Traits, *, probe: bool, scratch: bool
) -> dict[str, Choice]:
    """Rates and their rise, by what the network is made of."""
    lr, warmup = _peak(traits, probe=probe, scratch=scratch), Choice(0.05, "a short rise suffices")
    if not probe and (traits.attends or not traits.normalises):
        warmup = Choice(0.1, "such networks are easily upset in their first steps")
    return {
        "lr": lr,
        "lr_encoder": _encoder(wishes.get("lr", lr.value), traits, probe=probe, scratch=scratch),
        "warmup": warmup,
    }


def _peak(traits: Traits, *, probe: bool, scratch: bool) -> Choice:
    if probe:
        return Choice(3e-3, "a last layer alone can learn fast")
    if not traits.normalises:
        return Choice(1e-4, "a network without normalisation diverges or stalls at higher rates")
    if traits.attends and scratch:
        return Choice(3e-4, "a transformer with random weights stalls at higher rates")
    return Choice(1e-3, "suits AdamW where layers are normalised")


def _encoder(lr: Scalar, traits: Traits, *, probe: bool, scratch: bool) -> Choice:
    if scratch:
        return Choice(lr, "nothing was learnt before: all layers learn alike")
    if not isinstance(lr, (int, float)):
        return Choice(lr, "as the last layer")
    if traits.attends and not probe:
        return Choice(lr / 20, "a twentieth: transformers forget what they know at higher rates")
    return Choice(lr / 3, "a third: what was learnt before changes more slowly")


def propose_dropout(traits: Traits) -> Choice:
    """What the network is published with."""
    if traits.dropout:
        return Choice(traits.dropout, "what its own dropout layers are published with")
    return Choice(0.0, "augmentation and weight decay come first")


def propose_decay(probe: bool) -> Choice:
    """A last layer alone has little to forget."""
    if probe:
        return Choice(0.01, "a last layer has few weights")
    return Choice(0.05, "usual with AdamW")


def propose_patience(probe: bool) -> Choice:
    """Epochs without a better validation."""
    epochs = 20 if probe else 10
    return Choice(epochs, f"stops after {epochs} epochs without a better validation")


def propose_precision(gpu: bool) -> Choice:
    """Half precision pays on a GPU."""
    if gpu:
        return Choice(True, "half precision is much faster on a GPU")
    return Choice(False, "full precision on a CPU gives the same twice")
