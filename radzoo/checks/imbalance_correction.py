"""RZ023: rare cases were shown or counted more often, and scores are no longer probabilities."""

from radzoo.checks.area import sample_of
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Subject, Trained
from radzoo.core.finding import Evidence, Reference
from radzoo.metrics import METRICS
from radzoo.metrics.estimate import IntervalOptions, estimate_metrics


def examine(subject: Subject) -> Outcome:
    """Look for resampling in the recipe, and whether scores are too high or too low on test."""
    assert subject.model is not None
    if not subject.model.settings:
        return Silent("cannot judge", "nothing says how the model was taught")
    done = corrections(subject.model)
    if not done:
        return Silent("not applicable", "rare cases counted like all others while learning")
    test, found = subject.rows_of("test"), []
    for at, question in enumerate(subject.questions):
        scores = subject.model.scores[:, at]
        rows = test[question.known[test] & (scores[test] == scores[test])]
        sample = sample_of(subject, question.positive, scores, rows)
        (value,) = estimate_metrics(
            question.name, [METRICS["calibration_in_the_large"]], sample, IntervalOptions(n_boot=0)
        )
        if value.value is None or value.low is None or value.high is None:
            continue
        evidence = Evidence(
            n=value.n, measure="calibration in the large", estimate=value.value, low=value.low,
            high=value.high, level=value.level, method=value.method, facts={"recipe": done},
        )  # fmt: skip
        off = value.low > 0 or value.high < 0
        how = "too high" if value.value < 0 else "too low"
        message = (
            f"the model was taught with {done}, and its probabilities are {how} (calibration in "
            f"the large {value.value:+.2f}, {value.low:+.2f} to {value.high:+.2f})"
            if off else f"the model was taught with {done}; its probabilities are right on average"
        )  # fmt: skip
        found.append(
            Verdict("warning" if off else None, message, evidence, question.name, claim="model")
        )
    return found or Silent("cannot judge", "calibration cannot be estimated on the test split")


def corrections(model: Trained) -> str:
    """Return what of a recipe makes rare cases count more, in words; empty if nothing does."""
    recipe = model.settings.get("recipe", {})
    done = []
    if recipe.get("sampling") == "balanced":
        done.append("balanced sampling")
    if recipe.get("class_weights") not in (None, "none"):
        done.append("class weights")
    if recipe.get("loss") in ("focal", "class-balanced"):
        done.append(f"the loss {recipe['loss']}")
    return " and ".join(done)


CHECK = Check(
    code="RZ023",
    trap="P2",
    title="imbalance was corrected at the cost of calibration",
    family="data",
    action="recalibrate on validation (radzoo evaluate RUN --recalibrate platt --on VAL), or "
    "teach without resampling and move the threshold instead",
    not_shown="ranking (AUROC) is not touched by this",
    references=(
        Reference(
            source="van den Goorbergh R et al. JAMIA 2022;29:1525-1534",
            finding="correcting imbalance did not raise the AUROC, and made probabilities of the "
            "rare class far too high",
        ),
    ),
    needs=frozenset({"scores", "questions"}),
    examine=examine,
)
