"""`radzoo cite`."""

from typing import TYPE_CHECKING

from radzoo.cli.app import app
from radzoo.cli.console import write_json, write_line
from radzoo.cli.options import Format, ModelNames, Settings, with_settings
from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from radzoo.zoo.citation import Reference


@app.command("cite")
@with_settings
def cite_models(settings: Settings, names: ModelNames) -> None:
    """Say whom to cite for the models NAME..., in BibTeX; a work that several need comes once."""
    from radzoo.zoo.catalog import find_entry
    from radzoo.zoo.citation import collect_references

    if settings.output is Format.CSV:
        raise UsageError(
            "a citation has no format csv", id="wrong-format", hint="choose json or md"
        )
    entries = [find_entry(name, settings.registries) for name in dict.fromkeys(names)]
    references = collect_references((entry.name, entry.citation) for entry in entries)
    if settings.output is Format.JSON:
        write_json({"schema_version": 1, "citations": [record(one) for one in references]})
    elif settings.output is Format.MD:
        write_line("\n".join(in_words(one) for one in references))
    else:
        write_line("\n\n".join(one.bibtex for one in references))


def record(reference: "Reference") -> dict[str, object]:
    """Return a reference with the keys of the JSON output."""
    citation = reference.citation
    return {
        "key": reference.key,
        "models": list(reference.models),
        "text": citation.text,
        "doi": citation.doi,
        "arxiv": citation.arxiv,
        "bibtex": reference.bibtex,
    }


def in_words(reference: "Reference") -> str:
    """Return a reference as an item of a Markdown list."""
    from radzoo.core.text import visible

    citation = reference.citation
    links = []
    if citation.doi:
        links.append(f"<https://doi.org/{citation.doi}>")
    if citation.arxiv:
        links.append(f"<https://arxiv.org/abs/{citation.arxiv}>")
    text = visible(" ".join(citation.text.split()))
    return f"- {' '.join([text, *links])} ({', '.join(reference.models)})"
