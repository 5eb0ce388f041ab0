"""A network of one layer on small images, quick enough to be taught hundreds of times."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

from radzoo.checks.subject import Network
from radzoo.workflows.audit.pictures import reduce_to

AXES = 60
SIDE = 32


@dataclass(frozen=True)
class Linear:
    """Principal axes of reduced images, and logistic regression on them.

    Attributes:
        by_batch: do scores use the mean and spread of the batch, as a batch normalisation that
            was left in training mode?
    """

    axes: PCA
    model: LogisticRegression
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    by_batch: bool = False

    def features(self, images: NDArray[Any]) -> NDArray[np.float64]:
        """Return the standardised axes of images."""
        seen = self.axes.transform(flat(images))
        return (seen - self.mean) / self.spread

    def scores(self, images: NDArray[Any], batch: bool) -> NDArray[np.float64]:
        """Return probabilities `(n, 1)`; with the statistics of the batch if asked."""
        seen = self.axes.transform(flat(images))
        mean, spread = self.mean, self.spread
        if batch and len(images) > 1:
            mean, spread = seen.mean(axis=0), np.maximum(seen.std(axis=0), 1e-6)
        return self.model.predict_proba((seen - mean) / spread)[:, 1:]


def flat(images: NDArray[Any]) -> NDArray[np.float32]:
    """Return images of 32 x 32 pixels as rows."""
    return reduce_to(images, SIDE).reshape(len(images), -1) / np.float32(255)


def teach(images: NDArray[Any], positive: NDArray[np.float64], seed: int, **more: Any) -> Linear:
    """Teach it.

    Args:
        images: `(n, side, side)` of training.
        positive: `(n,)`.
        seed: of the axes and of which cases are drawn.
        more: `strength` of the regression (C), number of `axes`, `share` of the images that are
            learnt from, `by_batch`.
    """
    chance = np.random.default_rng(seed)
    drawn = chance.permutation(len(images))[: round(more.get("share", 0.95) * len(images))]
    rows = flat(images)
    axes = PCA(more.get("axes", AXES), svd_solver="randomized", random_state=seed).fit(rows)
    seen = axes.transform(rows)
    mean, spread = seen.mean(axis=0), np.maximum(seen.std(axis=0), 1e-6)
    model = LogisticRegression(C=more.get("strength", 0.03), max_iter=300)
    model.fit(((seen - mean) / spread)[drawn], positive[drawn])
    return Linear(axes, model, mean, spread, bool(more.get("by_batch")))


def as_network(linear: Linear, images: NDArray[Any], share: float) -> Network:
    """Let checks ask it about the images of an audit, or teach it anew from such a share."""

    def ask(rows: Any, asked: NDArray[Any], batch_size: int, mode: str) -> NDArray[np.float64]:
        parts = [
            linear.scores(asked[at : at + batch_size], linear.by_batch or mode == "training")
            for at in range(0, len(asked), batch_size)
        ]
        return np.concatenate(parts)

    def relearn(answers: Any, training: Any, validation: Any, seed: int) -> NDArray[np.float64]:
        known = training[~np.isnan(answers[training, 0])]
        return teach(images[known], answers[known, 0], seed, share=share).scores(
            images, batch=False
        )

    return Network(
        read=np.ones(len(images), bool), highest=255, take=lambda rows: images[rows], ask=ask,
        features=lambda rows, asked: linear.features(asked),
        fed=lambda rows, mode: images[rows][:, None].astype(np.float32) / np.float32(255),
        relearn=relearn,
    )  # fmt: skip
