"""RZ041: the threshold was chosen on the cases that it is judged on."""

from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Subject
from radzoo.core.finding import Evidence, Reference, Value


def examine(subject: Subject) -> Outcome:
    """Compare the predictions that thresholds were frozen on with those that are judged."""
    assert subject.model is not None
    if subject.reads != "labels":
        return Silent("not applicable", "the task calls nothing positive at a threshold")
    test = subject.rows_of("test")
    evidence = Evidence(n=len(test), n_patients=subject.n_patients)
    frozen, chosen_on = subject.model.thresholds, subject.model.chosen_on
    if chosen_on == "test":
        message = (
            "the threshold was chosen on the cases that it is judged on: sensitivity and "
            "specificity there are too good"
        )
        return [Verdict("error", message, evidence, claim="model")]
    if frozen is None and chosen_on:
        return [Verdict(None, "the threshold was given beforehand", evidence, claim="model")]
    if frozen is None:
        message = (
            "no threshold was frozen before the test: sensitivity and specificity at one chosen "
            "now are too good"
        )
        return [Verdict("warning", message, evidence, claim="model")]
    outputs = subject.model.inputs.get("outputs", {})
    judged = outputs.get("predictions-test.csv")
    guilty = [one for one in frozen.thresholds if judged and one.predictions_sha256 == judged]
    rows: list[dict[str, Value]] = [
        {"label": one.label, "threshold": one.threshold, "rule": one.rule, "n": one.n}
        for one in frozen.thresholds
    ]
    evidence = evidence.model_copy(update={"rows": rows})
    if guilty:
        message = (
            f"the threshold of {', '.join(one.label for one in guilty)} was chosen on the test "
            "cases: sensitivity and specificity there are too good"
        )
        return [Verdict("error", message, evidence, claim="model")]
    message = "thresholds were frozen on other cases than those they are judged on"
    return [Verdict(None, message, evidence, claim="model")]


CHECK = Check(
    code="RZ041",
    trap="T2",
    title="the threshold comes from the test set",
    family="testing",
    action="freeze thresholds on validation: radzoo evaluate VAL --threshold youden --out DIR, "
    "then radzoo evaluate TEST --threshold DIR/thresholds.json",
    not_shown="a threshold that a person chose after looking at test results is not found",
    references=(
        Reference(
            source="Leeflang MMG et al. Clinical Chemistry 2008;54:729-737",
            finding="with thresholds chosen on the data a true sensitivity and specificity of 84 % "
            "read 90 % at 40 cases and 86 % at 200",
        ),
    ),
    needs=frozenset({"scores", "questions"}),
    cheap=True,
    examine=examine,
)
