"""Write the JSON schemas of the reports into docs/reference: run after a change of a report."""

import json
from pathlib import Path

from radzoo.core.compare_report import CompareReport
from radzoo.core.finding import AuditReport
from radzoo.core.report import EvalReport

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
MODELS = {
    "audit.schema.json": AuditReport,
    "compare.schema.json": CompareReport,
    "evaluate.schema.json": EvalReport,
}


def main() -> None:
    """Write each schema."""
    for name, model in MODELS.items():
        schema = model.model_json_schema(mode="serialization")
        (REFERENCE / name).write_text(json.dumps(schema, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
