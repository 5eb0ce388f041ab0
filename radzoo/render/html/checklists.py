"""The items of TRIPOD+AI and CLAIM: numbers as published, what they ask in our own words.

TRIPOD+AI: Collins GS, Moons KGM, Dhiman P, et al. TRIPOD+AI statement: updated guidance for
reporting clinical prediction models that use regression or machine learning methods. BMJ 2024;
385:e078378. doi:10.1136/bmj-2023-078378. Items for the development of a model alone (9a, 12a-c,
15, 22, 27a-b) are asked of the paper that develops it, not of an evaluation.

CLAIM: Tejani AS, et al. Checklist for Artificial Intelligence in Medical
Imaging (CLAIM): 2024 Update. Radiology: Artificial Intelligence 2024, e240300.
doi:10.1148/ryai.240300.

Submit the official forms; these short titles are paraphrases, made to find the item.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a checklist.

    Attributes:
        number: as published.
        asks: what it asks for, in our own words.
        parts: what of a report speaks to it, see `checklist.PLACES`.
        write: what the author must write; empty if the report says it all.
    """

    number: str
    asks: str
    parts: tuple[str, ...] = ()
    write: str = ""


TRIPOD_AI: tuple[Item, ...] = (
    Item("1", "Title: model, population and outcome", write="name them in the title"),
    Item("2", "Abstract by the list for abstracts", write="the abstract"),
    Item("3a", "Setting and reason, models that exist", write="why this model, and which others"),
    Item("3b", "Whom the model is for, and who uses it", write="purpose, place in care, users"),
    Item("3c", "Known inequalities between groups of people", write="those known for this disease"),
    Item("4", "Aim: development, evaluation or both", write="the aim"),
    Item("5a", "Sources of the data, and why they stand for others", ("provenance",), "where the cases come from; the report names only the file"),
    Item("5b", "Dates of the data", write="first and last date of the cases"),
    Item("6a", "Setting, number and place of centres", write="the centres"),
    Item("6b", "Who was eligible", ("cohort",), "the criteria; the report counts what was refused"),
    Item("6c", "Treatments received", write="treatments, if they matter"),
    Item("7", "Preparation and checks of the data", ("settings",), "how images were prepared and checked"),
    Item("8a", "What the outcome is, how and when assessed", write="the reference standard"),
    Item("8b", "Who assessed it, if that takes judgement", write="readers and their training"),
    Item("8c", "Blinding of that assessment", write="what readers knew"),
    Item("9b", "What goes into the model, how it was measured", write="images and how they were taken"),
    Item("9c", "Who measured it, if that takes judgement", write="who, if anybody"),
    Item("10", "How the number of cases was arrived at", ("sample-size",), "how it was chosen beforehand; the report says what the number can show"),
    Item("11", "Missing data, and why data were left out", ("cohort",), "why targets are missing"),
    Item("12d", "Differences between clusters such as hospitals", ("subgroups",), "which clusters, and how they were handled"),
    Item("12e", "Measures and plots, and why these", ("metrics", "intervals"), "why these measures suit the question"),
    Item("12f", "Updating of the model, such as recalibration", ("recalibration",)),
    Item("12g", "How the predictions were computed", ("provenance",), "how the model was run, where the file comes from another program"),
    Item("13", "Methods against class imbalance", ("settings",), "state whether any were used"),
    Item("14", "What was done for fairness", ("subgroups",), "what was done, and why"),
    Item("16", "How these data differ from those of development", write="the differences"),
    Item("17", "Ethics approval and consent", write="committee, approval, consent or waiver"),
    Item("18a", "Funding", write="who paid, and their part"),
    Item("18b", "Conflicts of interest", write="all authors' interests"),
    Item("18c", "Protocol", write="where it is, or that there is none"),
    Item("18d", "Registration", write="register and number, or that there is none"),
    Item("18e", "Availability of the data", write="where and on what terms"),
    Item("18f", "Availability of the code", ("provenance",), "where the code is; the report names version, seed and hashes"),
    Item("19", "Involvement of patients and the public", write="what they did, or that they did nothing"),
    Item("20a", "Flow of participants, with and without the outcome", ("cohort",), "follow-up, if there was one"),
    Item("20b", "Characteristics of participants, missing data", ("cohort", "subgroups"), "the table of age, sex and the like"),
    Item("20c", "Comparison with the data of development", write="both tables side by side"),
    Item("21", "Cases and events in each analysis", ("cohort", "metrics")),
    Item("23a", "Performance with intervals, also in key subgroups", ("metrics", "subgroups")),
    Item("23b", "Differences in performance between clusters", ("subgroups",), "say which groups are clusters"),
    Item("24", "Results of updating", ("recalibration",)),
    Item("25", "Interpretation, with fairness and earlier studies", write="the discussion"),
    Item("26", "Limitations and what they do to the numbers", ("warnings",), "what the warnings mean for the reader"),
    Item("27c", "Next steps, with a view to generalising", write="the outlook"),
)  # fmt: skip

