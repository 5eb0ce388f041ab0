"""How good a score is where what counts is the time until an event, and some are censored.

Targets are `(n_cases, 2)`: time, and event 1 or 0 (censored: none was seen until then). A
higher score means an earlier event. Where an event and a censoring fall on the same time the
event comes first, as in R's `survival`; an event at a horizon has happened by that horizon.
"""

from radzoo.core.plugins import Metric
from radzoo.core.registry import Registry

TIME_METRICS: Registry[Metric] = Registry(
    "metric of times",
    {
        "harrell_c": "radzoo.metrics.times.harrell_c:METRIC",
        "uno_c": "radzoo.metrics.times.uno_c:METRIC",
        "auroc_at": "radzoo.metrics.times.auroc_at:METRIC",
        "brier_at": "radzoo.metrics.times.brier_at:METRIC",
        "ipa_at": "radzoo.metrics.times.ipa_at:METRIC",
    },
)
