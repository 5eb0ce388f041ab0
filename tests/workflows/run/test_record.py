"""What a run writes down of its images and files: enough to make them again."""

import hashlib
import json

import numpy as np
import pytest
from PIL import Image as Pillow

from radzoo.data.recipe import RECIPE_VERSION

LAYOUT = """\
layout_version: 1
name: ours
title: ours
facts: ours
tables:
  - files: reads.csv
    header: [acc, result]
images:
  file: "{acc}.png"
cases:
  patient: acc
labels:
  kind: columns
  findings:
    effusion: {columns: result, values: {ja: 1, nein: 0}}
"""


@pytest.fixture
def layout(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    lines = ["acc,result"]
    for number in range(60):
        pixels = np.random.default_rng(number).integers(0, 255, (32, 32)).astype(np.uint8)
        Pillow.fromarray(pixels).save(folder / f"{number}.png")
        lines.append(f"{number},{('nein', 'ja')[number % 2]}")
    (folder / "reads.csv").write_text("\n".join(lines))
    (tmp_path / "mine.yaml").write_text(LAYOUT)
    return tmp_path / "mine.yaml"


@pytest.fixture
def teach(radzoo, registry, tmp_path):
    def run(data, *more):
        code, _, err = radzoo(
            "finetune", "small", "--data", data, "--out", tmp_path / "run", "--registry", registry,
            "--from-scratch", "--epochs", 1, "--batch-size", 8, "--device", "cpu", "-q", *more,
        )  # fmt: skip
        assert code == 0, err
        return json.loads((tmp_path / "run" / "manifest.json").read_text())

    return run


def test_the_layout_is_an_input_by_its_content(teach, layout, tmp_path):
    made = teach(tmp_path / "data", "--data-format", layout)
    (noted,) = [one for one in made["inputs"] if one["kind"] == "layout"]
    content = layout.read_bytes()
    assert noted == {
        "kind": "layout", "path": str(layout), "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip


def test_a_format_that_ships_is_no_file(teach, write_npz):
    made = teach(write_npz(), "--data-format", "medmnist")
    assert {one["kind"] for one in made["inputs"]} == {"cases", "pixels", "data"}
    assert made["images"] == {
        "recipe": RECIPE_VERSION, "size": 32, "fit": "pad", "interpolation": "bilinear",
        "edge": None, "dtype": "uint16", "margin": 0, "window": None, "exact": False,
        "framing": {"margin_mm": 0.0, "size_mm": 0.0, "mm_per_pixel": None},
    }  # fmt: skip


def test_prepared_images_are_described_as_they_are(teach, layout, radzoo, tmp_path):
    """They may be better than what was asked for."""
    code, _, err = radzoo(
        "data", "prepare", tmp_path / "data", "--data-format", layout, "-o", tmp_path / "p",
        "--size", 32, "--margin", 2, "--dtype", "uint8", "--exact", "-q",
    )  # fmt: skip
    assert code == 0, err
    images = teach(tmp_path / "p")["images"]
    assert (images["dtype"], images["margin"], images["exact"]) == ("uint8", 2, True)
