import numpy as np

from radzoo.metrics.sample import make_other_sample
from radzoo.workflows.evaluation.groups import warn_of_groups


def make_numbers(n_cases, patients=None):
    return make_other_sample("values", np.zeros(n_cases), np.zeros(n_cases), patients=patients)


def test_groups_are_named_where_patients_were_put_together():
    assert warn_of_groups(make_numbers(30_000), n_boot=10) == [
        "Of 30,000 cases 20,000 groups, put together by chance, were drawn for bootstrap "
        "intervals: that leaves their width uncertain by about 0.5%."
    ]
    pairs = [str(at // 2) for at in range(50_000)]
    assert warn_of_groups(make_numbers(50_000, pairs), n_boot=10)[0].startswith(
        "Of 25,000 patients"
    )


def test_nothing_is_said_where_every_patient_was_drawn():
    assert warn_of_groups(make_numbers(20_000), n_boot=10) == []
    assert warn_of_groups(make_numbers(30_000), n_boot=0) == []
    tens = [str(at // 10) for at in range(30_000)]
    assert warn_of_groups(make_numbers(30_000, tens), n_boot=10) == []