CLAIM_2024: tuple[Item, ...] = (
    Item("1", "Title or abstract names the kind of AI", write="name it"),
    Item("2", "Summary of design, methods, results, conclusions", write="the abstract"),
    Item("3", "Background, intended use and role", write="both"),
    Item("4", "Aims, objectives, hypotheses", write="all three"),
    Item("5", "Prospective or retrospective", write="which"),
    Item("6", "Goal of the study", write="the goal"),
    Item("7", "Data sources", ("provenance",), "where the cases come from; the report names only the file"),
    Item("8", "Inclusion and exclusion criteria", ("cohort",), "the criteria; the report counts what was refused"),
    Item("9", "Preprocessing", ("settings",), "how images were prepared"),
    Item("10", "Selection of subsets of the data", write="any selection"),
    Item("11", "De-identification", write="how it was done"),
    Item("12", "Handling of missing data", ("cohort",), "why data are missing"),
    Item("13", "Image acquisition", write="scanners and protocols"),
    Item("14", "How the reference standard was obtained", write="the method"),
    Item("15", "Why that reference standard", write="the reason"),
    Item("16", "Where its annotations come from", write="readers and their training"),
    Item("17", "Annotation of the test set", write="how it was done"),
    Item("18", "Variability between and within readers", write="its measure"),
    Item("19", "How cases were assigned to partitions", ("settings",), "the rule"),
    Item("20", "Level at which partitions are disjoint", ("settings",), "patient, study or image"),
    Item("21", "Intended sample size", ("sample-size",), "how it was chosen beforehand"),
    Item("22", "Description of the model", ("settings",), "architecture, inputs and outputs"),
    Item("23", "Software with versions", ("provenance",), "other software that was used"),
    Item("24", "Initial weights", ("settings",), "where they come from"),
    Item("25", "Training", ("settings",), "what the settings do not say"),
    Item("26", "How the final model was chosen", ("settings",), "the rule"),
    Item("27", "Ensembles", write="whether and how"),
    Item("28", "Metrics of performance", ("metrics",)),
    Item("29", "Measures of significance and uncertainty", ("intervals", "metrics")),
    Item("30", "Robustness or sensitivity analysis", ("subgroups",), "other analyses"),
    Item("31", "Explainability", write="methods, if any, and how they were checked"),
    Item("32", "Evaluation on internal data", ("metrics",), "say whether these cases are internal"),
    Item("33", "Testing on external data", ("metrics",), "say whether these cases are external"),
    Item("34", "Registration of a clinical trial", write="number, or that there is none"),
    Item("35", "Patients or examinations included and excluded", ("cohort",)),
    Item("36", "Demographic and clinical characteristics by partition", ("subgroups",), "the table of age, sex and the like"),
    Item("37", "Performance with statistical uncertainty", ("metrics", "intervals")),
    Item("38", "Diagnostic performance and its precision", ("metrics", "thresholds")),
    Item("39", "Analysis of failures", ("gallery",), "what the failures have in common"),
    Item("40", "Limitations", ("warnings",), "what the warnings mean for the reader"),
    Item("41", "Implications for practice", write="intended use and role"),
    Item("42", "Protocol or further technical detail", write="where it is"),
    Item("43", "Availability of software, model and data", ("provenance",), "where they are; the report names version and hashes"),
    Item("44", "Funding and the funders' part", write="both"),
)  # fmt: skip

CHECKLISTS: Mapping[str, tuple[Item, ...]] = {"TRIPOD+AI": TRIPOD_AI, "CLAIM 2024": CLAIM_2024}
SOURCES: Mapping[str, str] = {
    "TRIPOD+AI": "Collins GS et al., BMJ 2024;385:e078378, doi:10.1136/bmj-2023-078378",
    "CLAIM 2024": "Tejani AS et al., Radiology: Artificial Intelligence 2024, e240300, "
    "doi:10.1148/ryai.240300",
}
