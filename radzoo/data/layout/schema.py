"""What a layout file says: the tables of a data set, its images, its cases, its labels.

A layout describes; it does not compute. Where a data set needs more than that, it names a
rule, and the rule is a small function in this package. `docs/reference/data-formats.md`
explains every field.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from radzoo.core.case import Split

Delimiter = Literal[",", ";", "\t"]
State = Literal[0, 1, "uncertain"] | None
"""What a cell says of a finding: absent, present, uncertain, or not labelled."""
HeaderKey = Literal["SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "AccessionNumber"]


class Part(BaseModel):
    """A part of a layout: frozen, and without fields that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _as_list(given: object) -> object:
    return [given] if isinstance(given, str) else given


Texts = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
"""One text, or a list of them."""


class Table(Part):
    """A table of the data set; the rows of all its tables follow each other.

    Attributes:
        files: names or patterns below the folder; the first that exists counts.
        every: take every file that a pattern finds, where it could be several.
        header: columns that the table must have; by these it is recognised.
        columns: names for the columns of a table that has no header line.
        split: the split of all its rows.
        rows: how many rows the published table has.
    """

    files: Texts = Field(min_length=1)
    every: bool = False
    header: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    delimiter: Delimiter | None = None
    split: Split | None = None
    rows: int | None = None


class Side(Part):
    """Rule for findings of one side: a row of the other side is not joined.

    Attributes:
        ours: column of the table with the side of the image.
        theirs: column of the joined table with the side of the finding.
        both: values of `theirs` that mean both sides.
    """

    ours: str
    theirs: str
    both: tuple[str, ...]


class Join(Part):
    """A second table whose columns are added to the rows of the first.

    Attributes:
        on: columns that must be equal in both.
        take: columns to add. Of several rows each gives a row; without any they are blank.
        optional: go on, with a note, where the file is absent.
    """

    files: Texts = Field(min_length=1)
    header: tuple[str, ...] = ()
    delimiter: Delimiter | None = None
    on: Texts = Field(min_length=1)
    take: Texts = Field(min_length=1)
    side: Side | None = None
    optional: bool = False


class Derived(Part):
    """A new column: what the first group of an expression finds in other columns."""

    columns: Texts = Field(min_length=1)
    regex: str

    @field_validator("regex")
    @classmethod
    def _has_a_group(cls, given: str) -> str:
        try:
            groups = re.compile(given).groups
        except re.error:
            groups = -1
        if groups != 1:
            raise ValueError("needs to be a regular expression with one group")
        return given


class Images(Part):
    """How a row names its image. `{Column}` stands for a cell, `{Column:.2}` for its start.

    Attributes:
        file: ends of paths, such as `{split}/{image_id}.dicom`; the first that fits counts.
        folder: ends of folders all of whose images belong to the row.
        header: DICOM keyword to what stands there, where the names of files tell nothing.
    """

    file: Texts = ()
    folder: Texts = ()
    header: Mapping[HeaderKey, str] = {}

    @model_validator(mode="after")
    def _says_something(self) -> "Images":
        if not (self.file or self.folder or self.header):
            raise ValueError("needs one of file, folder, header")
        return self


def _as_cell(given: object) -> object:
    return {"columns": given} if isinstance(given, str | list) else given


class Cell(Part):
    """A fact of a case: the first of some columns that is not blank.

    Attributes:
        missing: values that mean nothing.
        values: what other values mean.
        optional: the table need not have any of the columns.
    """

    columns: Texts = Field(min_length=1)
    missing: Texts = ()
    values: Mapping[str, str] = {}
    optional: bool = False


class Age(Cell):
    """The age: years, or as DICOM writes it (`058Y`, `006M`).

    Attributes:
        unit: of numbers without a letter.
        born: the column with the year of birth, if `columns` hold the date of the study.
    """

    unit: Literal["years", "months", "days"] = "years"
    born: str | None = None


CellField = Annotated[Cell | None, BeforeValidator(_as_cell)]


class Cases(Part):
    """Whose an image is, and what groups it belongs to.

    Attributes:
        date: when the image was taken, to hold out a period; never written or shown.
        dicom_headers: read the DICOM headers for what the tables do not say.
    """

    patient: CellField = None
    study: CellField = None
    series: CellField = None
    split: CellField = None
    sex: CellField = None
    age: Annotated[Age | None, BeforeValidator(_as_cell)] = None
    site: CellField = None
    scanner: CellField = None
    view: CellField = None
    date: CellField = None
    dicom_headers: bool = False


