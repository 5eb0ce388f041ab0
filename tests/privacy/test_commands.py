"""No command lets a patient's name or number out: not on a terminal, not into any file."""

import csv
import logging
import sys
import warnings

import pytest
from canaries import DIGITS, WORD, write_canaries
from pydicom import config

from radzoo.data.guard import Guard

# A reader that does all that a reader must not: it quotes the header, and cries it out.
TREACHEROUS = """
import logging, os, sys, warnings
from pydicom import dcmread
import radzoo.data.worker as worker
from radzoo.data import inspection, readers, square
from radzoo.data.readers import dicom_header

def cry(path, *rest, **more):
    header = str(dcmread(path, force=True))
    print(header)
    print(header, file=sys.stderr)
    os.write(1, header.encode())
    os.write(2, b"CANARY")
    logging.getLogger("pydicom").error(header); logging.getLogger().error(header)
    warnings.warn(header)
    open(os.devnull, "w").write(header)
    if os.path.basename(path).endswith("3.dcm"): os._exit(3)
    raise RuntimeError(header)

readers.read_image = square.read_square = inspection._image_facts = cry
real = dicom_header.read_header
dicom_header.read_header = lambda path: cry(path) if path.name.endswith("1.dcm") else real(path)
worker.main()
"""
LOUDNESS = (
    pytest.param(("--json",), id="json"),
    pytest.param((), id="plain", marks=pytest.mark.slow),
    pytest.param(("-v",), id="verbose", marks=pytest.mark.slow),
)


