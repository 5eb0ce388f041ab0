"""From what checks say to findings: Holm over all tests, reasons, what is missing."""

from dataclasses import replace

import numpy as np
import pytest
from audited import audited

from radzoo.checks import CHECKS
from radzoo.checks.check import Silent, Verdict
from radzoo.checks.subject import Network, Trained
from radzoo.core.finding import Evidence
from radzoo.workflows.audit.telling import Examined, examine, tell

SUBJECT = audited([0, 1, 0, 1])


def said(code, p=None, severity="warning", rows=()):
    evidence = Evidence(n=4, p=p)
    return Examined(CHECKS[code], [Verdict(severity, "something", evidence, rows=rows)], 0.0)


def test_holm_over_all_checks_takes_back_what_is_not_sure():
    """Of p 0.01, 0.02, 0.04 Holm makes 0.03, 0.04, 0.04; a fourth of 0.9 makes 0.04, 0.06, 0.08."""
    three = [said("RZ010", 0.01), said("RZ014", 0.02), said("RZ022", 0.04), said("RZ031")]
    told = tell(three, SUBJECT, {})
    assert [one.evidence.p_adjusted for one in told.findings] == pytest.approx(
        [0.03, 0.04, 0.04, None]
    )
    told = tell([*three, said("RZ044", 0.9, None)], SUBJECT, {})
    assert [one.code for one in told.findings] == ["RZ010", "RZ031"]
    assert [one.evidence.p_adjusted for one in told.passed] == pytest.approx([0.06, 0.08, 0.9])
    chance = "; with so many tests this may be chance"
    assert [one.message.endswith(chance) for one in told.passed] == [True, True, False]


def test_findings_name_their_cases_and_the_reason_to_live_with_them():
    told = tell([said("RZ001", rows=(1, 3))], SUBJECT, {"RZ001": "a known twin", "RZ002": "why"})
    (found,) = told.findings
    assert (found.case_ids, found.n_case_ids, found.accepted) == (["1", "3"], 2, "a known twin")
    assert told.warnings == ["RZ002 was accepted, and nothing was found"]


def test_silence_is_told_with_its_reason():
    silent = Examined(CHECKS["RZ005"], Silent("cannot judge", "no dates"), 0.0)
    told = tell([silent], SUBJECT, {})
    (one,) = told.silent
    assert (one.code, one.kind, one.why) == ("RZ005", "cannot judge", "no dates")


@pytest.mark.parametrize(
    ("code", "kind", "why"),
    [
        ("RZ002", "cannot judge", "no images of one plane could be looked at"),
        ("RZ070", "not applicable", "no model was given"),
        ("RZ060", "not applicable", "no network was given that could be asked"),
    ],
)
def test_what_a_check_needs_and_is_not_there(code, kind, why):
    assert examine(CHECKS[code], SUBJECT) == Silent(kind, why)


def test_predictions_alone_are_no_network():
    scored = replace(SUBJECT, model=Trained("run", np.zeros((4, 1))))
    assert examine(CHECKS["RZ061"], scored).why == "no network was given that could be asked"
    nothing = Network(np.ones(4, bool), 255, lambda rows: rows, lambda *asked: np.zeros((4, 1)))
    whole = replace(scored, model=replace(scored.model, network=nothing))
    assert examine(CHECKS["RZ061"], whole).why == "the test split has fewer than two images"
    bare = replace(whole, questions=())
    assert examine(CHECKS["RZ061"], bare).why == "the task has no answer per case"
