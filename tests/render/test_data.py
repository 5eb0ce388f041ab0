"""What a data set holds, on a terminal and as a page: all of it, aligned, and nothing drawn."""

import io
import re
from html.parser import HTMLParser

import pytest
from rich.console import Console

from radzoo.core.case import Case
from radzoo.core.data_report import DataReport, LabelCounts, Leak, RefusedFile, Span, SplitCounts
from radzoo.render.data import render_data
from radzoo.render.html import data_page
from radzoo.workflows.label_counts import count_label

EVIL = "<script>alert(1)</script>"


def report(**changes):
    labels = {
        "effusion": LabelCounts(
            n_positive=25, n_negative=75, n_unlabelled=0,
            by_split={"train": SplitCounts(n=80, n_positive=24),
                      "test": SplitCounts(n=20, n_positive=1)},
        ),
        "nodule": LabelCounts(
            n_positive=0, n_negative=10, n_unlabelled=90,
            by_split={"train": SplitCounts(n=10, n_positive=0),
                      "test": SplitCounts(n=0, n_positive=0)},
        ),
    }  # fmt: skip
    values = {
        "data": "cxr", "data_format": "csv", "recipe": 2, "n_cases": 100, "n_patients": 60,
        "n_without_patient": 3, "n_refused": 6,
        "refused_by_reason": {"damaged: the file is damaged": 5, "no-image: no pixels": 1},
        "splits": {"train": 80, "test": 20}, "split_patients": {"train": 50, "test": 10},
        "labels": labels,
        "refused": [RefusedFile(path=f"d{n}.dcm", reason="damaged: the file is damaged")
                    for n in range(5)] + [RefusedFile(path="sr.dcm", reason="no-image: no pixels")],
        "formats": {"DICOM": 100}, "transfer_syntaxes": {f"syntax, {n}": 20 - n for n in range(9)},
        "photometric": {}, "modalities": {"DX": 100}, "manufacturers": {}, "units": {},
        "rows": Span(smallest=1000, median=2048, largest=3000),
        "columns": Span(smallest=9, median=9, largest=9), "slices": None,
        "spacings_mm": {"0.1 x 0.1": 100}, "groups": {"sex": {"F": 60, "M": 40}},
        "leaks": [Leak(splits=("train", "test"), n_patients=1)], "notes": ["joined 100 of 100"],
    }  # fmt: skip
    return DataReport(**(values | changes))


def drawn(made, width=80):
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(render_data(made))
    return console.file.getvalue()


def line_of(text, start):
    (line,) = [line for line in text.splitlines() if line.startswith(start)]
    return re.split(r"\s{2,}", line.strip())


@pytest.mark.parametrize("width", [80, 160])
def test_prevalence_stands_in_every_split_with_its_number(width):
    text = drawn(report(), width).replace("\N{NO-BREAK SPACE}", " ")
    assert line_of(text, "effusion") == [
        "effusion", "25.0 % of 100", "0", "30.0 % of 80", "5.0 % of 20",
    ]  # fmt: skip
    assert line_of(text, "nodule") == [
        "nodule", "0.0 % of 10", "90", "0.0 % of 10", "none labelled",
    ]  # fmt: skip
    assert line_of(text, "train") == ["train", "80", "80.0 %", "50"]
    assert max(map(len, text.splitlines())) <= width


def test_blanks_have_a_column_only_if_there_are_any():
    labels = {"effusion": report().labels["effusion"]}
    assert "blank" in drawn(report())
    assert "blank" not in drawn(report(labels=labels))


def labelled(values):
    """80 training and 20 test cases with these values, again and again."""
    return [
        Case(f"{n}", "a.png", {"y": values[n % len(values)]}, split="train" if n < 80 else "test")
        for n in range(100)
    ]


@pytest.mark.parametrize("width", [80, 160])
def test_classes_have_a_line_each_and_their_names(width):
    names = ("covid", "lung", "normal")
    counts = count_label(labelled([0.0, 1.0, 1.0, None]), "y", names)
    made = report(labels={"y": counts})
    text = drawn(made, width).replace("\N{NO-BREAK SPACE}", " ")
    assert line_of(text, "y ") == ["y", "all", "train", "test"]
    assert line_of(text, "0 = covid") == ["0 = covid", "25 (33.3 %)", "20 (33.3 %)", "5 (33.3 %)"]
    assert line_of(text, "2 = normal") == ["2 = normal", "0 (0.0 %)", "0 (0.0 %)", "0 (0.0 %)"]
    assert line_of(text, "blank") == ["blank", "25", "20", "5"]
    assert "present in" not in text
    words = read(data_page(made, title="cxr"))[1].replace("\N{NO-BREAK SPACE}", " ")
    assert "1 = lung 50 (66.7 %) 40 (66.7 %) 10 (66.7 %)" in words
    assert "Present in" not in words


