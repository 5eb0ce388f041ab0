"""Pictures and volumes with masks, and a network small enough to learn them in a second."""

import csv

import nibabel
import numpy as np
from PIL import Image

REGISTRY = """
schema_version: 1
models:
  tiny-unet:
    summary: A tiny U-Net for tests.
    task: segmentation
    modality: radiograph
    family: unet
    architecture:
      library: smp
      name: Unet
      arguments:
        encoder: resnet18
        channels: [8, 8, 8, 8]
        stem_width: 8
        encoder_depth: 3
        decoder_channels: [16, 8, 8]
    source: {kind: none}
    input:
      channels: 1
      colour_order: grey
      size: 32
      value_range: [0.0, 1.0]
      normalisation: mean-std
      mean: [0.5]
      std: [0.25]
      photometric: bright-is-dense
      fit: pad
      interpolation: bilinear
    labels: null
    license: {code: MIT, weights: null, data: null}
    citation: {text: nobody}
    intended_use: tests
    limits: all
    status: listed
    facts_from: this test
"""


def write_manifest(folder, rows):
    path = folder / "manifest.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def draw_pictures(folder, n=16, *, value=1, seed=0):
    """Grey pictures of 40 x 30 with a bright disc each, and masks of `value` where it is."""
    rng, rows = np.random.default_rng(seed), []
    down, across = np.mgrid[:40, :30]
    for at in range(n):
        middle, radius = rng.uniform((14, 10), (26, 20)), rng.uniform(6, 9)
        disc = np.hypot(down - middle[0], across - middle[1]) < radius
        pixels = 60 + 120 * disc + rng.normal(0, 8, disc.shape)
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(folder / f"i{at}.png")
        Image.fromarray((value * disc).astype(np.uint8)).save(folder / f"m{at}.png")
        split = ("train", "train", "val", "test")[at % 4]
        rows.append({"case_id": f"c{at}", "path": f"i{at}.png", "patient_id": f"p{at}",
                     "mask": f"m{at}.png", "split": split})  # fmt: skip
    return rows


def draw_volumes(folder, n=12, *, seed=0, shape=(20, 22, 14)):
    """Volumes with odd voxels that hold two boxes, one above the other."""
    rng, rows = np.random.default_rng(seed), []
    affine = np.diag([-1.1, 0.9, 1.6, 1.0])
    for at in range(n):
        labels = np.zeros(shape, np.uint8)
        x, y = rng.integers(4, 7, 2)
        labels[x : x + 8, y : y + 9, 2:7] = 1
        labels[x : x + 8, y : y + 9, 7:12] = 2
        values = (100 * labels + rng.normal(0, 15, shape)).astype(np.float32)
        nibabel.save(nibabel.Nifti1Image(values, affine), folder / f"i{at}.nii")
        nibabel.save(nibabel.Nifti1Image(labels, affine), folder / f"m{at}.nii")
        split = ("train", "train", "val", "test")[at % 4]
        rows.append({"case_id": f"c{at}", "path": f"i{at}.nii", "patient_id": f"p{at}",
                     "mask": f"m{at}.nii", "split": split})  # fmt: skip
    return rows
