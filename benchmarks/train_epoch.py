"""A whole epoch from PNG files, against what others do: `python benchmarks/train_epoch.py`.

    OMP_NUM_THREADS=1 python benchmarks/train_epoch.py [--peers DIR]

The same radiographs (1024 x 1024, 8 bits), the same network from the same random weights, AdamW,
no augmentation, one thread, decoding in the process that learns (in radzoo's case in a child
that guards it). radzoo decodes once: its first epoch and the later ones are measured apart.
timm installs no `train.py`: its loop is written here as there, over `create_dataset` and
`create_loader`. `--peers` names a folder made by `pip install --target DIR lightning
torchmetrics pytorch-ignite`. Processor time of this process and its children is compared; the
least of the rounds counts.
"""

import argparse
import json
import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

if "--peers" in sys.argv:
    sys.path.append(sys.argv[sys.argv.index("--peers") + 1])

import numpy as np
import timm
import torch
from PIL import Image
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader
from train_step import ENGINE, plan_course

from radzoo.core.case import Case
from radzoo.data.prepared import prepare
from radzoo.demo.phantom import PhantomOptions, draw_phantom
from radzoo.models.device import reproducible
from radzoo.models.samples import Samples
from radzoo.models.training.course import learn
from radzoo.models.training.progress import Progress

Epoch = Callable[[], None]


@dataclass(frozen=True)
class Setting:
    """What all contenders share."""

    folder: Path
    architecture: str
    size: int
    batch_size: int

    def network(self) -> nn.Module:
        """Return the same random weights every time."""
        torch.manual_seed(0)
        return timm.create_model(self.architecture, num_classes=2)

    def files(self) -> list[tuple[Path, int]]:
        """Return files and their classes."""
        return [(file, int(file.parent.name)) for file in sorted(self.folder.glob("*/*.png"))]


def write_files(folder: Path, count: int) -> None:
    """Write radiographs in two folders, one for each class."""
    for label in (0, 1):
        (folder / str(label)).mkdir(parents=True)
    phantoms = [draw_phantom(seed, PhantomOptions(size=1024)).pixels for seed in range(3)]
    for number in range(count):
        pixels = phantoms[number % len(phantoms)]
        grey = (np.roll(pixels, number, axis=1) / pixels.max() * 255).astype(np.uint8)
        Image.fromarray(grey).save(folder / str(number % 2) / f"{number}.png")


def radzoo_epochs(setting: Setting, cache: Path) -> tuple[Epoch, Epoch]:
    """Return the first epoch, with decoding, and a later one."""
    files, made = setting.files(), []

    def first() -> None:
        cases = [Case(case_id=str(n), path=file, targets={"x": float(label)})
                 for n, (file, label) in enumerate(files)]  # fmt: skip
        prepared = prepare(
            cases, size=setting.size, fit="squash", interpolation="bilinear", workers=1,
            cache=Path(tempfile.mkdtemp(dir=cache)),
        )  # fmt: skip
        assert not prepared.refused
        targets = np.array([[case.targets["x"]] for case in prepared.cases])
        samples = Samples(
            prepared.images, prepared.rows, targets, tuple(case.case_id for case in prepared.cases)
        )
        course = plan_course(setting.network(), samples, setting.size, setting.batch_size, loss)
        made[:] = [course]
        learn(course, Progress())

    return first, lambda: learn(made[0], Progress())


def loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of two classes, as for the others."""
    return cross_entropy(logits, targets[:, 0].long())


def timm_epoch(setting: Setting) -> Epoch:
    """Return an epoch of `train_one_epoch` of timm's `train.py`, at its defaults."""
    from timm.data import create_dataset, create_loader
    from timm.optim import create_optimizer_v2

    network = setting.network().train()
    optimizer = create_optimizer_v2(network, opt="adamw", lr=1e-4, weight_decay=0.05)
    loader = create_loader(
        create_dataset("", root=str(setting.folder)), (3, setting.size, setting.size),
        setting.batch_size, is_training=True, no_aug=True, num_workers=0,
        use_prefetcher=False, device=ENGINE.device, persistent_workers=False,
    )  # fmt: skip

    def epoch() -> None:
        for images, targets in loader:
            value = cross_entropy(network(images), targets)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            value.item()

    return epoch


