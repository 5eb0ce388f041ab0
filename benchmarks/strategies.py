"""Ways to teach compared: `python benchmarks/strategies.py --data FOLDER --out RUNS`.

`--what strategies` (default) compares what of the network learns, from what and how fast;
`--what activations` compares activations. FOLDER holds `pneumoniamnist.npz` and `kermany_cxr`
(its `index.csv`; here normal against pneumonia, without training patients who also stand in
the test split). Every way is taught with the same seeds; a seed draws the training patients
too, the same ones for every way. The table gives the mean test AUROC over seeds with Student's t
interval, and the mean difference from the first way, paired by seed, with its own. Few seeds
make wide intervals: most ways differ by less.

A finished run is not taught again, an unfinished one goes on: the same command continues.
"""

import argparse
import csv
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, stdev

import torch
from scipy.stats import t as student

from radzoo.core.config import Portion
from radzoo.core.recipe import Scalar
from radzoo.workflows.finetune import FinetuneConfig, finetune
from radzoo.workflows.run.folder import RunFolder
from radzoo.zoo.catalog import find_entry

Wishes = Mapping[str, Scalar]
PNEUMONIAMNIST, KERMANY = "pneumoniamnist", "kermany_cxr"
STRATEGIES: dict[str, Wishes] = {
    "full": {},
    "LP": {"strategy": "LP", "epochs": 100},
    "partial, last 25 %": {"strategy": "partial"},
    "partial, first 25 %": {"strategy": "partial", "direction": "start"},
    "gradual, a stage an epoch": {"gradual_epochs": 1},
    "layer decay 0.7": {"layer_decay": 0.7},
    "LoRA, rank 8": {"lora_rank": 8},
    "LoRA, rank 8, lr-encoder 3e-3": {"lora_rank": 8, "lr_encoder": 3e-3},
    "from scratch": {"from_scratch": True},
    "EMA 0.98": {"ema": 0.98},
    "step": {"scheduler": "step", "step_epochs": 4},
    "plateau": {"scheduler": "plateau", "plateau_epochs": 2},
    "label smoothing 0.1": {"label_smoothing": 0.1},
    "focal": {"loss": "focal"},
    "class-balanced": {"loss": "class-balanced"},
    "no class weights": {"class_weights": "none"},
    "balanced sampling": {"sampling": "balanced"},
    "mixup 0.2": {"mixup": 0.2},
    "cutmix 1": {"cutmix": 1.0},
}
ACTIVATIONS: dict[str, Wishes] = {
    "as published": {},
    **{
        name: {"activation": name}
        for name in (
            "relu", "leaky_relu", "elu", "crelu", "prelu", "gelu", "silu", "sigmoid", "tanh",
        )
    },
}  # fmt: skip


@dataclass
class Way:
    """One line of the table: test AUROC and processor seconds, seed by seed."""

    auroc: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def main() -> None:
    """Teach everything that is not taught yet, and print the table."""
    asked = parse()
    ways = STRATEGIES if asked.what == "strategies" else ACTIVATIONS
    if asked.scratch:
        ways = {name: {**wishes, "from_scratch": True} for name, wishes in ways.items()}
    chosen = {name: ways[name] for name in asked.only or ways}
    torch.set_num_threads(asked.threads)
    for dataset in asked.datasets:
        data = manifest_of(asked, dataset)
        told = {
            name: [teach(asked, dataset, data, name, wishes, seed) for seed in range(asked.seeds)]
            for name, wishes in chosen.items()
        }
        print(f"\n## {dataset}: {asked.what} of {asked.model}, {asked.image_size} pixels, "
              f"{asked.share:.0%} of the training patients, {asked.seeds} seeds\n")  # fmt: skip
        print(table({name: collect(lines) for name, lines in told.items()}))


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--what", choices=["strategies", "activations"], default="strategies")
    parser.add_argument("--datasets", nargs="+", default=[PNEUMONIAMNIST, KERMANY])
    parser.add_argument("--only", nargs="+", help="Names of the ways, as in the table.")
    parser.add_argument("--model", default="radzoo-phantom-tiny")
    parser.add_argument("--image-size", type=int, default=64)
    parser.add_argument("--share", type=float, default=1.0, help="Of the training patients.")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--scratch", action="store_true", help="Begin with random weights.")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def manifest_of(asked: argparse.Namespace, dataset: str) -> Path:
    """Return what `finetune` reads: a file of MedMNIST, or a manifest made of `index.csv`."""
    source: Path = asked.data.absolute()
    if dataset == PNEUMONIAMNIST:
        return source / "pneumoniamnist.npz"
    folder = source / KERMANY
    with (folder / "index.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    judged = {row["patient"] for row in rows if row["split"] == "test"}
    kept = [row for row in rows if row["split"] == "test" or row["patient"] not in judged]
    asked.out.mkdir(parents=True, exist_ok=True)
    made: Path = asked.out / f"{KERMANY}.csv"
    with made.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["case_id", "path", "patient_id", "split", "target:pneumonia"])
        for row in kept:
            path = folder / row["split"] / row["label"] / row["file"]
            sick = int(row["label"] == "PNEUMONIA")
            lines.writerow([row["file"], path, row["patient"], row["split"], sick])
    return made


def teach(
    asked: argparse.Namespace, dataset: str, data: Path, name: str, wishes: Wishes, seed: int
) -> dict[str, float]:
    """Teach one way with one seed, or read what came of it before."""
    label = "".join(sign if sign.isalnum() else "-" for sign in name)
    done = asked.out / dataset / asked.what / f"{label}-{seed}.json"
    run = RunFolder(done.with_suffix(""))
    if not done.exists():
        began = time.process_time()
        report = finetune(
            FinetuneConfig(
                entry=find_entry(asked.model),
                data=data,
                out=run.path,
                cache=asked.out / "cache",
                image_size=asked.image_size,
                wishes={"epochs": asked.epochs, "early_stopping": 0, "seed": seed, **wishes},
                portion=Portion(train_share=asked.share, split_seed=seed),
                device="cpu",
                resume=True,
            )
        )
        (auroc,) = (metric.value for metric in report.metrics if metric.name == "auroc")
        told = {"auroc": auroc, "seconds": time.process_time() - began}
        done.write_text(json.dumps(told))
    result: dict[str, float] = json.loads(done.read_text())
    return result


def collect(lines: Sequence[Mapping[str, float]]) -> Way:
    """Gather the seeds of one way."""
    return Way([line["auroc"] for line in lines], [line["seconds"] for line in lines])


def table(ways: Mapping[str, Way]) -> str:
    """Write Markdown: the mean of each way, and how it differs from the first."""
    first = next(iter(ways.values()))
    lines = [
        "| way | test AUROC (95 %) | minus the first, paired (95 %) | CPU s |",
        "|---|---|---|--:|",
    ]
    for name, way in ways.items():
        paired = [one - other for one, other in zip(way.auroc, first.auroc, strict=True)]
        lines.append(
            f"| {name} | {interval(way.auroc, '.3f')} | "
            f"{'' if way is first else interval(paired, '+.3f')} | {mean(way.seconds):.0f} |"
        )
    return "\n".join(lines)


def interval(values: Sequence[float], form: str) -> str:
    """Write a mean with Student's t interval over seeds."""
    if len(values) < 2:
        return f"{mean(values):{form}}"
    half = float(student.ppf(0.975, len(values) - 1)) * stdev(values) / len(values) ** 0.5
    middle = mean(values)
    return f"{middle:{form}} ({middle - half:{form}} to {middle + half:{form}})"


if __name__ == "__main__":
    main()
