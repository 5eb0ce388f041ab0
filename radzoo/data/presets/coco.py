"""Preset: COCO annotations, as labels of whole images (which categories occur), or as boxes.

Masks are not read. Annotations of a crowd count as any other, but their boxes are none.

References:
    Lin TY et al. Microsoft COCO: common objects in context. ECCV 2014.
"""

import mmap
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from radzoo.core.case import Case, Manifest, Refused, Split
from radzoo.core.errors import InputError
from radzoo.core.plugins import Preset
from radzoo.data.options import DataOptions
from radzoo.data.patients import match_patient
from radzoo.data.presets.coco_boxes import Mark, part_images, read_box
from radzoo.data.presets.csv import SPLIT_NAMES
from radzoo.data.presets.segmented import (
    as_mapping,
    as_rows,
    choose,
    existing,
    find_inside,
    read_description,
)
from radzoo.data.refusal import describe_reason

PATTERNS: Final = ("*.json", "annotations/*.json", "*/_annotations.coco.json")
KEYS: Final = (b'"images"', b'"annotations"', b'"categories"')
LONGEST: Final = 2**31
SPLIT_WORD: Final = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Annotations:
    """One file of annotations.

    Attributes:
        name: what its file name ends in, such as `train2017`: often the folder of its images.
        labels: names of the categories.
        images: file name to the names of the categories that occur.
        marks: file name to the objects that have a box of their own.
        lost: annotations of an image or a category that is not listed.
    """

    path: Path
    name: str
    labels: tuple[str, ...]
    images: Mapping[str, frozenset[str]]
    marks: Mapping[str, Sequence[Mark]]
    lost: int

    @property
    def split(self) -> Split | None:
        """The split that the file, or its folder, is named after."""
        for name in (self.name, self.path.parent.name):
            if (word := SPLIT_WORD.match(name)) and word[0].casefold() in SPLIT_NAMES:
                return SPLIT_NAMES[word[0].casefold()]
        return None


def recognise(path: Path) -> bool:
    """Is there a JSON object with images, annotations and categories? It is only searched."""
    return any(_is_coco(file) for file in _candidates(path))


def read_coco(path: Path, options: DataOptions) -> Manifest:
    """Read a file of annotations, or all of a folder; `--target NAME` keeps one category.

    Raises:
        InputError: if there are none, an image stands in two of them, or there is no such
            category.
    """
    files = [file for file in _candidates(path) if _is_coco(file)]
    chosen = [file for file in files if file.name.startswith("instances_")] or files
    read = [_read(file) for file in chosen]
    if not any(one.images for one in read):
        raise InputError(
            f"{path} holds no COCO annotations",
            id="no-annotations",
            hint="JSON with images, annotations and categories is looked for, beside the images "
            "or in the folder annotations",
        )
    labels = tuple(dict.fromkeys(label for one in read for label in one.labels))
    if options.target is not None:
        labels = (choose(options.target, labels, "categories"),)
    found = [one for part in read for one in _cases(path, part, labels, options)]
    marked = [one for one in found if not isinstance(one, Refused)]
    refused = tuple(one for one in found if isinstance(one, Refused))
    cases = tuple(case for case, _ in marked)
    _check_distinct(cases)
    boxed = options.region == "bbox"
    notes = [*_notes(read, len(files) - len(chosen), boxed=boxed)]
    if boxed:
        cases, more = part_images(marked)
        notes += more
    return Manifest(cases, labels, refused, tuple(notes))


def _candidates(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        for pattern in PATTERNS:
            yield from sorted(file for file in path.glob(pattern) if file.is_file())


def _is_coco(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            if not opened.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
                return False
            with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as text:
                return all(text.find(key) >= 0 for key in KEYS)
    except (OSError, ValueError):
        return False


def _read(path: Path) -> Annotations:
    content = read_description(path, LONGEST)
    names = _by_id(path, content, "categories", "name")
    files = _by_id(path, content, "images", "file_name")
    occurring: dict[str, set[str]] = defaultdict(set)
    marks: dict[str, list[Mark]] = defaultdict(list)
    lost = 0
    for row in map(as_mapping, as_rows(content.get("annotations"))):
        image, category = _identifier(row.get("image_id")), _identifier(row.get("category_id"))
        if image in files and category in names:
            occurring[files[image]].add(names[category])
            if (box := read_box(row)) is not None:
                marks[files[image]].append((names[category], box))
        else:
            lost += 1
    images = {file: frozenset(occurring.get(file, ())) for file in files.values()}
    name = path.stem.rpartition("_")[2]
    return Annotations(path, name, tuple(dict.fromkeys(names.values())), images, marks, lost)


def _by_id(
    path: Path, content: Mapping[str, object], key: str, field: str
) -> dict[str | int | None, str]:
    """Return one field of the objects of an array by their identifiers.

    Raises:
        InputError: if one has no identifier, or two have the same: whose labels are whose?
    """
    found: dict[str | int | None, str] = {}
    for row in map(as_mapping, as_rows(content.get(key))):
        identifier = _identifier(row.get("id"))
        if identifier is None or identifier in found:
            fault = "without an id" if identifier is None else "with the id of another"
            raise InputError(
                f"{path.name} has an object of '{key}' {fault}",
                id="invalid-annotations",
                hint="give every image and every category an id of its own",
            )
        found[identifier] = str(row.get(field))
    return found


def _identifier(value: object) -> str | int | None:
    """Return a number or text; 1.0, as tables write it beside a blank, is 1."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None


def _cases(
    data: Path, one: Annotations, labels: Sequence[str], options: DataOptions
) -> Iterator[tuple[Case, Sequence[Mark]] | Refused]:
    """Give a case and its boxes for each image that is there, a refusal for each that is not."""
    root = data if data.is_dir() else one.path.parent
    home = one.path.parent
    base = home.parent if home.name == "annotations" else home
    places = (home, *(base / name for name in ("", "images", one.name, f"images/{one.name}")))
    known = set(one.labels)
    # Thousands of images with the same findings share one mapping.
    targets = {
        occurring: {
            label: float(label in occurring) if label in known else None for label in labels
        }
        for occurring in set(one.images.values())
    }
    for name, occurring in one.images.items():
        inside = (existing(find_inside(place, name)) for place in places)
        path = next((file for file in inside if file is not None), None)
        if path is None:
            yield Refused(name, describe_reason("missing-file"))
            continue
        case_id = path.relative_to(root).as_posix() if path.is_relative_to(root) else name
        case = Case(
            case_id=case_id,
            path=path,
            targets=targets[occurring],
            patient_id=match_patient(case_id, options),
            split=one.split,
        )
        yield case, one.marks.get(name, ())


def _check_distinct(cases: Sequence[Case]) -> None:
    if len({case.case_id for case in cases}) < len(cases):
        raise InputError(
            "an image stands in several files of annotations",
            id="duplicate-case",
            hint="give one of the JSON files instead of the folder",
        )


def _notes(read: Sequence[Annotations], others: int, *, boxed: bool) -> Iterator[str]:
    if boxed:
        yield "labels say which category each box has; masks of COCO are not read"
    else:
        yield (
            "labels say which categories occur in an image; --region bbox reads boxes, masks of "
            "COCO are not read, and an image without annotations counts as negative for all"
        )
    if others:
        yield f"{others} files of other annotations than instances_*.json were left alone"
    if lost := sum(one.lost for one in read):
        yield f"{lost} annotations name an image or a category that is not listed"


PRESET = Preset(name="coco", recognises=recognise, read=read_coco)
