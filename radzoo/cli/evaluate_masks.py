"""`radzoo evaluate` of masks: a table of them, of their values, or a run that segments."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.cli.console import progress, say
from radzoo.cli.options import Settings

if TYPE_CHECKING:
    from radzoo.cli.data_options import DataFlags, SplitName
    from radzoo.cli.decoding_options import DecodingFlags
    from radzoo.cli.evaluate_output import Evaluated
    from radzoo.cli.evaluation_places import PlaceFlags
    from radzoo.core.overlay import Overlay
    from radzoo.workflows.evaluation.mask_runs import MaskRun
    from radzoo.workflows.evaluation.masks import EvaluatedMasks
    from radzoo.workflows.evaluation.options import EvaluateOptions


@dataclass(frozen=True)
class MasksAsked:
    """Masks that are to be judged, and other data that a run is to find some in first."""

    given: str
    options: "EvaluateOptions"
    layout: "DataFlags"
    decoding: "DecodingFlags"
    places: "PlaceFlags"
    data: Path | None
    split: "SplitName | None"
    max_refused: float


def evaluate_pairs(asked: MasksAsked, run: "MaskRun | None", settings: Settings) -> "Evaluated":
    """Judge masks, or values of masks case by case.

    Raises:
        InputError: if the table cannot be read.
        UsageError: if an option does not make sense.
    """
    if run is None:
        return judge_table(Path(asked.given), asked, settings)
    with_run = replace(asked, options=replace(
        asked.options, tolerance_mm=asked.options.tolerance_mm or run.tolerance_mm
    ))  # fmt: skip
    with find_pairs(run, with_run, settings) as table:
        judged = judge_table(table, with_run, settings)
    known = run.provenance(asked.data).model_copy(
        update={"seed": asked.options.seed, "n_boot": asked.options.n_boot}
    )
    report = judged.report.model_copy(
        update={"provenance": known, "warnings": [*run.warnings, *judged.report.warnings]}
    )
    return replace(
        judged, report=report, title=run.folder.name, history=run.history, config=run.config
    )


def judge_table(table: Path, asked: MasksAsked, settings: Settings) -> "Evaluated":
    """Judge one table, and draw the worst of its masks if that is asked for."""
    from radzoo.cli.evaluate_output import Evaluated
    from radzoo.workflows.evaluation.masks import evaluate_masks

    found = evaluate_masks(
        table,
        asked.options,
        track=progress("Comparing masks", quiet=settings.quiet),
        warn=lambda message: None if settings.quiet else say(f"warning: {message}"),
        max_refused=asked.max_refused,
    )
    return Evaluated(
        found.report, str(table), patients=found.patients, overlays=draw(table, found, asked)
    )


def draw(table: Path, found: "EvaluatedMasks", asked: MasksAsked) -> "list[Overlay]":
    """Return outlines of the worst masks, for a page that shows images."""
    from radzoo.core.mask_pairs import is_table_of_pairs, read_mask_pairs
    from radzoo.core.predictions_table import read_table
    from radzoo.workflows.evaluation.mask_gallery import make_overlays

    places, masks = asked.places, found.report.masks
    on_page = places.report is not None or places.out is not None
    if not (places.with_images and on_page and masks is not None):
        return []
    pairs = read_mask_pairs(table) if is_table_of_pairs(read_table(table)) else []
    return make_overlays(
        masks, pairs, asked.options.structures, pictured=True, with_ids=places.with_ids
    )


@contextmanager
def find_pairs(run: "MaskRun", asked: MasksAsked, settings: Settings) -> Iterator[Path]:
    """Give the table of a run's test split, or of what it finds in other data, for a while."""
    if asked.data is None:
        yield run.pairs
        return
    from tempfile import TemporaryDirectory

    from radzoo.core.decoding import Decoding
    from radzoo.data.options import DataOptions
    from radzoo.workflows.segmentation.predict import MaskRequest, predict_masks
    from radzoo.workflows.segmentation.ready import open_masks

    with TemporaryDirectory(prefix="radzoo-masks-") as folder:
        request = MaskRequest(
            data=asked.data,
            out=Path(folder),
            options=asked.layout.over(DataOptions(needs_targets=False)),
            decoding=asked.decoding.over(Decoding()),
            split=asked.split.value if asked.split else None,
            device=settings.device,
            max_refused=asked.max_refused,
        )
        found = predict_masks(
            open_masks(run.folder),
            request,
            track=progress("Segmenting", quiet=settings.quiet),
            warn=lambda message: None if settings.quiet else say(f"warning: {message}"),
        )
        yield found.pairs
