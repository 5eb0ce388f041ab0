"""Cox's loss and hazards of intervals: by hand, against lifelines and torchsurv, by law."""

import math
import warnings

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from radzoo.metrics.times.cox import differentiate, list_deaths
from radzoo.tasks.survival_losses import cox_loss, discrete_time_loss

# Few distinct times and events, so that ties are common.
STUDIES = st.lists(
    st.tuples(st.integers(1, 6), st.booleans(), st.floats(-3, 3, width=32)), min_size=2, max_size=24
)


def as_tensors(study):
    times, events, risks = np.array(study, dtype=float).T
    assume(events.any())
    targets = torch.from_numpy(np.stack([times, events], axis=1))
    return torch.from_numpy(risks)[:, None], targets


def test_cox_by_hand():
    risks = torch.tensor([[0.3], [-0.2], [1.1]], dtype=torch.float64)
    targets = torch.tensor([[1.0, 1], [2, 0], [3, 1]], dtype=torch.float64)
    everyone = sum(math.exp(risk) for risk in (0.3, -0.2, 1.1))
    expected = -(0.3 - math.log(everyone)) / 3  # the last event has nobody left to compare with
    assert cox_loss(risks, targets).item() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("ties", "left_out"), [("efron", 0.5), ("breslow", 0.0)])
def test_two_events_at_one_time_by_hand(ties, left_out):
    a, b, c = 0.5, -0.4, 0.1
    risks = torch.tensor([[a], [b], [c]], dtype=torch.float64)
    targets = torch.tensor([[2.0, 1], [2, 1], [2, 0]], dtype=torch.float64)
    tied = math.exp(a) + math.exp(b)
    whole = tied + math.exp(c)
    expected = -(a + b - math.log(whole) - math.log(whole - left_out * tied)) / 3
    assert cox_loss(risks, targets, ties=ties).item() == pytest.approx(expected, rel=1e-12)


@given(STUDIES, st.randoms())
def test_cox_knows_only_the_order_of_times_and_differences_of_risks(study, chance):
    risks, targets = as_tensors(study)
    loss = cox_loss(risks, targets).item()
    stretched = torch.stack([targets[:, 0] ** 3 + 1, targets[:, 1]], dim=1)
    assert cox_loss(risks, stretched).item() == pytest.approx(loss, abs=1e-9)
    assert cox_loss(risks + 7, targets).item() == pytest.approx(loss, abs=1e-9)
    order = list(range(len(risks)))
    chance.shuffle(order)
    assert cox_loss(risks[order], targets[order]).item() == pytest.approx(loss, abs=1e-9)


@given(STUDIES)
def test_unknown_cases_count_nothing(study):
    risks, targets = as_tensors(study)
    unknown = torch.tensor([[math.nan, math.nan], [4.0, math.nan]], dtype=torch.float64)
    more, beside = torch.cat([risks, risks[:2] + 9]), torch.cat([targets, unknown])
    for loss in (cox_loss, lambda said, wanted: discrete_time_loss(said, wanted, [6.0])):
        assert loss(more, beside).item() == pytest.approx(loss(risks, targets).item(), abs=1e-9)


def test_a_batch_without_any_event_teaches_nothing_and_breaks_nothing():
    risks = torch.zeros(4, 1, requires_grad=True)
    loss = cox_loss(risks, torch.tensor([[1.0, 0]] * 4))
    loss.backward()
    assert loss.item() == 0
    assert risks.grad.abs().max() == 0


def test_huge_risks_stay_finite():
    risks = torch.tensor([[900.0], [-900.0], [0.0]], requires_grad=True)
    loss = cox_loss(risks, torch.tensor([[3.0, 1], [1, 1], [2, 1]]))
    loss.backward()
    assert loss.isfinite()
    assert risks.grad.isfinite().all()


def fit_by_our_loss(columns, targets):
    """Return coefficients and log-likelihood at the least loss of a linear network."""
    spread = columns.std(axis=0)
    inputs = torch.from_numpy((columns - columns.mean(axis=0)) / spread)
    wanted = torch.from_numpy(targets)
    network = torch.nn.Linear(columns.shape[1], 1, bias=False, dtype=torch.float64)
    torch.nn.init.zeros_(network.weight)
    optimizer = torch.optim.LBFGS(
        network.parameters(), max_iter=200, tolerance_grad=1e-12, tolerance_change=1e-16,
        line_search_fn="strong_wolfe",
    )  # fmt: skip

    def closure():
        optimizer.zero_grad()
        loss = cox_loss(network(inputs), wanted)
        loss.backward()
        return loss

    optimizer.step(closure)
    loss = cox_loss(network(inputs), wanted).item()
    return network.weight.detach().numpy()[0] / spread, -loss * len(targets)


