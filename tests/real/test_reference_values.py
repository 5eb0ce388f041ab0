"""Values of R packages and others, each within the tolerance that its file states."""

import json

import pytest
from reference_values import LEFT_OUT, METHODS, NOT_APPLICABLE
from reference_values.files import compare, find_missing, load_cases

pytestmark = pytest.mark.real


def mark_cases() -> list:
    """Every case; one that does not apply is skipped with its reason, never silently."""
    marked = []
    for case in load_cases():
        why = NOT_APPLICABLE.get(case["id"])
        marks = [pytest.mark.skip(reason=why)] if why else []
        marked.append(pytest.param(case, id=case["id"], marks=marks))
    return marked


@pytest.mark.parametrize("case", mark_cases())
def test_reference_value(case):
    assert case["method"] in METHODS, "radzoo computes nothing of this kind: say why"
    method = case["method"]
    found = METHODS[method](case)
    compare(found, case["result"], case["tol"], case["id"])
    missing = find_missing(found, case["result"], method, LEFT_OUT)
    assert not missing, "neither computed nor left out for a reason"


def test_s100b_from_the_command_line(radzoo, real_data):
    file = real_data / "reference" / "data" / "asah.csv"
    code, out, _ = radzoo("evaluate", file, "--target", "y", "--score", "s100b", "--json")
    auroc = json.loads(out)["metrics"][0]
    assert (code, auroc["name"], auroc["method"]) == (0, "auroc", "logit-delong")
    assert auroc["value"] == pytest.approx(0.731369, abs=5e-7)
    assert 0.6 < auroc["low"] < auroc["value"] < auroc["high"] < 0.83
