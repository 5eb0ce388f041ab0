"""Phantoms as true DICOM Part 10 files of many kinds, with a table of labels beside them.

The files differ as those of a hospital do: computed and digital radiography, 8, 12 and 16
bits, MONOCHROME1 and 2, seven transfer syntaxes, rescaled, windowed and padded ones, two
sites, several scanners. Which file is which kind follows from its number and is independent
of its label. The same phantoms give the same bytes: UIDs are hashes, and no date is today's.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Final
from zlib import crc32

from pydicom import dcmwrite
from pydicom.dataset import Dataset

from radzoo.core.publish import publish, publish_text
from radzoo.demo.dicom_encoding import choose_kind, encode
from radzoo.demo.dicom_facts import Facts, describe_object
from radzoo.demo.phantom import Phantom

LABEL: Final = "opacity"
TABLE: Final = "labels.csv"


def write_study(
    folder: Path, phantoms: Iterable[Phantom], *, patients: Sequence[int] | None = None
) -> Path:
    """Write one DICOM file per phantom below `folder/dicom`, and `folder/labels.csv`.

    The table is keyed by accession number and holds the label and the site; age, sex, view
    and scanner stand in the headers.

    Args:
        folder: made if it is missing.
        phantoms: drawn one after the other; only one is in memory at a time.
        patients: number of the patient of each phantom; None = one patient each.

    Returns:
        the path of the table.

    Raises:
        EnvironmentFailure: if the folder cannot be written.
    """
    rows = []
    for number, phantom in enumerate(phantoms):
        patient = number if patients is None else patients[number]
        facts = Facts.of(phantom, number=number, patient=patient)
        kind = choose_kind(phantom.scanner, crc32(facts.accession.encode()))
        dataset = describe_object(facts, kind)
        encode(dataset, phantom.pixels, kind)
        path = folder / "dicom" / facts.patient_id / f"{facts.accession}.dcm"
        publish(path, partial(save_object, dataset))
        rows.append((facts.accession, phantom.label, phantom.site))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("AccessionNumber", f"target:{LABEL}", "site"))
    writer.writerows(rows)
    publish_text(folder / TABLE, text.getvalue())
    return folder / TABLE


def save_object(dataset: Dataset, path: Path) -> None:
    """Write a Part 10 file: preamble, file meta information, data set."""
    with path.open("wb") as file:
        dcmwrite(file, dataset, enforce_file_format=True)
