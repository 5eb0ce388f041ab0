"""What the user says about a data set: the options that every preset is given."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class DataOptions:
    """How to read a data set; None = find out, or not needed.

    Attributes:
        data_format: name of a preset, or the YAML file of a layout; None = the first preset that
            recognises the path.
        labels: a table of labels for a folder of images.
        target: the column that holds the target, where it is not called `target:<label>`.
        positive: the value (or class folder) that means "has the finding".
        patient: the column that holds the patient identifier.
        patient_regex: finds the patient identifier in a path; its first group counts.
        needs_targets: False where unlabelled images will do, as for `predict`.
        uncertain: what a label counts as that the data set calls uncertain.
        blank: what a label counts as of which the data set says nothing.
        readers: `majority`, `any` or `all` of several readers, or the name of one.
        view: views to keep, such as `frontal` or `PA,AP`.
        classes: of an ordinal label, its values from the lowest to the highest.
        time, event: columns that hold how long a case was watched and how that ended, where they
            are not called so.
        covariates: columns that a network is told beside the image.
        structures: numbers in masks and what they are, as `1=liver,2=spleen`.
        region: which columns say what part of an image a case is about: `bbox`, `mask`,
            `point`, or `none`; None = `bbox`, or else `point`, if the data have it.
        workers: children that read DICOM headers; 0 = as many as there are processors.
    """

    data_format: str | None = None
    labels: Path | None = None
    target: str | None = None
    positive: str | None = None
    patient: str | None = None
    patient_regex: str | None = None
    needs_targets: bool = True
    uncertain: Literal["blank", "positive", "negative"] | None = None
    blank: Literal["unlabelled", "negative"] | None = None
    readers: str | None = None
    view: str | None = None
    classes: tuple[str, ...] = ()
    time: str | None = None
    event: str | None = None
    covariates: tuple[str, ...] = ()
    structures: str | None = None
    region: Literal["bbox", "mask", "point", "none"] | None = None
    workers: int = 0


def names_layout(data_format: str) -> bool:
    """Is it the file of a layout, and not the name of a preset?"""
    return data_format.lower().endswith((".yaml", ".yml"))
