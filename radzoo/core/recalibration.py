"""A recalibration that was fitted on validation and saved, so that the test set cannot move it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from radzoo.core.errors import InputError
from radzoo.core.json_text import from_text, to_text
from radzoo.core.publish import publish_text

Finite = Annotated[float, Field(allow_inf_nan=False)]


class LabelRecalibration(BaseModel):
    """The map of one label.

    Attributes:
        parameters: what was fitted, by the names that the method gives them; null if there is
            no fit, `note` says why, and the scores of the label stay as they are.
        n, n_positive: the cases that it was fitted on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    parameters: dict[str, Finite | list[Finite]] | None
    n: Annotated[int, Field(ge=0)]
    n_positive: Annotated[int, Field(ge=0)]
    note: str | None = None


class Recalibration(BaseModel):
    """What `recalibration.json` holds.

    Attributes:
        method: `temperature`, `platt`, `isotonic` or `beta`.
        fitted_on_sha256: hash of the predictions file that it was fitted on.
        rule: what was minimised.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    method: Literal["temperature", "platt", "isotonic", "beta"]
    rule: str
    fitted_on_sha256: str
    labels: list[LabelRecalibration]

    def find(self, label: str) -> LabelRecalibration:
        """Return the map of a label.

        Raises:
            InputError: if there is none.
        """
        for one in self.labels:
            if one.label == label:
                return one
        raise InputError(
            f"the recalibration has no label '{label}'",
            id="no-recalibration",
            hint=f"it has {', '.join(one.label for one in self.labels) or 'none'}",
        )


HINT = "radzoo evaluate PREDICTIONS --recalibrate platt --on VALIDATION --out DIR writes one"


def read_recalibration(path: Path) -> Recalibration:
    """Read a saved recalibration.

    Raises:
        InputError: if the file is absent or holds none.
    """
    try:
        return from_text(Recalibration, path.read_text("utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"there is no recalibration file {path}", id="no-such-file", hint=HINT
        ) from None
    except (ValueError, IsADirectoryError):
        raise InputError(
            f"{path} is not a recalibration file", id="bad-recalibration", hint=HINT
        ) from None


def write_recalibration(path: Path, recalibration: Recalibration) -> None:
    """Write a recalibration, whole or not at all."""
    publish_text(path, to_text(recalibration))


def labels_without_fit(recalibration: Recalibration) -> Sequence[LabelRecalibration]:
    """Return the labels whose scores stay as they are."""
    return [one for one in recalibration.labels if one.parameters is None]
