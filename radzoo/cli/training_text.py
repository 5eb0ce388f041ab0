"""How a training is told in words: one line each, within 80 columns."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from radzoo.core.recipe import Recipe
    from radzoo.models.training.progress import Epoch

BLOCKS: Final = "▁▂▃▄▅▆▇█"
PLAIN_BLOCKS: Final = "_.-=+*%#"
WHAT: Final = {"LP": "the last layer", "partial": "a part of the layers"}


def describe_recipe(recipe: "Recipe", n_train: int) -> str:
    """Say in one line what will be done."""
    start = "from random weights" if recipe.from_scratch else "from published weights"
    return (
        f"teaching {WHAT.get(recipe.strategy, 'all layers')} {start}: {n_train} training cases, "
        f"up to {recipe.epochs} epochs, batches of {recipe.batch_size}, seed {recipe.seed}"
    )


class Headline(NamedTuple):
    """The metric that a task is judged by while it is learnt.

    Attributes:
        title: its name for people.
        sign: -1 for an error, whose scores are turned while it is learnt.
    """

    title: str = "AUROC"
    sign: float = 1.0

    def of(self, epoch: "Epoch") -> float:
        """Return its value in an epoch, as people know it."""
        return self.sign * epoch.score


AUROC: Final = Headline()


def describe_epoch(
    epoch: "Epoch", epochs: int, *, improved: bool, headline: Headline = AUROC
) -> str:
    """Say in one line how an epoch went; a star marks the best so far."""
    return (
        f"epoch {epoch.epoch}/{epochs}  loss {epoch.train_loss:.4f}  val {epoch.val_loss:.4f}  "
        f"{headline.title} {headline.of(epoch):.4f} {'*' if improved else ' '}  lr {epoch.lr:.1e}  "
        f"{epoch.images_per_s:.0f} images/s"
    )


def sparkline(values: Sequence[float], *, width: int = 24, blocks: str = BLOCKS) -> str:
    """Draw the last values as blocks: the lowest of them is the lowest block."""
    shown = [value for value in values[-width:] if value == value]
    if not shown:
        return ""
    low, span = min(shown), max(shown) - min(shown)
    top = len(blocks) - 1
    return "".join(blocks[round((value - low) / span * top) if span else 0] for value in shown)


def describe_duration(seconds: float) -> str:
    """Write a duration as `7 s`, `2:31` or `1:02:31`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def headline_of(task: str) -> Headline:
    """Return the metric that a task is judged by while it is learnt."""
    from radzoo.metrics.families import find_metric
    from radzoo.render.words import title_of
    from radzoo.tasks import TASKS

    if task not in TASKS:
        return Headline("score")
    name = TASKS[task].headline
    metric = find_metric(name, task)
    lower = metric is not None and metric.higher_is_better is False
    return Headline(title_of(name), -1.0 if lower else 1.0)
