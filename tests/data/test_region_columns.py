"""Columns of regions: read in every spelling, written back, split with their patients."""

import csv

import numpy as np
import pytest
from PIL import Image as Pillow

from radzoo.core.case import Region
from radzoo.core.decoding import Framing
from radzoo.core.errors import ExitCode, InputError
from radzoo.data.load import DataOptions, load_manifest
from radzoo.data.prepared import Working
from radzoo.data.prepared.key import key_of


@pytest.fixture
def table(tmp_path):
    """Write a table of images that exist; gives its path."""

    def make(header, *rows):
        for number in range(12):
            Pillow.fromarray(np.full((40, 40), 20 * number, np.uint8)).save(
                tmp_path / f"{number}.png"
            )
        (tmp_path / "m.csv").write_text("\n".join((header, *rows)) + "\n", "utf-8")
        return tmp_path / "m.csv"

    return make


def regions(path, **options):
    manifest = load_manifest(path, options=DataOptions(**options))
    return [(case.case_id, case.region and case.region.numbers) for case in manifest.cases]


@pytest.mark.parametrize(
    ("columns", "cells"),
    [
        ("bbox", '"1,2,3.5,4"'),
        ("BBox", '"[1.0, 2, 3.5, 4]"'),
        ("bbox", "1 2 3.5 4"),
        ("bbox_x,bbox_y,bbox_w,bbox_h", "1,2,3.5,4"),
        ("bbox_x,bbox_y,bbox_width,bbox_height", "1,2,3.5,4"),
        ("x_min,y_min,x_max,y_max", "1,2,4.5,6"),
        ("bbox_x_min,bbox_y_min,bbox_x_max,bbox_y_max", "1,2,4.5,6"),
    ],
)
def test_spellings_of_a_box(table, columns, cells):
    path = table(f"path,target:a,{columns}", f"0.png,1,{cells}")
    assert regions(path) == [("0.png", (1, 2, 3.5, 4))]
    assert regions(path, region="none") == [("0.png", None)]


