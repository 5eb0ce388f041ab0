import json

import pytest
from pydantic import BaseModel

from radzoo.core.json_text import from_text, to_document, to_text


class Named(BaseModel):
    name: str
    value: float | None = None


@pytest.mark.parametrize("name", ["a", "Müller", "\udcff.csv", '"\n\\'], ids=ascii)
def test_any_name_comes_back(name):
    text = to_text(Named(name=name))
    assert text.isascii()
    assert from_text(Named, text) == Named(name=name)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_finite_is_null(value):
    assert to_document(Named(name="NaN", value=value)) == {"name": "NaN", "value": None}
    assert json.loads(to_text(Named(name="NaN", value=value)))["value"] is None


def test_numbers_keep_every_bit():
    assert from_text(Named, to_text(Named(name="a", value=0.1 + 0.2))).value == 0.1 + 0.2


@pytest.mark.parametrize("text", ["", "{", "[]", '{"value": 1}'])
def test_anything_else_is_a_value_error(text):
    with pytest.raises(ValueError):  # noqa: PT011  pydantic's and json's own both are
        from_text(Named, text)
