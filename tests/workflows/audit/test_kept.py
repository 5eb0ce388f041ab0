"""An interrupted audit goes on: what was said is kept, and only of the same subject."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from audited import audited

from radzoo.checks.check import Silent, Verdict
from radzoo.checks.subject import Trained
from radzoo.core.finding import Evidence
from radzoo.workflows.audit import audit as auditing
from radzoo.workflows.audit import kept
from radzoo.workflows.audit.audit import audit
from radzoo.workflows.audit.kept import kept_of
from radzoo.workflows.audit.subject import AuditConfig

SAID = [Verdict("error", "so", Evidence(n=3, facts={"a": 1.5}, rows=[{"b": "c"}]), rows=(1, 2))]
SUBJECT = audited([0, 1, 0], splits=["train", "test", "test"], columns={"site": ["a", "b", "a"]})


@pytest.mark.parametrize("outcome", [SAID, Silent("cannot judge", "too few"), []])
def test_what_was_said_is_found_again(tmp_path, outcome):
    one = kept_of(SUBJECT, tmp_path)
    assert one.find("RZ001") is None
    one.keep("RZ001", outcome, seconds=2.0)
    assert kept_of(SUBJECT, tmp_path).find("RZ001") == outcome
    one.forget()
    assert one.find("RZ001") is None


def test_what_took_no_time_is_not_kept(tmp_path):
    one = kept_of(SUBJECT, tmp_path)
    one.keep("RZ001", SAID, seconds=0.5)
    assert one.find("RZ001") is None
    assert not list(tmp_path.rglob("*.json"))


def test_half_a_file_counts_as_none(tmp_path):
    one = kept_of(SUBJECT, tmp_path)
    one.keep("RZ001", SAID, seconds=2.0)
    (file,) = tmp_path.rglob("RZ001.json")
    file.write_text(file.read_text()[:40])
    assert one.find("RZ001") is None


def test_anything_else_about_a_subject_is_another_audit(tmp_path):
    scores = Trained("run", np.zeros((3, 1)), inputs={"outputs": {"a": "1"}})
    others = [
        SUBJECT,
        replace(SUBJECT, seed=1),
        replace(SUBJECT, draws=51),
        replace(SUBJECT, quick=True),
        replace(SUBJECT, identifiers={"study": ("a", "b", "c")}),
        replace(SUBJECT, pixels={"low": np.zeros(3)}),
        replace(SUBJECT, pixels={"low": np.ones(3)}),
        replace(SUBJECT, splits=np.array(["train", "train", "test"])),
        replace(SUBJECT, columns={"site": ("a", "b", "b")}),
        replace(SUBJECT, questions=audited([0, 1, 1]).questions),
        replace(SUBJECT, cases=tuple(replace(one, path=Path("y")) for one in SUBJECT.cases)),
        replace(SUBJECT, model=scores),
        replace(SUBJECT, model=replace(scores, inputs={"outputs": {"a": "2"}})),
        replace(SUBJECT, model=replace(scores, scores=np.ones((3, 1)))),
    ]
    assert len({kept_of(one, tmp_path).folder for one in others}) == len(others)


def test_an_audit_goes_on_after_an_interruption(tmp_path, write_npz, monkeypatch):
    """Ctrl-C in the third check: the first two are not made again, and nothing stays behind."""
    codes = ("RZ001", "RZ022", "RZ031")
    config = AuditConfig(cache=tmp_path / "cache", data=write_npz(), only=codes)
    made, look = [], auditing.examine
    monkeypatch.setattr(kept, "WORTH_KEEPING_S", 0.0)

    def examine(check, subject):
        made.append(check.code)
        if made == list(codes):
            raise KeyboardInterrupt
        return look(check, subject)

    monkeypatch.setattr(auditing, "examine", examine)
    with pytest.raises(KeyboardInterrupt):
        audit(config)
    heard = []
    report = audit(config, log=heard.append)
    assert made == [*codes, "RZ031"]
    assert [line for line in heard if line.endswith("done before the interruption")] == [
        f"{code} {auditing.CHECKS[code].title}: done before the interruption"
        for code in codes[:2]
    ]  # fmt: skip
    assert not list((tmp_path / "cache" / "audits").iterdir())
    at_once = audit(config)
    assert made[-3:] == list(codes)
    same = {"seconds": {}}
    assert report.model_copy(update=same) == at_once.model_copy(update=same)
