"""RZ072: nobody could make the run again."""

from typing import Final

from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Subject
from radzoo.core.finding import Evidence, Reference, Value

NEEDED: Final = {
    "versions": "versions of the libraries",
    "seed": "the seed",
    "inputs": "hashes of the inputs",
    "outputs": "hashes of weights and predictions",
    "split_id": "the stamp of the split",
    "hardware": "the hardware",
}


def examine(subject: Subject) -> Outcome:
    """See whether hashes, seeds and versions were written down."""
    assert subject.model is not None
    if not subject.model.settings:
        return Silent("not applicable", "these are predictions alone, not a run")
    inputs = subject.model.inputs
    missing = [words for name, words in NEEDED.items() if inputs.get(name) in (None, "", {}, [])]
    rows: list[dict[str, Value]] = [
        {"what": words, "there": "no" if words in missing else "yes"} for words in NEEDED.values()
    ]
    evidence = Evidence(n=subject.n, measure="missing", estimate=float(len(missing)), rows=rows)
    if missing:
        message = f"the run does not say {', '.join(missing)}: nobody can make it again"
        return [Verdict("warning", message, evidence, claim="model")]
    message = "hashes, seed, versions, split and hardware are written down"
    return [Verdict(None, message, evidence, claim="model")]


CHECK = Check(
    code="RZ072",
    trap="R1",
    title="the run cannot be made again",
    family="model",
    action="make it again with radzoo finetune, which writes all of this down",
    not_shown="that all is written down does not say that the data are still there",
    references=(
        Reference(
            source="Kapoor S, Narayanan A. Patterns 2023;4:100804",
            finding="errors that could not be seen from papers alone were found in 17 fields and "
            "294 papers",
        ),
    ),
    needs=frozenset({"scores"}),
    examine=examine,
)
