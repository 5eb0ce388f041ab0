"""The page of all models says what zoo.yaml says."""

import importlib.util
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def script():
    path = REPOSITORY / "scripts" / "make_zoo_page.py"
    spec = importlib.util.spec_from_file_location("make_zoo_page", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_in_step_with_the_registry(script):
    entries = script.load_files([script.REGISTRY]).entries
    page = script.make_page(entries.values())
    assert script.PAGE.read_text(encoding="utf-8") == page, "python scripts/make_zoo_page.py"
    assert all(f"\n### {name} {{" in page for name in entries)


def test_text_of_a_registry_is_shown_as_it_is(script):
    assert script.escape("a_b <script> *c* [d]") == r"a\_b &lt;script> \*c\* \[d\]"


def test_anchors_differ(script):
    entries = script.load_files([script.REGISTRY]).entries.values()
    assert len({script.anchor_of(entry) for entry in entries}) == len(entries)
