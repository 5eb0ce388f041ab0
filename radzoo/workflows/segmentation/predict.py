"""Find structures in new images with a run: a mask of each, and a table that names them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from radzoo.core.case import Case, Refused, Split
from radzoo.core.decoding import Decoding
from radzoo.core.errors import InputError, UsageError
from radzoo.core.mask_pairs import MaskPair, write_mask_pairs
from radzoo.data.guard import Guard
from radzoo.data.load import DataOptions, load_manifest
from radzoo.data.refusal import ImageRefused, describe_reason
from radzoo.models.device import Engine, pick_device, reproducible
from radzoo.workflows.predict import decide_decoding
from radzoo.workflows.refusals import check_refused
from radzoo.workflows.segmentation.infer import Inference, Segmenter, segment_cases
from radzoo.workflows.segmentation.mask_names import name_files
from radzoo.workflows.segmentation.mask_output import MaskFormat, make_pair, write_case
from radzoo.workflows.segmentation.ready import ReadyMasks
from radzoo.workflows.segmentation.segmented import SegmentedCase

PAIRS = "pairs.csv"
MASKS = "masks"


@dataclass(frozen=True, slots=True)
class MaskRequest:
    """What the user asks for.

    Attributes:
        out: the folder that masks and table are written to.
        mask_format: None = NIfTI for volumes, PNG for pictures.
        how: overlap, flips and clean-up.
        split: only the cases of this split; None = all.
        max_refused: share of cases that may be refused before it is given up.
    """

    data: Path
    out: Path
    options: DataOptions = field(default_factory=DataOptions)
    decoding: Decoding = field(default_factory=Decoding)
    how: Inference = field(default_factory=Inference)
    mask_format: MaskFormat | None = None
    split: Split | None = None
    device: str = "auto"
    max_refused: float = 0.05
    workers: int = 2


@dataclass(frozen=True, slots=True)
class PredictedMasks:
    """What was written.

    Attributes:
        pairs: the table of references, where there are some, and of the masks.
        structures: names of what was looked for.
    """

    pairs: Path
    structures: tuple[str, ...]
    n_cases: int
    refused: tuple[Refused, ...]


def predict_masks(
    ready: ReadyMasks,
    request: MaskRequest,
    *,
    track: Callable[[Iterable[Case]], Iterable[Case]] = iter,
    warn: Callable[[str], object] = lambda message: None,
) -> PredictedMasks:
    """Write the mask of every case, then the table; what was refused has no prediction there.

    Raises:
        UsageError: if another window is asked for than the model learnt from, or the format
            cannot hold the masks.
        InputError: if there are no cases.
        RefusedError: if more than `max_refused` of them were refused, or all.
        EnvironmentFailure: if a place cannot be written or the device does not exist.
    """
    segmenters = decode_as_asked(ready, request.decoding)
    if request.how.flips and not any(segmenter.mirrored for segmenter in segmenters):
        raise UsageError(
            "--flips was given, but the training never mirrored an image: "
            "the network takes one side for the other",
            id="flips-never-seen",
            hint="leave --flips out; --augmentation photograph mirrors while learning",
        )
    engine = Engine(pick_device(request.device), amp=False)
    manifest = load_manifest(request.data, options=request.options)
    cases = manifest.of(request.split).cases if request.split else manifest.cases
    if not cases:
        raise InputError(
            f"{request.data} has no case" + (f" of the split '{request.split}'" * bool(
                request.split)),
            id="no-cases",
            hint="leave out --split to take all cases" if request.split else "is it empty?",
        )  # fmt: skip
    for segmenter in segmenters:
        engine.place(segmenter.network)
    pairs, refused = list[MaskPair](), list[Refused]()
    with reproducible(engine.device), Guard(1) as headers:
        found = segment_cases(
            segmenters, cases, engine, request.how, workers=request.workers, track=track
        )
        for case, name, one in zip(cases, name_files(cases), found, strict=True):
            stem = request.out / MASKS / name
            written = (
                write_one(one, stem, ready, request, headers)
                if isinstance(one, SegmentedCase)
                else one
            )
            if isinstance(written, Refused):
                refused.append(written)
            path = written if isinstance(written, Path) else None
            pairs.append(make_pair(case, path, ready.plan.structures, request.out))
    every = [*manifest.refused, *refused]
    for warning in check_refused(
        every, len(cases) + len(manifest.refused), allowed=request.max_refused
    ):
        warn(warning)
    write_mask_pairs(request.out / PAIRS, pairs)
    return PredictedMasks(
        request.out / PAIRS, ready.plan.names, len(cases) - len(refused), tuple(every)
    )


def decode_as_asked(ready: ReadyMasks, asked: Decoding) -> list[Segmenter]:
    """Read pictures as those were that the networks learnt from, exactly if that is asked for.

    Raises:
        UsageError: if another window is asked for.
    """
    decoding = decide_decoding(ready.decoding, asked)
    return [
        one if one.working is None
        else replace(one, working=replace(one.working, exact=decoding.exact))
        for one in ready.segmenters
    ]  # fmt: skip


def write_one(
    found: SegmentedCase, stem: Path, ready: ReadyMasks, request: MaskRequest, headers: Guard
) -> Path | Refused:
    """Write the mask of one case, or say why it cannot be."""
    try:
        return write_case(
            stem, found, ready.plan.structures, headers, wanted=request.mask_format,
            model=ready.model,
        )  # fmt: skip
    except ImageRefused as refused:
        return Refused(found.case.case_id, describe_reason(refused.code))


def check_masks_out(out: Path, *, overwrite: bool) -> None:
    """Refuse a place that masks cannot be written to, before any work is done.

    Raises:
        UsageError: if it is a file, or holds masks or something else that may not be replaced.
    """
    if out.is_file() or out.suffix in (".csv", ".parquet"):
        raise UsageError(
            f"{out} names a file; masks need a folder",
            id="output-is-file",
            hint="--out DIR: it will hold masks/ and pairs.csv",
        )
    if out.is_dir() and any(out.iterdir()) and not overwrite:
        raise UsageError(
            f"{out} exists already",
            id="output-exists",
            hint="choose another name, or write into it with --overwrite",
        )
