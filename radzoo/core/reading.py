"""How the outputs of a network are read, as far as it follows from the cases it learnt from."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Covariate(BaseModel):
    """A column of the manifest that a network is told beside the image.

    Attributes:
        levels: of a category, in order; the first is the one that the others differ from.
        centre, spread: of a number: mean and standard deviation of the training cases.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Literal["number", "category"]
    levels: list[str] = []
    centre: FiniteFloat = 0.0
    spread: Positive = 1.0


class Reading(BaseModel):
    """What a task has to know to turn outputs into scores; a part of `RUN/config.json`.

    Which fields are filled depends on the task. All of it follows from the training cases.

    Attributes:
        classes: names of the classes, by their number; of ordinal ones from the lowest to the
            highest; of structures to be segmented without the background.
        untaught: which findings, by their place, every training case had or none: nothing is
            learnt of them, and they have no score.
        centre, spread: of each label that is a number: the network learns
            `(target - centre) / spread`.
        says_sd: beside each number the network says how far off it may be.
        cuts: ends of the intervals of time, rising, where risk is learnt for each interval.
        horizons: times until which the probability of no event is said.
        baseline: `(time, cumulative hazard)` of a case whose output is 0, by rising time; it
            is known after the training.
        covariates: what the network is told beside the image.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    classes: list[str] = []
    untaught: list[int] = []
    centre: list[FiniteFloat] = []
    spread: list[Positive] = []
    says_sd: bool = False
    cuts: list[Positive] = []
    horizons: list[Positive] = []
    baseline: list[tuple[FiniteFloat, FiniteFloat]] = []
    covariates: list[Covariate] = []


NOTHING_READ = Reading()