@pytest.fixture
def images(tmp_path, monkeypatch):
    """The folder of the images; the labels beside it name them by path."""
    monkeypatch.setattr(config.settings, "writing_validation_mode", config.IGNORE)
    folder = tmp_path / "images"
    folder.mkdir()
    monkeypatch.setattr(logging.getLogger("pydicom"), "disabled", True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        paths = write_canaries(folder)
    assert all(has_canary(path.read_bytes()) for path in paths)
    with (tmp_path / "labels.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "target:finding", "split"])
        for number, path in enumerate(paths):
            split = ("train", "train", "val", "test")[number // 2 % 4]
            writer.writerow([path.name, number % 2, split])
    return folder


@pytest.fixture
def treacherous(tmp_path, monkeypatch):
    script = tmp_path / "treacherous.py"
    script.write_text(TREACHEROUS)
    monkeypatch.setitem(Guard.__init__.__kwdefaults__, "command", (sys.executable, str(script)))
    yield
    script.unlink()


@pytest.fixture
def quiet(radzoo, tmp_path, own_home):
    """Run a command; fail if a canary is in what it said or in a file that it left."""

    def run(*arguments):
        code, out, err = radzoo(*arguments)
        assert code in (0, 3), err
        for text in (out, err):
            assert not has_canary(text.encode("utf-8", "surrogateescape")), text
            assert "\x1b[2J" not in text
            assert "\u202e" not in text
        for place in (tmp_path, own_home):
            for path in place.rglob("*"):
                if path.is_relative_to(tmp_path / "images") or path.name == "treacherous.py":
                    continue
                assert not has_canary(str(path).encode()), path
                if path.is_file():
                    assert not has_canary(path.read_bytes()), path
        return code, out, err

    return run


def has_canary(data: bytes) -> bool:
    wide = data.replace(b"\0", b"")  # text of two bytes for each sign
    return any(word.encode() in part for word in (WORD, DIGITS) for part in (data, wide))


@pytest.mark.parametrize("loudness", LOUDNESS)
def test_looking_at_data(loudness, images, quiet, tmp_path):
    labels = ("--labels", tmp_path / "labels.csv")
    code, out, _ = quiet("data", "describe", images, *labels, *loudness)
    assert code == 0
    assert "image47.dcm" in out or "more" in out
    quiet("data", "convert", images, *labels, "-o", tmp_path / "manifest.csv", *loudness)
    assert (tmp_path / "manifest.csv").read_text().count("\n") > 12
    quiet("data", "split", images, *labels, "-o", tmp_path / "split.csv", *loudness)


def test_labels_that_name_other_patients(images, quiet, tmp_path):
    """Headers are joined with the table in clear; neither side is ever shown in clear."""
    text = "AccessionNumber,target:finding\n" + f"{WORD}0,1\n" + f"{WORD}1,0\n{WORD}nobody,1\n"
    (tmp_path / "images" / "given.csv").write_text(text)
    quiet("data", "describe", images, "--labels", tmp_path / "images" / "given.csv", "-v")


@pytest.mark.parametrize("loudness", LOUDNESS)
def test_a_reader_that_cries_it_out(loudness, images, quiet, tmp_path, treacherous):
    labels = ("--labels", tmp_path / "labels.csv")
    _, out, _ = quiet("data", "describe", images, *labels, *loudness)
    assert "undecodable" in out
    assert "decoder-crashed" in out
    quiet("data", "convert", images, *labels, "-o", tmp_path / "manifest.csv", *loudness)


@pytest.mark.slow
@pytest.mark.parametrize("loudness", LOUDNESS)
def test_learning_and_judging(loudness, images, quiet, tmp_path, registry):
    given = ("--labels", tmp_path / "labels.csv", "--device", "cpu", *loudness)
    code, _, err = quiet(
        "finetune", "small", "--data", images, "--out", tmp_path / "run", "--registry", registry,
        "--from-scratch", "--epochs", 1, "--batch-size", 4, "--max-refused", 1, *given,
    )  # fmt: skip
    assert code == 0, err
    assert (tmp_path / "run" / "report.html").is_file()
    predictions = tmp_path / "predictions.csv"
    quiet("predict", tmp_path / "run", "--data", images, "--out", predictions, *given)
    quiet("evaluate", predictions, "--n-boot", 0, "--report", tmp_path / "page.html", *loudness)
    quiet("evaluate", tmp_path / "run", "--n-boot", 0, *loudness)


@pytest.mark.slow
@pytest.mark.parametrize("loudness", LOUDNESS)
def test_learning_from_a_reader_that_cries_it_out(
    loudness, images, quiet, tmp_path, registry, treacherous
):
    code, _, err = quiet(
        "finetune", "small", "--data", images, "--out", tmp_path / "run", "--registry", registry,
        "--from-scratch", "--epochs", 1, "--labels", tmp_path / "labels.csv", "--device", "cpu",
        *loudness,
    )  # fmt: skip
    assert code == 3, err


@pytest.mark.parametrize("loudness", LOUDNESS)
def test_a_bug_in_the_program_itself(loudness, images, tmp_path, radzoo, monkeypatch):
    """The identifier is in this process then, and in the words of the exception."""

    def stumble(identifier: str) -> str:
        try:
            raise KeyError(identifier)
        except KeyError as error:
            raise RuntimeError(f"no such patient: {identifier}") from error

    monkeypatch.setattr("radzoo.data.header.hash_identifier", stumble)
    labels = ("--labels", tmp_path / "labels.csv")
    code, out, err = radzoo("data", "convert", images, *labels, "-o", tmp_path / "a.csv", *loudness)
    assert code == 1
    assert "in stumble\n" in err
    assert "RuntimeError" in err
    assert "RADZOO_DEBUG_UNSAFE" in err
    assert not has_canary((out + err).encode())


def test_the_words_of_a_bug_are_shown_on_request(images, tmp_path, radzoo, monkeypatch):
    monkeypatch.setenv("RADZOO_DEBUG_UNSAFE", "1")
    monkeypatch.setattr("radzoo.data.header.hash_identifier", {}.__getitem__)
    labels = ("--labels", tmp_path / "labels.csv")
    code, _, err = radzoo("data", "convert", images, *labels, "-o", tmp_path / "a.csv")
    assert code == 1
    assert has_canary(err.encode())