def test_names_of_labels_and_classes_are_no_markup():
    counts = count_label(labelled([0.0, 1.0, 2.0]), "y", ("a", "b [red]", "c"))
    text = drawn(report(labels={"lung [red]": counts}))
    assert "lung [red]" in text
    assert "1 = b [red]" in text


def test_a_measured_label_has_a_range():
    made = report(labels={"y": count_label(labelled([n / 2 for n in range(100)]), "y")})
    text = drawn(made)
    assert line_of(text, "y ") == ["y", "labelled", "smallest", "median", "largest"]
    assert line_of(text, "all") == ["all", "100", "0", "24.75", "49.5"]
    assert text.index("all  ") < text.rindex("train  ") < text.rindex("test  ")
    words = read(data_page(made, title="cxr"))[1]
    assert "test 20 40 44.75 49.5" in words


def test_what_is_not_listed_is_counted():
    text = drawn(report(), 160)
    assert "syntax, 4" in text
    assert "syntax, 5" not in text
    assert re.search(r"and 4 others +54\b", text)
    assert "d2.dcm" in text
    assert "d3.dcm" not in text
    assert "and 2 more" in text
    assert text.index("damaged") < text.index("no-image")


def test_a_wide_terminal_puts_tables_side_by_side():
    assert len(drawn(report(), 160).splitlines()) < len(drawn(report()).splitlines())


def test_without_split_labels_or_patients():
    text = drawn(report(splits={}, split_patients={}, labels={}, n_patients=None, leaks=[]))
    assert "100 cases, unknown patients, 6 refused, no split" in " ".join(text.split())


def test_the_sizes_of_images():
    text = drawn(report(slices=Span(smallest=2, median=20, largest=200)))
    assert re.search(r"rows +1,000 +2,048 +3,000", text)
    assert re.search(r"slices +2 +20 +200", text)


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.words, self.outside = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.outside += [value for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data):
        self.words.append(data)


def read(page):
    reader = Reader()
    reader.feed(page)
    return reader, " ".join(" ".join(reader.words).split())


def test_the_page_says_the_same():
    reader, words = read(data_page(report(), title="cxr"))
    words = words.replace("\N{NO-BREAK SPACE}", " ")
    for said in ("25.0 % of 100", "30.0 % of 80", "1 patient in both train and test", "d4.dcm",
                 "1,000 2,048 3,000", "joined 100 of 100", "5.7 % of 106", "3 cases without one",
                 "5 × damaged : the file is damaged"):  # fmt: skip
        assert said in words.replace("damaged:", "damaged :"), said
    assert not reader.outside
    assert "script" not in reader.tags


def test_the_page_shows_names_and_runs_nothing():
    labels = {EVIL: report().labels["effusion"]}
    page = data_page(
        report(
            data=EVIL, data_format=EVIL, labels=labels, notes=[EVIL], groups={EVIL: {EVIL: 1}},
            refused=[RefusedFile(path=EVIL, reason=f"damaged: {EVIL}")], n_refused=1,
            refused_by_reason={f"damaged: {EVIL}": 1}, manufacturers={EVIL: 3},
        ),
        title=EVIL,
    )  # fmt: skip
    reader, words = read(page)
    assert "script" not in reader.tags
    assert words.count(EVIL) == 10
    assert "default-src 'none'" in page


def test_an_empty_report_is_a_page():
    empty = report(
        n_cases=0, n_patients=None, n_refused=0, refused=[], refused_by_reason={}, splits={},
        split_patients={}, labels={}, formats={}, transfer_syntaxes={}, modalities={}, rows=None,
        columns=None, spacings_mm={}, groups={}, leaks=[], notes=[],
    )  # fmt: skip
    assert "<h2>Refused" not in data_page(empty, title="nothing")
    assert drawn(empty)
