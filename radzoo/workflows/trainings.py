"""Several runs on the same data: each is made, gone on with, or found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from radzoo.core.report import RunReport
from radzoo.workflows.finetune import FinetuneConfig
from radzoo.workflows.run_folder import RunFolder, read_manifest

Train: TypeAlias = Callable[[FinetuneConfig], RunReport]


def train_or_find(config: FinetuneConfig, train: Train) -> RunFolder:
    """Make a run, go on with it if it was interrupted, or find it finished.

    A folder that was made with other settings is refused, as `radzoo finetune --resume` does.
    """
    train(config)
    return RunFolder(config.out)


@dataclass(frozen=True, slots=True)
class Taught:
    """What a run learnt from."""

    n_patients: int
    n_cases: int
    n_positive: dict[str, int]


def read_taught(run: RunFolder) -> Taught:
    """Read from a finished run how many cases it learnt from.

    Raises:
        InputError: if it is not whole.
    """
    manifest = read_manifest(run)
    return Taught(
        manifest.n_patients["train"], manifest.n_cases["train"], manifest.n_positive["train"]
    )