class SplitLists(Part):
    """Files that list the cases of a split, one a line.

    Attributes:
        column: what is listed.
        files: name of the file to the split.
    """

    column: str
    files: Mapping[str, Split]


class Skip(Part):
    """Rows to leave out: a fault of the published data set that is known."""

    column: str
    values: tuple[str, ...] = Field(min_length=1)
    because: str


class Reading(Part):
    """What every kind of labels may say.

    Attributes:
        reader: the column that names who read the image.
        several_rows: of one image and reader: `any` positive counts, or all must be the `same`.
    """

    reader: str | None = None
    several_rows: Literal["any", "same"] = "same"


class Finding(Part):
    """A column of one finding.

    Attributes:
        values: what each value means; numbers are compared as numbers. Without it, 1, 0,
            yes, no, true and false are known.
        otherwise: what any other value that is not blank means.
    """

    columns: Texts = Field(min_length=1)
    values: Mapping[str, State] = {}
    otherwise: Literal[0, 1] | None = None


class NoFinding(Part):
    """A column that says, with 1, that nothing was found: then blank means negative.

    Attributes:
        besides: labels of which it says nothing.
    """

    column: str
    besides: tuple[str, ...] = ()


def _as_findings(given: object) -> object:
    """Accept a list of columns, or label to column, or label to finding."""
    if isinstance(given, list) and all(isinstance(name, str) for name in given):
        return {name: {"columns": [name]} for name in given}
    if isinstance(given, dict):
        return {name: _as_cell(one) for name, one in given.items()}
    return given


class ColumnLabels(Reading):
    """One column per finding.

    Attributes:
        values: for every column that says none of its own.
        blank: what an empty cell means.
    """

    kind: Literal["columns"]
    findings: Annotated[Mapping[str, Finding], BeforeValidator(_as_findings)]
    values: Mapping[str, State] = {}
    blank: Literal["unlabelled", "negative"] = "unlabelled"
    no_finding: NoFinding | None = None


class ListLabels(Reading):
    """One column that lists the findings of an image; what is not listed is absent.

    Attributes:
        separator: between findings, or `python` for a list as Python writes it.
        names: the labels; none = those that are found.
        nothing: words that mean that nothing was found.
        rename: other spellings.
    """

    kind: Literal["list"]
    column: str
    separator: str = Field(min_length=1)
    names: tuple[str, ...] = ()
    nothing: Texts = ()
    rename: Mapping[str, str] = {}


class RowLabels(Reading):
    """One row per image and finding.

    Attributes:
        finding: the column that names the finding.
        value: the column that says whether it is there; none = every row says that it is.
        names, nothing, rename: as in `ListLabels`.
    """

    kind: Literal["rows"]
    finding: str
    value: str | None = None
    values: Mapping[str, State] = {}
    names: tuple[str, ...] = ()
    nothing: Texts = ()
    rename: Mapping[str, str] = {}


class FreeLabels(Part):
    """Labels as in a manifest: `target:<label>`, or the column named by `--target`."""

    kind: Literal["manifest"]


Labels = Annotated[ColumnLabels | ListLabels | RowLabels | FreeLabels, Field(discriminator="kind")]


class Boxes(Part):
    """Boxes around findings, for `--region bbox`: then each row with a box is a case.

    Attributes:
        columns: x, y, width and height in pixels.
        corners: are the last two the x and y of the far corner instead?
        tables, derive, cases, labels: where given, instead of those of whole images.
    """

    columns: tuple[str, str, str, str]
    corners: bool = False
    tables: tuple[Table, ...] = ()
    derive: Mapping[str, Derived] = {}
    cases: Cases | None = None
    labels: Labels | None = None


class Layout(Part):
    """A data set as it is published.

    Attributes:
        facts: where this knowledge is from.
        notes: what a user must know; said whenever the data set is read.
        recognise: by the header of a table in a folder or given itself; only in a folder;
            or never, only by name.
        derive: new columns, by name; later ones may use earlier ones.
    """

    layout_version: Literal[1]
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")]
    title: str
    facts: str
    notes: Texts = ()
    recognise: Literal["table", "folder", "never"] = "table"
    tables: tuple[Table, ...] = Field(min_length=1)
    joins: tuple[Join, ...] = ()
    derive: Mapping[str, Derived] = {}
    skip: Skip | None = None
    images: Images
    cases: Cases = Cases()
    split_lists: SplitLists | None = None
    labels: Labels
    boxes: Boxes | None = None
