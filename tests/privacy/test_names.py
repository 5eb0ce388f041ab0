"""Names of files and classes that draw, run or mark up: shown, but never obeyed."""

import csv
import json

import numpy as np
import pytest
from PIL import Image as Pillow

NAMES = (
    "=cmd|calc.png", "+1.png", "-1-1.png", "@sum.png", "\tx.png", "\rx.png", "<b>bold.png",
    "\x1b[31mred.png", "\u202egnp.exe.png", "[bold]rich.png", "a\nb.png", "'quoted'.png",
)  # fmt: skip
CLASSES = ("=HYPERLINK(1)", "<script>x")
RAW = ("\x1b", "\u202e", "\r")


@pytest.fixture
def folder(tmp_path):
    """Two classes, each with a file of every name; one file of each class is damaged."""
    for number, name in enumerate(CLASSES):
        place = tmp_path / "data" / name
        place.mkdir(parents=True)
        for index, file in enumerate(NAMES):
            grey = np.full((32, 32), 20 * index + 5 * number, np.uint8)
            Pillow.fromarray(grey).save(place / file, "PNG")
        (place / "=bad\x1b.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    return tmp_path / "data"


def check_terminal(out: str, err: str) -> None:
    for text in (out, err):
        assert not any(sign in text for sign in RAW), ascii(text)


def cells(path):
    with path.open(newline="", encoding="utf-8") as file:
        return [cell for row in csv.reader(file) for cell in row]


def check_table(path) -> None:
    """No cell begins as a formula does, numbers aside."""
    for cell in cells(path):
        if cell.startswith(("=", "+", "-", "@", "\t", "\r")):
            float(cell)


@pytest.mark.parametrize("loudness", [(), ("-v",), ("--json",)], ids=["plain", "verbose", "json"])
def test_describe_and_convert(loudness, folder, tmp_path, radzoo):
    code, out, err = radzoo("data", "describe", folder, "--positive", CLASSES[0], *loudness)
    assert code == 0, err
    check_terminal(out, err)
    if loudness == ("--json",):
        assert {one["path"] for one in json.loads(out)["refused"]} == {
            f"{name}/=bad\x1b.png" for name in CLASSES
        }
    manifest = tmp_path / "manifest.csv"
    code, out, err = radzoo("data", "convert", folder, "-o", manifest, "--positive", CLASSES[0],
                            *loudness)  # fmt: skip
    assert code == 0, err
    check_terminal(out, err)
    check_table(manifest)
    assert any(cell.startswith("'=HYPERLINK") for cell in cells(manifest))


def test_the_manifest_names_the_same_files_again(folder, tmp_path, radzoo):
    manifest = tmp_path / "manifest.csv"
    radzoo("data", "convert", folder, "-o", manifest, "--positive", CLASSES[0])
    code, out, err = radzoo("data", "describe", manifest, "--json")
    assert code == 0, err
    assert json.loads(out)["n_cases"] == 2 * len(NAMES)


@pytest.mark.slow
def test_a_run_its_page_and_its_predictions(folder, tmp_path, radzoo, registry):
    code, out, err = radzoo(
        "finetune", "small", "--data", folder, "--positive", CLASSES[0], "--out", tmp_path / "run",
        "--registry", registry, "--from-scratch", "--epochs", 1, "--batch-size", 4, "--device",
        "cpu", "--max-refused", 1,
    )  # fmt: skip
    assert code == 0, err
    check_terminal(out, err)
    page = (tmp_path / "run" / "report.html").read_text("utf-8")
    assert "<script>x" not in page
    assert "<b>bold" not in page
    assert not any(sign in page for sign in RAW)
    written = tmp_path / "predictions.csv"
    options = ("--out", written, "--device", "cpu", "--max-refused", 1)
    code, out, err = radzoo("predict", tmp_path / "run", "--data", folder, *options)
    assert code == 0, err
    check_terminal(out, err)
    for path in [tmp_path / "predictions.csv", *(tmp_path / "run").glob("*.csv")]:
        check_table(path)