def test_bare_names_are_a_box_only_where_one_is_asked_for(table):
    path = table("path,target:a,x,y,width,height", "0.png,1,1,2,3,4")
    assert regions(path) == [("0.png", None)]
    assert regions(path, region="bbox") == [("0.png", (1, 2, 3, 4))]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize(
    ("columns", "cells", "region"),
    [
        ("bbox", ('"1,2,3.25,4"', '"5,6,7,8"'), None),
        ("bbox", ('"1,2,3,4,5,6"', '"0,0,0,1,1,1"'), "bbox"),
        ("point", ('"1,2"', '"30,7.5"'), "point"),
        ("mask,mask_label", ("1.png,1", '1.png,"2,5"'), "mask"),
        ("mask", ("1.png", "2.png"), "mask"),
    ],
)
def test_convert_writes_what_is_read_again(radzoo, table, tmp_path, columns, cells, region, suffix):
    path = table(f"path,target:a,{columns}", *(f"0.png,{n},{one}" for n, one in enumerate(cells)))
    asked = ("--region", region) if region else ()
    there = tmp_path / "deep" / f"b.{suffix}"
    there.parent.mkdir()
    assert radzoo("data", "convert", path, "-o", there, *asked)[0] == ExitCode.OK
    before = load_manifest(path, options=DataOptions(region=region)).cases
    after = load_manifest(there, options=DataOptions()).cases  # the column `region` says it
    assert [case.region for case in before] == [case.region for case in after]
    assert [case.case_id for case in after] == ["0.png#1", "0.png#2"]
    assert [case.patient_id for case in after] == ["0.png", "0.png"]
    masks = [[case.mask and case.mask.resolve() for case in cases] for cases in (before, after)]
    assert masks[0] == masks[1]


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("more", [(), ("--folds", "3")])
def test_regions_of_an_image_and_of_a_patient_are_never_torn(radzoo, table, tmp_path, named, more):
    rows = [
        f'{n}.png,{f"P{n // 2}" if named else ""},"{place},{place},4,4",{(n + place) % 2}'
        for n in range(12)
        for place in range(3)
    ]
    path = table("path,patient_id,bbox,target:a", *rows)
    out = tmp_path / "split.csv"
    code, _, err = radzoo("data", "split", path, "-o", out, *more)
    assert code == ExitCode.OK, err
    column = "fold" if more else "split"
    with out.open(encoding="utf-8") as file:
        read = list(csv.DictReader(file))
    assert len(read) == len(rows)
    assert len({row[column] for row in read}) == 3
    whose = {}
    for row in read:
        place = int(row["path"].removesuffix(".png"))
        whose.setdefault(place // 2 if named else place, set()).add(row[column])
    assert all(len(places) == 1 for places in whose.values())


def test_prepared_images_are_named_after_region_and_margin(table):
    header = "path,target:a,bbox,point,mask,mask_label"
    path = table(header, '0.png,1,"1,2,3,4","1,2",1.png,1')

    def key(framing=Framing(), **options):  # noqa: B008  it is frozen
        cases = load_manifest(path, options=DataOptions(**options)).cases
        return key_of(cases, Working(8, framing=framing))

    box = key()
    keys = {
        "box": box, "whole": key(region="none"), "point": key(region="point"),
        "mask": key(region="mask"), "margin": key(Framing(margin_mm=1)),
        "scale": key(Framing(mm_per_pixel=1)), "size": key(Framing(size_mm=1)),
    }  # fmt: skip
    assert len(set(keys.values())) == len(keys)
    text = path.read_text("utf-8")
    path.write_text(text.replace("1,2,3,4", "1,2,3,5"), "utf-8")
    assert key() != box
    path.write_text(text.replace("png,1\n", "png,2\n"), "utf-8")
    assert key() == box  # the label of a mask that is not asked for
    assert key(region="mask") != keys["mask"]


def test_rows_of_one_image_stay_together_without_regions_too(table):
    rows = [f'r{n},{n // 2}.png,"{n},0,4,4",{n % 2}' for n in range(6)] + ["r6,5.png,,1"]
    path = table("case_id,path,bbox,target:a", *rows)
    cases = load_manifest(path, options=DataOptions(region="none")).cases
    assert [case.patient_id for case in cases] == [f"{n // 2}.png" for n in range(6)] + [""]


def test_cases_without_a_region_beside_others_are_refused(table):
    path = table("path,target:a,bbox", '0.png,1,"1,2,3,4"', "1.png,0,")
    manifest = load_manifest(path, options=DataOptions())
    assert [case.region for case in manifest.cases] == [Region("box", (1, 2, 3, 4))]
    assert [(one.case_id, one.reason) for one in manifest.refused] == [
        ("1.png", "no-region: names no region, and other cases of the data do")
    ]


@pytest.mark.parametrize(
    ("header", "rows", "options", "error"),
    [
        pytest.param("bbox", ['"1,2,3"'], {}, "bad-region", id="three numbers"),
        pytest.param("bbox", ['"1,2,3,x"'], {}, "bad-region", id="a word"),
        pytest.param("bbox", ['"1,2,inf,3"'], {}, "bad-region", id="no end"),
        pytest.param("point", ["7"], {}, "bad-region", id="a point of one number"),
        pytest.param("mask,mask_label", ["1.png,x"], {"region": "mask"}, "bad-region", id="label"),
        pytest.param("bbox", ['"1,2,3,4"'], {"region": "point"}, "missing-column", id="no point"),
        pytest.param("bbox", ['"1,2,3,4"'], {"region": "mask"}, "missing-column", id="no mask"),
        pytest.param("point", ['"1,2"'], {"region": "bbox"}, "missing-column", id="no box"),
        pytest.param(
            "bbox,patient_id", ['"1,2,3,4",P1', '"1,2,3,4",P2'], {}, "image-of-two-patients",
            id="one image, two patients",
        ),
    ],
)  # fmt: skip
def test_columns_that_say_no_region_are_told(table, header, rows, options, error):
    path = table(f"path,target:a,{header}", *(f"0.png,1,{row}" for row in rows))
    with pytest.raises(InputError) as caught:
        load_manifest(path, options=DataOptions(**options))
    assert (caught.value.id, caught.value.exit_code) == (error, ExitCode.INPUT)
