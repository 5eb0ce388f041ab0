"""Every line of every registry leads to a plug-in that has a test and a place in the docs."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

from radzoo.core.registry import Registry

REPOSITORY = Path(__file__).parent.parent
# Registry, the folder of the tests of its plug-ins, and the page that lists them.
REGISTRIES = {
    "radzoo.metrics:METRICS": ("tests/metrics", "docs/reference/metrics.md"),
    "radzoo.metrics.classes:CLASS_METRICS": ("tests/metrics/classes", "docs/reference/metrics.md"),
    "radzoo.metrics.values:VALUE_METRICS": ("tests/metrics/values", "docs/reference/metrics.md"),
    "radzoo.metrics.times:TIME_METRICS": ("tests/metrics/times", "docs/reference/metrics.md"),
    "radzoo.metrics:INTERVALS": ("tests/metrics/intervals", "docs/concepts/intervals.md"),
    "radzoo.metrics.recalibration:RECALIBRATIONS": (
        "tests/metrics/recalibration",
        "docs/concepts/calibration.md",
    ),
    "radzoo.data.readers:READERS": ("tests/data", "docs"),
    "radzoo.data.presets:PRESETS": ("tests/data", "docs"),
    "radzoo.zoo.sources:SOURCES": ("tests/zoo", "docs"),
    "radzoo.tasks:TASKS": ("tests/tasks", "docs"),
    "radzoo.tracking:TRACKERS": ("tests/tracking", "docs/how-to/fine-tune.md"),
}


def load(place: str) -> Registry:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


LINES = [(place, name) for place in REGISTRIES for name in load(place)]
OF_METRICS = [(place, name) for place, name in LINES if place.endswith("METRICS")]


def read_all(folder: Path, pattern: str) -> str:
    files = [folder] if folder.is_file() else sorted(folder.rglob(pattern))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize(("place", "name"), LINES)
def test_the_line_leads_to_a_plugin_of_that_name(place, name):
    plugin = load(place)[name]
    called = getattr(plugin, "name", None) or plugin.kind
    assert called == name


@pytest.mark.parametrize(("place", "name"), LINES)
def test_it_is_tested(place, name):
    folder = REPOSITORY / REGISTRIES[place][0]
    module = load(place)._lines[name].partition(":")[0].rpartition(".")[2]
    own = folder / f"test_{module}.py"
    assert own.is_file() or re.search(rf"\b{re.escape(name)}\b", read_all(folder, "test_*.py"))


@pytest.mark.parametrize(("place", "name"), LINES)
def test_it_is_in_the_docs(place, name):
    pages = read_all(REPOSITORY / REGISTRIES[place][1], "*.md")
    assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", pages), f"no page mentions {name}"


@pytest.mark.parametrize(("place", "name"), OF_METRICS)
def test_a_metric_has_its_own_test_and_a_whole_docstring(place, name):
    assert list((REPOSITORY / REGISTRIES[place][0]).rglob(f"test_{name}.py"))
    docstring = inspect.getdoc(load(place)[name].compute)
    for part in ("Args:", "Returns:", "Raises:", "References:", "Example:", "(n_cases,)"):
        assert part in docstring, f"{name} lacks {part}"


@pytest.mark.parametrize("name", load("radzoo.metrics:INTERVALS"))
def test_an_interval_has_its_own_test_and_a_reference(name):
    file = f"test_{name.replace('-', '_')}.py"
    assert (REPOSITORY / "tests" / "metrics" / "intervals" / file).is_file()
    interval = load("radzoo.metrics:INTERVALS")[name]
    module = importlib.import_module(interval.compute.__module__)
    assert "References:" in inspect.getsource(module)


@pytest.mark.parametrize(("place", "name"), OF_METRICS)
def test_the_example_of_a_metric_is_true(place, name):
    import doctest

    import numpy as np

    metric = load(place)[name]
    module = importlib.import_module(metric.compute.__module__)
    result = doctest.testmod(module, extraglobs={"np": np})
    assert result.attempted
    assert not result.failed


@pytest.mark.parametrize(("place", "name"), OF_METRICS)
def test_a_metrics_interval_exists(place, name):
    assert load(place)[name].interval in load("radzoo.metrics:INTERVALS")


@pytest.mark.parametrize(("place", "name"), OF_METRICS)
def test_a_metric_is_found_by_its_task(place, name):
    from radzoo.metrics.families import find_metric

    metric = load(place)[name]
    assert all(find_metric(name, task) is metric for task in metric.tasks)
