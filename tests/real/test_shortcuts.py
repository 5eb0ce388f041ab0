"""What the shortcut checks say of public data sets whose shortcuts are known."""

import json

import pytest

pytestmark = [pytest.mark.real, pytest.mark.slow]
CHECKS = "RZ010,RZ012,RZ014,RZ015,RZ017,RZ044,RZ052"


@pytest.fixture
def found(radzoo):
    """Audit a data set; findings by code, those of several labels in a list."""

    def run(*arguments):
        code, out, err = radzoo("audit", *arguments, "--only", CHECKS, "--json")
        assert code == 0, err
        report = json.loads(out)
        by_code = {}
        for one in report["findings"]:
            by_code.setdefault(one["code"], []).append(one)
        return by_code

    return run


def test_borders_tell_pneumonia_in_children_and_the_test_split_is_unlike(found, real_data, kermany):
    for data, border in ((real_data / "pneumoniamnist.npz", 0.94), (kermany, 0.92)):
        findings = found(data)
        (one,) = findings["RZ012"]
        assert one["severity"] == "error"
        assert one["evidence"]["facts"]["part"] == "border"
        assert one["evidence"]["estimate"] == pytest.approx(border, abs=0.02)
        assert len(one["evidence"]["picture"]) == 64
        (one,) = findings["RZ044"]
        # The pooled classifier hardly sees what is plain inside the normals.
        assert one["evidence"]["facts"]["among"] == "cases of no pneumonia"
        assert one["evidence"]["estimate"] > one["evidence"]["facts"]["overall"] + 0.08
    assert [one["severity"] for one in findings["RZ052"]] == ["info"]
    assert "224 x 224" in findings["RZ052"][0]["message"]


def test_view_goes_with_consolidation_and_no_border_tells_a_finding(found, real_data):
    findings = found(
        real_data / "nih_cxr/labels.csv", "--data-format", "nih-cxr14", "--task", "multilabel"
    )
    assert {one["label"] for one in findings["RZ015"]} >= {"Consolidation", "Infiltration"}
    assert all(one["evidence"]["facts"]["attribute"] == "view" for one in findings["RZ015"])
    assert "RZ012" not in findings
