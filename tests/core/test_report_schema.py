"""The schemas of the JSON documents are published, and are those of the program."""

import json
from pathlib import Path

import pytest

from radzoo.core.compare_report import CompareReport
from radzoo.core.finding import AuditReport
from radzoo.core.report import EvalReport

REFERENCE = Path(__file__).parent.parent.parent / "docs" / "reference"


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("audit.schema.json", AuditReport),
        ("evaluate.schema.json", EvalReport),
        ("compare.schema.json", CompareReport),
    ],
)
def test_the_published_schema_is_that_of_the_program(name, model):
    kept = json.loads((REFERENCE / name).read_text(encoding="utf-8"))
    assert kept == model.model_json_schema(mode="serialization"), "scripts/write_schemas.py"
