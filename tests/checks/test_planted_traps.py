"""A small version of benchmarks/audit_power.py: one set for each trap, and one clean one."""

import sys
from pathlib import Path

import numpy as np
import pytest

from radzoo.checks import CHECKS
from radzoo.checks.check import SURE, Silent
from radzoo.demo import planted_traps as traps

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

from audit_trial import BAD, HONEST, Deed, least_p, look, make_subject

# RZ043 and RZ012 take their time, RZ060 needs gradients.
QUICK = [code for code in CHECKS if code not in ("RZ012", "RZ043", "RZ060")]


@pytest.fixture(scope="module")
def clean():
    return traps.draw_set(traps.draw_pool(600), 600, 0)


@pytest.mark.parametrize(
    ("code", "plant", "dose", "deed"),
    [
        ("RZ011", traps.confound_site, 1.8, HONEST),
        ("RZ013", traps.mark_corner, 1.0, HONEST),
        ("RZ022", traps.thin_test, 0.8, HONEST),
        ("RZ023", None, 1.0, Deed(settings={"recipe": {"class_weights": "auto"}}, shift=1.0)),
        ("RZ030", None, 1.0, Deed(strength=1e4, axes=400)),
        ("RZ031", traps.thin_test, 0.95, HONEST),
        ("RZ032", traps.copy_across(traps.by_jpeg), 0.1, HONEST),
        ("RZ040", None, 1.0, Deed(looks=30)),
        ("RZ041", None, 1.0, Deed(threshold_from_test=True)),
        ("RZ053", None, 1.0, Deed(skewed=True)),
        ("RZ054", None, 1.0, Deed(turned=True)),
        ("RZ061", None, 1.0, Deed(by_batch=True)),
        ("RZ062", None, 1.0, Deed(sharpened=4.0)),
        ("RZ070", traps.dim_group, 0.9, HONEST),
    ],
)
def test_a_planted_trap_is_found(clean, code, plant, dose, deed):
    data = plant(clean, dose, np.random.default_rng(0)) if plant else clean
    assert least_p(make_subject(data, 0, deed), code) < SURE


def test_a_clean_set_raises_no_error(clean):
    examined = look(make_subject(clean, 0), QUICK)
    found = [
        (one.check.code, verdict.severity)
        for one in examined if not isinstance(one.outcome, Silent)
        for verdict in one.outcome if verdict.severity in BAD
    ]  # fmt: skip
    assert "error" not in {severity for _, severity in found}
    assert len(found) <= 2


def test_patients_that_nobody_names_are_told(clean):
    subject = make_subject(clean, 0, Deed(nameless=True))
    (examined,) = look(subject, ["RZ071"])
    assert examined.outcome.kind == "cannot judge"
