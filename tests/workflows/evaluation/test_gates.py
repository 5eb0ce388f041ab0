import pytest

from radzoo.core.errors import UsageError
from radzoo.core.report import EvalReport, MetricValue, Provenance
from radzoo.core.report_parts import Subgroup
from radzoo.render.words import describe_gate
from radzoo.workflows.evaluation.gates import judge_gate, parse_gate


def value(name, number, label="Edema", **more):
    note = None if number is not None else "undefined: needs both classes"
    return MetricValue(name=name, label=label, value=number, n=90, note=note, **more)


METRICS = [
    value("auroc", 0.9, low=0.82, high=0.95, n_positive=30),
    value("auroc", 0.7, "Mass", low=0.6, high=0.8),
    value("auroc", None, "Hernia"),
    value("ece", 0.04),
    value("auroc_at", 0.8, at=2.0),
    value("auroc_at", 0.6, at=5.0),
]
GROUPS = [
    Subgroup(by="site", group="A", label="Edema", n=60, n_positive=20, judged=True,
             metrics=[value("sensitivity", 0.9)]),
    Subgroup(by="site", group="B", label="Edema", n=6, n_positive=2, judged=False,
             note="2 positive cases", metrics=[value("sensitivity", 0.5)]),
]  # fmt: skip
REPORT = EvalReport(
    task="multilabel", n_cases=100, n_patients=None, n_refused=3, labels=["Edema", "Mass"],
    metrics=METRICS, subgroups=GROUPS, provenance=Provenance(radzoo_version="0"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("expr", "passed", "observed"),
    [
        ("auroc[Edema] < 0.8", True, 0.9),
        ("auroc[Edema].low < 0.80", True, 0.82),
        ("auroc[Edema].low<.83", False, 0.82),
        ("auroc[Mass] < 0.8", False, 0.7),
        (" ece >= 4e-2 ", False, 0.04),
        ("ece > 0.04", True, 0.04),
        ("auroc[Edema].n_positive < 50", False, 30),
        ("n_refused > 2", False, 3),
        ("n_cases < 100", True, 100),
        ("auroc_at@2 < 0.7", True, 0.8),
        ("auroc_at@5 < 0.7", False, 0.6),
        ("sensitivity{site=A} < 0.8", True, 0.9),
        ("ece != 0.04", True, 0.04),
    ],
)
def test_a_gate_is_decided(expr, passed, observed):
    found = judge_gate(REPORT, parse_gate(expr))
    assert (found.passed, found.observed, found.note) == (passed, observed, None)


@pytest.mark.parametrize(
    ("expr", "why"),
    [
        ("auroc[Hernia] < 0.5", "needs both classes"),
        ("auroc < 0.5", "needs both classes"),
        ("ece.low > 0.1", "does not exist"),
        ("n_patients < 10", "not known"),
        ("sensitivity{site=*} < 0.5", "site=B: 2 positive cases"),
    ],
)
def test_what_cannot_be_decided_fails(expr, why):
    found = judge_gate(REPORT, parse_gate(expr))
    assert not found.passed
    assert why in found.note


def test_a_failing_label_decides_even_beside_an_undefined_one():
    found = judge_gate(REPORT, parse_gate("auroc[*] < 0.8"))
    assert (found.passed, found.observed, found.note) == (False, 0.7, "Mass")


@pytest.mark.parametrize(
    ("expr", "observed", "whose"),
    [
        ("auroc_at < 0.7", 0.6, "at 5"),
        ("auroc > 0.8", 0.9, "Edema"),
        ("sensitivity{site=*} < 0.95", 0.9, "site=A"),
    ],
)
def test_whose_number_decided_is_said_where_several_were_meant(expr, observed, whose):
    found = judge_gate(REPORT, parse_gate(expr))
    assert (found.passed, found.observed, found.note) == (False, observed, whose)
    assert describe_gate(found) == f"it is {observed:g} ({whose})"


def test_a_gate_that_cannot_be_decided_names_the_label_that_lacks_it():
    found = judge_gate(REPORT, parse_gate("auroc < 0.5"))
    assert describe_gate(found) == "undecidable: Hernia: undefined: needs both classes"


@pytest.mark.parametrize(
    "expr",
    [
        "auroc", "auroc < ", "auroc < high", "auroc.median < 1", "__import__('os') < 1",
        "auroc < 1 or 1 < 2", "auroc = 0.5", "auroc < nan", "auroc[Edema < 1", "", "1 < 2",
    ],
)  # fmt: skip
def test_only_the_grammar_is_read(expr):
    with pytest.raises(UsageError) as error:
        parse_gate(expr)
    assert error.value.id == "bad-gate"


@pytest.mark.parametrize(
    ("expr", "hint"),
    [
        ("aurok < 0.5", "auroc"),
        ("auroc[Oedema] < 0.5", "Edema"),
        ("auroc{scanner=A} < 0.5", "site"),
        ("sensitivity{site=C} < 0.5", "A, B"),
        ("auroc_at@3 < 0.5", "2, 5"),
    ],
)
def test_what_the_report_lacks_is_named(expr, hint):
    with pytest.raises(UsageError) as error:
        judge_gate(REPORT, parse_gate(expr))
    assert hint in error.value.hint
