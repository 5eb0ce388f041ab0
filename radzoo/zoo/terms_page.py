"""Where a person reads the terms of weights: a page that follows from where they come from."""

import re
from typing import TYPE_CHECKING

from radzoo.zoo.addresses import PUBLIC_HUB

if TYPE_CHECKING:
    from radzoo.core.entry import ZooEntry

# A file of a repository or a record, and the page of that.
PAGES = (
    (re.compile(r"https://huggingface\.co/([^/]+/[^/]+)/resolve/"), "https://huggingface.co/{}"),
    (re.compile(r"https://github\.com/([^/]+/[^/?#]+)"), "https://github.com/{}"),
    (
        re.compile(r"https://(?:raw|media)\.githubusercontent\.com/(?:media/)?([^/]+/[^/]+)/"),
        "https://github.com/{}",
    ),
    (re.compile(r"https://zenodo\.org/(?:api/)?records?/(\d+)"), "https://zenodo.org/records/{}"),
)


def terms_page(entry: "ZooEntry") -> str | None:
    """Return the page of a model's repository, else of its publication; None if there is none."""
    source = entry.source
    if source.kind == "hub":
        return f"{PUBLIC_HUB}/{source.repository}"
    if source.kind == "external" and source.url:
        return source.url
    if source.kind == "https":
        for pattern, page in PAGES:
            found = pattern.match(source.url)
            if found:
                return page.format(found[1])
    if entry.citation.doi:
        return f"https://doi.org/{entry.citation.doi}"
    return f"https://arxiv.org/abs/{entry.citation.arxiv}" if entry.citation.arxiv else None
