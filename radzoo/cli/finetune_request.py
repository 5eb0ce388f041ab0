"""From what stands on the command line to what the workflow is asked: flags before files."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.cli.data_options import DEFAULT_REFUSED
from radzoo.cli.job_options import Job, JobFlags
from radzoo.cli.keeping_options import KeepingFlags
from radzoo.cli.options import Settings
from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from radzoo.core.config import RunConfig
    from radzoo.core.entry import ZooEntry
    from radzoo.core.recipe import Scalar
    from radzoo.core.volume_axes import VolumeWish
    from radzoo.workflows.finetune import FinetuneConfig


AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Request:
    """What the user gave; None = nothing.

    Attributes:
        config: of an earlier run, whose settings stand where the user gave none.
    """

    model: str | None
    out: Path | None
    config: Path | None
    overwrite: bool
    job: Job
    keeping: KeepingFlags = field(default_factory=KeepingFlags)


def make_config(request: Request, settings: Settings) -> "FinetuneConfig":
    """Lay the user's flags over the configuration of an earlier run, if one is named.

    Raises:
        UsageError: if model, data or place is missing, or a flag is out of range.
        InputError: if there is no such model or configuration.
    """
    from radzoo.core.config import Portion
    from radzoo.core.decoding import Decoding
    from radzoo.data.options import DataOptions
    from radzoo.workflows.finetune import FinetuneConfig
    from radzoo.workflows.planning.recipe import decide
    from radzoo.workflows.run.config import read_options
    from radzoo.workflows.run.folder import read_config
    from radzoo.zoo.store import cache_root

    job, flags = request.job, request.job.flags
    place = find_earlier(request)
    earlier = read_config(place) if place else None
    data = flags.data or (Path(earlier.data) if earlier else None)
    entry = find_entry(request, earlier, settings)
    if data is None:
        raise missing("--data DATA")
    if request.out is None:
        raise missing("--out RUN")
    # Options that describe other data would be wrong for these.
    same = earlier is not None and str(data.absolute()) == earlier.data
    keep = flags.data is None or (request.keeping.resume and same)
    options = read_options(earlier.data_options) if earlier and keep else DataOptions()
    image_size, volume = read_sizes(flags, earlier)
    if image_size is not None and not 16 <= image_size <= 4096:
        raise UsageError(
            f"--image-size {image_size} was given; needed 16 to 4096",
            id="bad-image-size",
            hint="leave it out to use the size that the model was trained at",
        )
    wishes = gather_wishes(job, earlier)
    decide(wishes, n_train=1, gpu=False, threads=1)
    leakage = flags.allow_leakage
    if leakage is None:
        leakage = earlier.allow_leakage if earlier else False
    refused = earlier.max_refused if earlier else DEFAULT_REFUSED
    return FinetuneConfig(
        entry=entry,
        data=data,
        out=request.out,
        cache=cache_root(settings.cache_dir),
        options=job.layout.over(options),
        task=flags.task or (earlier.task if earlier else "binary"),
        image_size=image_size,
        volume=volume,
        portion=earlier.portion if earlier else Portion(),
        decoding=job.decoding.over(earlier.decoding if earlier else Decoding()),
        wishes=wishes,
        fit_batch=flags.batch_size == AUTO,
        device=settings.device,
        track=tuple(flags.track or ()),
        overwrite=request.overwrite,
        resume=request.keeping.resume,
        allow_changed=request.keeping.allow_changed,
        checkpoint_minutes=request.keeping.checkpoint_minutes,
        allow_leakage=leakage,
        max_refused=refused if job.max_refused is None else job.max_refused,
        offline=settings.offline,
        workers=flags.num_workers or 2,
    )


def read_sizes(flags: JobFlags, earlier: "RunConfig | None") -> "tuple[int | None, VolumeWish]":
    """Return rows and columns of images, and what is wanted of volumes.

    Raises:
        UsageError: if a size or a spacing is none.
    """
    from radzoo.core.volume_axes import VolumeWish, read_size, read_spacing

    kept = earlier.volume_wish if earlier else VolumeWish()
    size = read_size(flags.image_size) if flags.image_size else None
    side = size if isinstance(size, int) else None
    shape = size if isinstance(size, tuple) else None if side else kept.size
    wish = VolumeWish(
        shape,
        read_spacing(flags.spacing_mm) if flags.spacing_mm else kept.spacing_mm,
        flags.intensity.value if flags.intensity else kept.intensity,
    )
    return side or (earlier.image_size if earlier and shape is None else None), wish


def find_earlier(request: Request) -> Path | None:
    """Return the configuration whose settings count where the user gave none."""
    if request.config is not None or request.out is None or not request.keeping.resume:
        return request.config
    begun = request.out / "config.json"
    return begun if begun.is_file() else None


def find_entry(request: Request, earlier: "RunConfig | None", settings: Settings) -> "ZooEntry":
    """Return the entry that is named, or that of the earlier run as it was then.

    Who goes on with a run and names its model again learns if the entry has changed.
    """
    from radzoo.cli.console import say
    from radzoo.zoo.catalog import find_entry as find

    known = earlier is not None and request.model == earlier.model and not request.keeping.resume
    if request.model is not None and not known:
        return find(request.model, settings.registries, say)
    if earlier is None:
        raise missing("MODEL")
    return earlier.entry


def gather_wishes(job: Job, earlier: "RunConfig | None") -> "dict[str, Scalar]":
    """Collect settings: of the earlier run, then of `--set`, then of the flags.

    Raises:
        UsageError: if one cannot be read, or is asked for in two ways.
    """
    wishes: dict[str, Scalar] = dict(earlier.recipe) if earlier else {}
    for pair in job.flags.set_ or ():
        name, value = split_pair(pair)
        wishes[name] = parse(value)
    wishes |= job.training.wishes()
    if job.seed is not None:
        wishes["seed"] = job.seed
    if job.flags.batch_size is not None and job.flags.batch_size != AUTO:
        wishes["batch_size"] = read_batch_size(job.flags.batch_size)
    if job.flags.batch_size == AUTO and job.training.micro_batch is not None:
        raise UsageError(
            "--batch-size auto finds the cases to hold at a time, and --micro-batch names them",
            id="micro-batch-twice",
            hint="leave one of them out",
        )
    return wishes


def split_pair(pair: str) -> tuple[str, str]:
    """Read what stands behind `--set`.

    Raises:
        UsageError: if it is no KEY=VALUE.
    """
    name, equals, value = pair.partition("=")
    if not equals or not name:
        raise UsageError(
            f"--set {pair} was given; needed KEY=VALUE", id="bad-setting", hint="--set lr=0.001"
        )
    return name, value


def read_batch_size(text: str) -> int:
    """Read what stands behind `--batch-size`, if it is not `auto`.

    Raises:
        UsageError: if it is no number.
    """
    if not text.isdecimal():
        raise UsageError(
            f"--batch-size {text} was given; needed a number or auto",
            id="bad-setting",
            hint="--batch-size 32",
        )
    return int(text)


def parse(text: str) -> "Scalar":
    """Read a number or true or false; anything else is text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, (bool, int, float)) else text


def missing(what: str) -> UsageError:
    """Say what the command cannot do without."""
    return UsageError(
        f"{what} is missing",
        id="missing-argument",
        hint="radzoo finetune MODEL --data DATA --out RUN, or --config RUN/config.json --out RUN",
    )
