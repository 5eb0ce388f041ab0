"""Whom to cite for a model, as BibTeX.

Fields are taken from the text of the citation only where it has the usual form "Authors.
Title. Venue year."; else the text stands as a whole in `title`. Nothing is guessed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from unicodedata import combining, normalize

from radzoo.core.entry import Citation

SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
# Inside an address BibTeX takes all signs as they are, but braces must come in pairs.
IN_ADDRESS = {"{": "%7B", "}": "%7D", "\\": "%5C"}
YEAR = re.compile(r"\b(19|20)\d{2}\b")
SENTENCE = re.compile(r"(?<=[\w)\]])[.?] (?=\S)")
KEY = re.compile(r"@\w+\s*[{(]\s*([^\s,{}()]+)\s*,")
PERSON = re.compile(r"(?P<family>[^\d,.]+?) (?P<initials>[A-Z]{1,4})")
SKIPPED = frozenset(["a", "an", "the", "on", "in", "of", "for", "and", "towards", "toward"])


@dataclass(frozen=True, slots=True)
class Reference:
    """One work to cite, and the models that ask for it.

    Attributes:
        key: the same whatever else is cited along with it.
    """

    key: str
    bibtex: str
    citation: Citation
    models: tuple[str, ...]


def collect_references(citations: Iterable[tuple[str, Citation]]) -> list[Reference]:
    """Return each work once, in the order of the models (name, citation) that ask for it."""
    models: dict[Citation, list[str]] = {}
    for name, citation in citations:
        models.setdefault(citation, []).append(name)
    references: dict[str, Reference] = {}
    for citation, names in models.items():
        key = key_of(citation)
        while key in references and citation.bibtex is None:
            key += "x"  # another work of that author, year and word
        references[key] = Reference(key, to_bibtex(citation, key), citation, tuple(names))
    return list(references.values())


def to_bibtex(citation: Citation, key: str) -> str:
    """Return a BibTeX entry: the authors' own, or one made from the other fields."""
    if citation.bibtex is not None:
        return citation.bibtex.strip()
    fields = {
        name: value if name == "author" else escape(value)
        for name, value in _described(citation).items()
    }
    # Braces within braces, since many styles would make small letters of DenseNet and CT.
    fields["title"] = f"{{{fields['title']}}}"
    fields |= {name: _address(value) for name, value in _addresses(citation).items()}
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def key_of(citation: Citation) -> str:
    """Return a key made of the first author's name, the year and a word of the title."""
    own = KEY.search(citation.bibtex or "")
    if own:
        return own[1]
    parts = _described(citation)
    words = [word for word in re.findall(r"\w+", parts["title"]) if word.lower() not in SKIPPED]
    first = parts.get("author", "").split(" and ")[0].split(",")[0] or words.pop(0)
    found = [first, parts.get("year", ""), *words[:1]]
    return "".join(map(_ascii, found))[:60] or "model"


def escape(text: str) -> str:
    """Return text so that BibTeX and LaTeX show it as it is."""
    return "".join(SPECIAL.get(sign, sign) for sign in " ".join(text.split()))


def _described(citation: Citation) -> dict[str, str]:
    """Return author, title, where and year, as far as the text says them in the usual form."""
    text = " ".join(citation.text.split())
    sentences = SENTENCE.split(text.rstrip("."))
    years = [found[0] for found in YEAR.finditer(sentences[-1])]
    year = {"year": years[-1]} if years else {}
    authors = _authors(sentences[0]) if len(sentences) >= 2 else None
    if authors is None:
        return {"title": text.rstrip("."), **year}
    venue = ". ".join(sentences[2:])
    where = {} if not venue or YEAR.fullmatch(venue) else {"howpublished": venue}
    return {"author": authors, "title": sentences[1], **where, **year}


def _authors(text: str) -> str | None:
    """Return `Huang G, Liu Z, et al` as BibTeX has it; None if that is no list of persons."""
    if text.startswith("The "):
        return f"{{{escape(text)}}}"
    persons: list[str] = []
    for part in re.sub(r",? et al$", ", others", text).split(", "):
        person = PERSON.fullmatch(part)
        if part == "others" and persons:
            persons.append(part)
        elif person is None:
            return None
        else:
            persons.append(f"{escape(person['family'])}, {'. '.join(person['initials'])}.")
    return " and ".join(persons)


def _addresses(citation: Citation) -> Mapping[str, str]:
    fields = {}
    if citation.doi is not None:
        fields["doi"] = citation.doi
    if citation.arxiv is not None:
        fields |= {"eprint": citation.arxiv, "archiveprefix": "arXiv"}
        fields["url"] = f"https://arxiv.org/abs/{citation.arxiv}"
    return fields


def _address(text: str) -> str:
    return "".join(IN_ADDRESS.get(sign, sign) for sign in text)


def _ascii(word: str) -> str:
    """Return the letters and digits of a word without accents, in lower case."""
    plain = "".join(sign for sign in normalize("NFKD", word) if not combining(sign))
    return re.sub(r"[^a-z0-9]", "", plain.casefold())
