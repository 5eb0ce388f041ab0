import pytest

from radzoo.core.data_report import Span
from radzoo.core.plan import DataFacts
from radzoo.workflows.planning.image_size import propose_size
from radzoo.zoo.catalog import find_entry


def facts(median=None, prepared=None):
    edges = Span(smallest=1, median=median, largest=9999) if median else None
    return DataFacts(splits={}, labels={}, longer_edges=edges, prepared_size=prepared)


@pytest.mark.parametrize(
    ("model", "median", "size"),
    [
        pytest.param("resnet18", 2000, 224, id="larger images are made smaller"),
        pytest.param("resnet18", 112, 224, id="enlarged at most twice"),
        pytest.param("resnet18", 96, 192, id="no more than twice"),
        pytest.param("resnet18", 90, 192, id="a step of 32 that holds it"),
        pytest.param("resnet18", 28, 64, id="tiny images"),
        pytest.param("radzoo-phantom-tiny", 28, 64, id="never more than the model"),
        pytest.param("inception_v3", 28, 96, id="the least that this one takes"),
        pytest.param("vit_small", 60, 128, id="positions are resampled"),
        pytest.param("maxvit_tiny", 60, 224, id="this one takes nothing else"),
    ],
)
def test_size(model, median, size):
    assert propose_size(find_entry(model), facts(median)).value == size


def test_what_is_prepared_stays():
    assert propose_size(find_entry("resnet18"), facts(prepared=160)).value == 160


def test_without_a_look_it_is_that_of_the_model():
    choice = propose_size(find_entry("resnet18"), facts())
    assert (choice.value, choice.reason) == (224, "what the model was made for")
