"""RZ014."""

import numpy as np
import pytest
from audited import audited

from radzoo.checks.devices import DEVICE, devices_of, examine

# 30 with a tube, 20 of them ill; 50 without, 10 of them ill: odds ratio 8.
ILL = [1] * 20 + [0] * 10 + [1] * 10 + [0] * 40
TUBE = ["yes"] * 30 + ["no"] * 50


def test_a_tube_that_goes_with_the_answer_is_found():
    (verdict,) = examine(audited(ILL, columns={"chest_tube": TUBE}))
    assert verdict.severity == "warning"
    assert verdict.evidence.estimate == pytest.approx(8)
    assert verdict.evidence.p < 0.001
    assert "`chest_tube` are more often 'disease': odds ratio 8.0 (" in verdict.message


def test_a_label_may_be_the_device_and_is_no_question_of_its_own():
    subject = audited({"Pneumothorax": ILL, "Support Devices": [1] * 30 + [0] * 50})
    (verdict,) = examine(subject)
    assert verdict.label == "Pneumothorax"
    assert verdict.evidence.facts["device"] == "Support Devices"


def test_an_independent_device_passes():
    (verdict,) = examine(audited([0, 1] * 40, columns={"pacemaker": ["1", "1", "0", "0"] * 20}))
    assert verdict.severity is None
    assert verdict.evidence.estimate == pytest.approx(1)


def test_no_device_is_not_applicable_and_few_cannot_be_judged():
    assert examine(audited(ILL, columns={"view": TUBE})).kind == "not applicable"
    few = ["yes"] * 4 + ["no"] * 76
    assert examine(audited(ILL, columns={"drain": few})).kind == "cannot judge"


def test_words_of_devices_and_blanks():
    known = devices_of(audited(ILL[:4], columns={
        "tube": ["yes", "", "no", "unknown"], "drain": ["left", "", "", ""],
    }))  # fmt: skip
    there, rows = known["tube"]
    assert (there.tolist(), rows.tolist()) == ([True, False, False, False], [0, 2])
    there, rows = known["drain"]  # noted where it was seen
    assert (there.tolist(), rows.tolist()) == ([True, False, False, False], [0, 1, 2, 3])
    assert DEVICE.search("support_devices")
    assert not DEVICE.search("tuberculosis")
    assert not DEVICE.search("portable")
    assert np.all([DEVICE.search(name) for name in ("chest_tube", "icd", "cvc_line")])
