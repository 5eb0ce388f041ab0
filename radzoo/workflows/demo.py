"""The main job on phantoms: DICOM files, the packaged model, a run, its evaluation."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from radzoo.core.errors import UsageError
from radzoo.core.report import RunReport
from radzoo.data.options import DataOptions
from radzoo.demo.dicom_study import write_study
from radzoo.demo.phantom import Phantom, PhantomOptions, draw_phantom
from radzoo.workflows.finetune import FinetuneConfig, Watcher, finetune
from radzoo.workflows.run.folder import RunFolder
from radzoo.zoo.catalog import find_entry

MODEL = "radzoo-phantom-tiny"
PATIENTS = 500
EPOCHS = 20
IMAGES_PER_PATIENT = (1, 2, 1, 3)
# All but the faintest opacities: with fainter ones test AUROC fell below 0.80.
PHANTOMS = PhantomOptions(size=256, prevalence=0.5, severity=(0.1, 1.0))


@dataclass(frozen=True, slots=True)
class Demo:
    """Where the parts of a demonstration are."""

    folder: Path

    @property
    def images(self) -> Path:
        """The DICOM files."""
        return self.folder / "data" / "dicom"

    @property
    def labels(self) -> Path:
        """The table of labels."""
        return self.folder / "data" / "labels.csv"

    @property
    def run(self) -> Path:
        """The run folder."""
        return self.folder / "run"


def run_demo(
    demo: Demo,
    *,
    cache: Path,
    seed: int,
    device: str,
    watcher: Watcher,
    draw: Callable[[RunFolder, str], None],
    track: Callable[[Iterable[int]], Iterable[int]] = iter,
    overwrite: bool = False,
    patients: int = PATIENTS,
) -> RunReport:
    """Make the phantoms, fine-tune the packaged model on them, and judge it.

    Touches no network.

    Args:
        demo: where everything goes.
        cache: where prepared images are kept.
        seed: another seed makes other patients, and another training.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
        watcher: told how the training goes.
        draw: writes the page of the finished run.
        track: wraps the numbers of the images while they are drawn.
        overwrite: replace an older demonstration.
        patients: how many to make; they have one to three images each.

    Raises:
        UsageError: if the folder exists, unless it is an older demonstration and may go.
        EnvironmentFailure: if it cannot be written.
    """
    make_room(demo, overwrite=overwrite)
    watcher.log(f"drawing phantoms of {patients} patients into {demo.images}")
    make_study(demo, seed=seed, patients=patients, track=track)
    config = FinetuneConfig(
        entry=find_entry(MODEL),
        data=demo.images,
        out=demo.run,
        cache=cache,
        options=DataOptions(labels=demo.labels),
        wishes={"seed": seed, "epochs": EPOCHS},
        device=device,
        offline=True,
    )
    return finetune(config, watcher, draw=draw)


def make_room(demo: Demo, *, overwrite: bool) -> None:
    """Make sure that the folder is free.

    Raises:
        UsageError: if it exists, unless it is an older demonstration and may go.
    """
    if not demo.folder.exists():
        return
    if not overwrite:
        raise UsageError(
            f"{demo.folder} exists already",
            id="demo-exists",
            hint="choose another --out, or replace it with --overwrite",
        )
    if not demo.labels.is_file():
        raise UsageError(
            f"{demo.folder} was not made by radzoo demo, so it is not overwritten",
            id="not-a-demo",
            hint="choose another --out",
        )
    shutil.rmtree(demo.folder)


def make_study(
    demo: Demo, *, seed: int, patients: int, track: Callable[[Iterable[int]], Iterable[int]]
) -> None:
    """Write the DICOM files and their labels, all of them or none."""
    owners = [
        patient
        for patient in range(patients)
        for _ in range(IMAGES_PER_PATIENT[patient % len(IMAGES_PER_PATIENT)])
    ]
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, demo.folder, ignore_errors=True)
        phantoms = draw_phantoms(track(range(len(owners))), owners, seed)
        write_study(demo.labels.parent, phantoms, patients=owners)
        undo.pop_all()


def draw_phantoms(numbers: Iterable[int], owners: list[int], seed: int) -> Iterator[Phantom]:
    """Draw one phantom after the other; images of one patient share their anatomy."""
    for number in numbers:
        first = seed * 1_000_000
        options = PhantomOptions(
            size=PHANTOMS.size,
            prevalence=PHANTOMS.prevalence,
            severity=PHANTOMS.severity,
            patient_seed=first + owners[number],
        )
        yield draw_phantom(first + number, options)
