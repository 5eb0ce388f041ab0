"""How good a score is where what counts is the time until an event, and some are censored.

Targets are `(n_cases, 2)`: time, and event 1 or 0 (censored: none was seen until then). A
higher score means an earlier event. Where an event and a censoring fall on the same time the
event comes first, as in R's `survival`; an event at a horizon has happened by that horizon.
"""