def tutorial_loader(setting: Setting) -> DataLoader[tuple[torch.Tensor, int]]:
    """Return what most tutorials write: an image folder, resized by torchvision."""
    from torchvision import transforms
    from torchvision.datasets import ImageFolder

    look = transforms.Compose([
        transforms.Resize((setting.size, setting.size)), transforms.ToTensor(),
        transforms.Normalize([0.5] * 3, [0.25] * 3),
    ])  # fmt: skip
    return DataLoader(ImageFolder(setting.folder, look), setting.batch_size, shuffle=True)


def lightning_epoch(setting: Setting) -> Epoch:
    """Return an epoch of Lightning's Trainer: no logger, no checkpoint, no progress bar."""
    import lightning

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.network = setting.network()

        def training_step(self, batch: list[torch.Tensor], number: int) -> torch.Tensor:
            return cross_entropy(self.network(batch[0]), batch[1])

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.AdamW(self.parameters(), lr=1e-4, weight_decay=0.05)

    module, loader = Module(), tutorial_loader(setting)

    def epoch() -> None:
        lightning.Trainer(
            accelerator="cpu", max_epochs=1, logger=False, enable_checkpointing=False,
            enable_progress_bar=False, enable_model_summary=False, gradient_clip_val=1.0,
        ).fit(module, loader)  # fmt: skip

    return epoch


def monai_epoch(setting: Setting) -> Epoch:
    """Return an epoch of MONAI's SupervisedTrainer, fed by its own transforms."""
    from monai import transforms
    from monai.data import DataLoader as MonaiLoader
    from monai.data import Dataset
    from monai.engines import SupervisedTrainer

    look = transforms.Compose([
        transforms.LoadImaged("image", image_only=True),
        transforms.EnsureChannelFirstd("image", channel_dim="no_channel"),
        transforms.Resized("image", (setting.size, setting.size)),
        transforms.ScaleIntensityd("image"), transforms.RepeatChanneld("image", 3),
    ])  # fmt: skip
    rows = [{"image": str(file), "label": label} for file, label in setting.files()]
    loader = MonaiLoader(Dataset(rows, look), batch_size=setting.batch_size, shuffle=True)
    network = setting.network()
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-4, weight_decay=0.05)
    return SupervisedTrainer(
        device=ENGINE.device, max_epochs=1, train_data_loader=loader, network=network,
        optimizer=optimizer, loss_function=nn.CrossEntropyLoss(),
    ).run  # fmt: skip


def spent(epoch: Epoch) -> float:
    """Return the processor time of an epoch, that of children included."""
    before = sum(os.times()[:4])
    epoch()
    return sum(os.times()[:4]) - before


def main() -> None:
    """Let all contenders take turns and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers")
    parser.add_argument("--architecture", default="resnet18")
    parser.add_argument("--count", type=int, default=96)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as place, reproducible(ENGINE.device):
        setting = Setting(Path(place) / "files", given.architecture, given.size, given.batch_size)
        write_files(setting.folder, given.count)
        first, later = radzoo_epochs(setting, Path(place))
        epochs = {"radzoo, epoch 1": first, "radzoo, later": later,
                  "timm": timm_epoch(setting), "Lightning": lightning_epoch(setting)}  # fmt: skip
        seconds: dict[str, list[float]] = {name: [] for name in [*epochs, "MONAI"]}
        for _ in range(given.rounds):
            for name, epoch in epochs.items():
                seconds[name].append(spent(epoch))
            seconds["MONAI"].append(spent(monai_epoch(setting)))  # a trainer runs once
    best = {name: min(values) for name, values in seconds.items()}
    kinds = ("epoch 1", "later")
    ratios = {
        name: {kind: round(best[name] / best[f"radzoo, {kind}"], 2) for kind in kinds}
        for name in ("timm", "Lightning", "MONAI")
    }
    print(json.dumps({
        "files": f"{given.count} PNG of 1024 x 1024", "network": given.architecture,
        "size": given.size, "threads": torch.get_num_threads(), "load": os.getloadavg()[0],
        "ms_per_image": {k: round(1000 * v / given.count, 2) for k, v in best.items()},
        "times_as_long_as_radzoo": ratios,
    }, indent=2))  # fmt: skip


if __name__ == "__main__":
    main()