@pytest.mark.slow  # its import takes seconds
@pytest.mark.parametrize(
    ("name", "time", "event", "left_out"),
    [
        pytest.param("load_rossi", "week", "arrest", [], id="rossi"),
        pytest.param("load_gbsg2", "time", "cens", ["horTh", "menostat", "tgrade"], id="gbsg2"),
        pytest.param("load_larynx", "time", "death", [], id="larynx"),
        pytest.param("load_lung", "time", "status", ["inst"], id="lung"),
    ],
)
def test_fits_as_lifelines_does(name, time, event, left_out):
    lifelines = pytest.importorskip("lifelines")
    from lifelines import datasets

    table = getattr(datasets, name)().drop(columns=left_out).dropna().astype(float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own
        oracle = lifelines.CoxPHFitter().fit(table, time, event, fit_options={"precision": 1e-12})
    columns = table[list(oracle.params_.index)].to_numpy()
    coefficients, likelihood = fit_by_our_loss(columns, table[[time, event]].to_numpy())
    assert coefficients == pytest.approx(oracle.params_.to_numpy(), abs=1e-4)
    assert likelihood == pytest.approx(oracle.log_likelihood_, abs=1e-4)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@given(STUDIES)
def test_equals_the_likelihood_that_hazard_ratios_are_fitted_by(ties, study):
    risks, targets = as_tensors(study)
    deaths = list_deaths(targets.numpy(), ties)
    likelihood, _, _ = differentiate(deaths, risks[:, 0].numpy(), 1.0)
    loss = cox_loss(risks, targets, ties=ties).item()
    assert -loss * len(risks) == pytest.approx(likelihood, abs=1e-9)


@pytest.mark.slow  # its import takes seconds
@pytest.mark.filterwarnings("ignore:Ties in")
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_equals_torchsurv(ties):
    cox = pytest.importorskip("torchsurv.loss.cox")
    chance = np.random.default_rng(5)
    times = torch.from_numpy(chance.integers(1, 12, 60).astype(float))
    events = torch.from_numpy(chance.random(60) < 0.6)
    risks = torch.from_numpy(chance.normal(size=(60, 1)))
    theirs = cox.neg_partial_log_likelihood(risks, events, times, ties_method=ties, reduction="sum")
    ours = 60 * cox_loss(risks, torch.stack([times, events], dim=1), ties=ties)
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-6)


CUTS = [2.0, 4.0, 8.0]


@pytest.mark.parametrize(
    ("time", "event", "survived", "died"),
    [
        pytest.param(1.0, 1, [], 0, id="event in the first interval"),
        pytest.param(2.0, 1, [], 0, id="event at a cut is of the interval that ends there"),
        pytest.param(5.0, 1, [0, 1], 2, id="event in the last interval"),
        pytest.param(9.0, 1, [0, 1, 2], None, id="event beyond the last cut"),
        pytest.param(2.9, 0, [0], None, id="censored in the first half of an interval"),
        pytest.param(3.0, 0, [0, 1], None, id="censored in its second half"),
        pytest.param(0.5, 0, [], None, id="censored at once"),
        pytest.param(20.0, 0, [0, 1, 2], None, id="watched beyond the last cut"),
    ],
)
def test_hazards_of_intervals_by_hand(time, event, survived, died):
    logits = torch.tensor([[0.4, -0.7, 1.3]], dtype=torch.float64)
    hazard = [1 / (1 + math.exp(-one)) for one in (0.4, -0.7, 1.3)]
    expected = -sum(math.log(1 - hazard[at]) for at in survived)
    expected -= 0 if died is None else math.log(hazard[died])
    targets = torch.tensor([[time, event]], dtype=torch.float64)
    assert discrete_time_loss(logits, targets, CUTS).item() == pytest.approx(expected, abs=1e-12)


def test_pieces_of_a_batch_add_up():
    chance = np.random.default_rng(1)
    logits = torch.from_numpy(chance.normal(size=(9, 3)))
    targets = torch.from_numpy(np.stack([chance.uniform(0.1, 9, 9), chance.integers(0, 2, 9)], 1))
    parts = [discrete_time_loss(logits[at], targets[at], CUTS) * n / 9
             for at, n in ((slice(0, 4), 4), (slice(4, 9), 5))]  # fmt: skip
    assert sum(parts).item() == pytest.approx(discrete_time_loss(logits, targets, CUTS).item())
