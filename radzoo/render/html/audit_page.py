"""The page of an audit."""

from radzoo.core.finding import AuditReport
from radzoo.render import words
from radzoo.render.audit import verdict_of
from radzoo.render.html.findings import MOST_NAMED, find_families
from radzoo.render.html.page import load_template
from radzoo.render.html.script import policy


def audit_page(report: AuditReport, *, title: str, with_ids: bool = False) -> str:
    """Return an audit as one HTML document that needs nothing else.

    Args:
        report: what to show.
        title: heading of the page.
        with_ids: may the page name cases? Patients are never named.
    """
    return load_template("audit_page.html.j2").render(
        report=report,
        title=words.visible(title),
        words=words,
        policy=policy(scripted=False),
        audit=report,
        verdict=verdict_of(report),
        families=find_families(report.findings),
        named=with_ids,
        most_named=MOST_NAMED,
    )
