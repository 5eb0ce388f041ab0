"""The items of TRIPOD+AI and CLAIM: numbers as published, what they ask in our own words.

TRIPOD+AI: Collins GS, Moons KGM, Dhiman P, et al. TRIPOD+AI statement: updated guidance for
reporting clinical prediction models that use regression or machine learning methods. BMJ 2024;
385:e078378. doi:10.1136/bmj-2023-078378. Items for the development of a model alone (9a, 12a-c,
15, 22, 27a-b) are asked of the paper that develops it, not of an evaluation.

CLAIM: Tejani AS, et al. Checklist for Artificial Intelligence in Medical Imaging (CLAIM): 2024
Update. Radiology: Artificial Intelligence 2024, e240300. doi:10.1148/ryai.240300.

The official forms are to be submitted; the short titles here are paraphrases, made to find the
item.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

SOURCES: Mapping[str, str] = {
    "TRIPOD+AI": "Collins GS et al., BMJ 2024;385:e078378, doi:10.1136/bmj-2023-078378",
    "CLAIM 2024": "Tejani AS et al., Radiology: Artificial Intelligence 2024, e240300, "
    "doi:10.1148/ryai.240300",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a checklist.

    Attributes:
        number: as published.
        asks: what it asks for, in our own words.
        parts: what of a report speaks to it, see `checklist.PLACES`.
        write: what the author must write; empty if the report can say it all.
    """

    number: str
    asks: str
    parts: tuple[str, ...]
    write: str


@cache
def load_checklists() -> Mapping[str, tuple[Item, ...]]:
    """Read the items, by the name of their checklist."""
    text = files("radzoo.render.html").joinpath("checklists.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return {
        name: tuple(
            Item(row["number"], row["asks"], tuple(row["parts"].split()), row["write"])
            for row in rows
            if row["checklist"] == name
        )
        for name in SOURCES
    }
