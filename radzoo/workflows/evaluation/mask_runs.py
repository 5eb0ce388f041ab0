"""Runs that segment: what of their folders an evaluation of masks needs. No torch here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from radzoo import __version__
from radzoo.core.errors import InputError
from radzoo.core.report import Provenance
from radzoo.workflows.evaluation.source import (
    CONFIG_FILE,
    HISTORY_FILE,
    MANIFEST_FILE,
    describe_file,
    read_history,
    read_json,
    read_warnings,
    warn_of_learnt,
)
from radzoo.workflows.run.folder import FOLDS, unfinished

SEGMENTATION = "segmentation"
PAIRS_FILE = "pairs-test.csv"
REPORT_FILE = "report.json"


@dataclass(frozen=True, slots=True)
class MaskRun:
    """What the folder of a run says.

    Attributes:
        tolerance_mm: that its own report states; None if it states none.
        config: None of a folder of folds.
        warnings: what the run itself said must be known.
    """

    folder: Path
    model: str | None
    tolerance_mm: float | None = None
    history: list[dict[str, float]] = field(default_factory=list)
    config: dict[str, object] | None = None
    warnings: tuple[str, ...] = ()

    @property
    def pairs(self) -> Path:
        """The table of references and predictions of the test split.

        Raises:
            InputError: if there is none.
        """
        table = self.folder / PAIRS_FILE
        if not table.is_file():
            raise InputError(
                f"{self.folder} has no {PAIRS_FILE}",
                id="incomplete-run",
                hint="make it again with radzoo finetune --task segmentation",
            )
        return table

    def provenance(self, data: Path | None) -> Provenance:
        """Say where the masks come from: the run's own test split, or its masks of `data`."""
        own = {"run": str(self.folder), "model": self.model}
        if data is not None:
            return Provenance(radzoo_version=__version__, data=str(data), **own)
        return describe_file(self.pairs).model_copy(update=own)


def find_mask_run(given: str, data: Path | None = None) -> MaskRun | None:
    """Return the run that is named, if it is one that segments.

    Args:
        given: what the user named.
        data: other data that it is to be judged on.

    Raises:
        InputError: if the run is not finished, or its files cannot be read.
    """
    folder = Path(given)
    if not folder.is_dir():
        return None
    config, folds = read_json(folder / CONFIG_FILE), read_json(folder / FOLDS)
    said = config if config is not None else folds
    if said is None or said.get("task") != SEGMENTATION:
        return None
    if config is not None and not (folder / MANIFEST_FILE).exists():
        raise unfinished(folder)
    return MaskRun(
        folder,
        str(said["model"]) if "model" in said else None,
        read_tolerance(read_json(folder / REPORT_FILE)),
        read_history(folder / HISTORY_FILE),
        config,
        (*read_warnings(folder / MANIFEST_FILE), *warn_of_learnt(config, data)),
    )


def read_tolerance(report: Mapping[str, object] | None) -> float | None:
    """Return the tolerance that a report of masks states."""
    masks = (report or {}).get("masks")
    stated = masks.get("tolerance_mm") if isinstance(masks, dict) else None
    return float(stated) if isinstance(stated, int | float) else None
