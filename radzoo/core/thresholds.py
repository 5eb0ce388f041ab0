"""Thresholds that were chosen on validation and frozen, so that the test set cannot move them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from radzoo.core.errors import InputError
from radzoo.core.json_text import from_text, to_text
from radzoo.core.publish import publish_text


class FrozenThreshold(BaseModel):
    """The threshold of one label and where it comes from.

    Attributes:
        threshold: a case is positive if its score is >= this; null if validation lacked a
            class, so that none could be chosen.
        rule: how it was chosen: `youden`, `sens@0.95`, `spec@0.9` or a number.
        n, n_positive: the cases on which it was chosen.
        predictions_sha256: hash of the predictions file on which it was chosen.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    threshold: Annotated[float, Field(allow_inf_nan=False)] | None
    rule: str
    n: Annotated[int, Field(ge=0)]
    n_positive: Annotated[int, Field(ge=0)]
    predictions_sha256: str


class ThresholdsFile(BaseModel):
    """What `thresholds.json` holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    thresholds: list[FrozenThreshold]


def read_thresholds(path: Path) -> tuple[FrozenThreshold, ...]:
    """Read frozen thresholds.

    Raises:
        InputError: if the file is absent or no thresholds file.
    """
    try:
        text = path.read_text("utf-8")
        return tuple(from_text(ThresholdsFile, text).thresholds)
    except FileNotFoundError:
        raise InputError(
            f"there is no thresholds file {path}",
            id="no-such-file",
            hint="radzoo finetune writes one: RUN/thresholds.json",
        ) from None
    except (ValueError, IsADirectoryError):
        raise InputError(
            f"{path} is not a thresholds file",
            id="bad-thresholds",
            hint="radzoo finetune writes one: RUN/thresholds.json",
        ) from None


def write_thresholds(path: Path, thresholds: Sequence[FrozenThreshold]) -> None:
    """Write frozen thresholds, whole or not at all."""
    file = ThresholdsFile(thresholds=list(thresholds))
    publish_text(path, to_text(file))
