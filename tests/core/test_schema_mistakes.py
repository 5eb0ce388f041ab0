"""Mistakes in a YAML file: found at their line, named by their field, with what was meant."""

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from radzoo.core.schema_fields import all_fields, fields_at, tags_at
from radzoo.core.schema_mistakes import find_mistakes
from radzoo.core.schema_words import Schema
from radzoo.core.strict_yaml import parse_yaml


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Round(Part):
    kind: Literal["round"]
    radius: Annotated[float, Field(gt=0)]


class Square(Part):
    kind: Literal["square", "box"]
    side: float


class Paint(Part):
    colour: Annotated[str, Field(pattern="^[a-z]+$")]
    coats: int = 1


class Whole(Part):
    shape: Annotated[Round | Square, Field(discriminator="kind")]
    paint: Paint | None = None
    layers: list[Paint] = []
    named: dict[str, Paint] = {}


SCHEMA = Schema(Whole, {"^[a-z]+$": "lower-case letters"})
GOOD = """\
shape:
  kind: round
  radius: 2
paint:
  colour: red
"""


def mistakes(text, place=()):
    document = parse_yaml(text.encode(), Path("a.yaml"))
    with pytest.raises(ValidationError) as caught:
        Whole.model_validate(document.at(place))
    return find_mistakes(caught.value, document, SCHEMA, place)


@pytest.mark.parametrize(
    ("old", "new", "said", "hint"),
    [
        ("colour: red", "color: red", "5: paint.color: is not a field", "did you mean colour"),
        ("colour: red", "colour: RED", "5: paint.colour: 'RED': must be lower-case letters", ""),
        ("colour: red", "colour: 3", "5: paint.colour: 3: needs to be text", "quotes"),
        ("radius: 2", "radius: 0", "3: shape.radius: 0: must be more than 0", ""),
        ("radius: 2", "side: 2", "3: shape.side: is not a field", ""),
        ("  radius: 2\n", "", "1: shape.radius: is needed", ""),
        ("kind: round", "kind: roun", "2: shape.kind: 'roun': needs to be one of round, square, ",
         "did you mean round"),
        ("  kind: round\n", "", "1: shape: needs 'kind': one of round, square, box", ""),
        ("  colour: red", "  - red", "4: paint: needs to be a mapping of fields", ""),
        ("paint:", "layers: [{coats: 1, color: red}]\npaint:", "4: layers.0.color: is not a field",
         "did you mean colour"),
        ("paint:", "named: {x: {color: red}}\npaint:", "4: named.x.color: is not a field",
         "did you mean colour"),
    ],
)  # fmt: skip
def test_each_is_told_where_it_stands(old, new, said, hint):
    assert old in GOOD
    first = mistakes(GOOD.replace(old, new))[0]
    assert str(first).startswith(said)
    assert hint in first.hint


def test_a_misspelling_goes_before_what_it_leaves_missing():
    said = [str(one) for one in mistakes(GOOD.replace("colour", "color"))]
    assert said == ["5: paint.color: is not a field", "4: paint.colour: is needed"]


def test_a_part_is_called_by_its_own_name():
    text = "things:\n  mine:\n    shape: {kind: round, radius: x}\n"
    (one,) = mistakes(text, ("things", "mine"))
    assert str(one).startswith("3: mine.shape.radius: 'x'")


def test_fields_and_kinds_of_a_part():
    assert fields_at(Whole, ()) == ["shape", "paint", "layers", "named"]
    assert fields_at(Whole, ("shape", "box")) == ["kind", "side"]
    assert fields_at(Whole, ("paint",)) == fields_at(Whole, ("layers", 3)) == ["colour", "coats"]
    assert fields_at(Whole, ("nowhere",)) == all_fields(Whole)
    assert tags_at(Whole, ("shape",)) == ["round", "square", "box"]
    assert set(all_fields(Whole)) >= {"radius", "side", "coats", "named"}
