"""The page of a data set: a description put into its template."""

from collections.abc import Iterator
from dataclasses import dataclass

from radzoo.core.data_report import DataReport
from radzoo.render import data_facts, words
from radzoo.render.html.page import load_template
from radzoo.render.html.script import policy

MOST_PATHS = 100
MOST_VALUES = 8


@dataclass(frozen=True, slots=True)
class Card:
    """A number that is to be seen first."""

    name: str
    value: str
    note: str


def data_page(report: DataReport, *, title: str) -> str:
    """Return a description as one HTML document that needs nothing else.

    Args:
        report: what to show.
        title: heading of the page, such as the name of the data set.
    """
    return load_template("data_page.html.j2").render(
        report=report,
        title=words.visible(title),
        words=words,
        policy=policy(scripted=False),
        facts=data_facts,
        findings=data_facts.gather_findings(report),
        tallies=data_facts.gather_tallies(report),
        cards=list(_cards(report)),
        all_facts=data_facts.gather_facts(report, MOST_VALUES),
        sizes=data_facts.gather_sizes(report),
        reasons=list(data_facts.gather_reasons(report, MOST_PATHS)),
    )


def _cards(report: DataReport) -> Iterator[Card]:
    splits = ", ".join(f"{split} {n:,}" for split, n in report.splits.items())
    yield Card("Cases", f"{report.n_cases:,}", splits or "no split given")
    patients = words.NONE if report.n_patients is None else f"{report.n_patients:,}"
    strangers = words.plural(report.n_without_patient, "case")
    known = f"{strangers} without one" if report.n_without_patient else "every case has one"
    yield Card("Patients", patients, known)
    total = report.n_cases + report.n_refused
    share = data_facts.share_of(report.n_refused, total)
    yield Card("Refused", f"{report.n_refused:,}", f"{share} of {total:,}")
