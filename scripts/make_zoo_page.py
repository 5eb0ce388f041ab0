"""Write docs/reference/zoo.md from zoo.yaml: `python scripts/make_zoo_page.py`.

A test compares the page with what this would write.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from radzoo.core.entry import ZooEntry
from radzoo.zoo.catalog import load_files

REPOSITORY = Path(__file__).parent.parent
REGISTRY = REPOSITORY / "zoo.yaml"
PAGE = REPOSITORY / "docs" / "reference" / "zoo.md"
UNKNOWN = "not verified"
COLUMNS = ("model", "task", "input", "size", "licence of the weights", "status")
CONTRACT = (
    "colour_order", "channel_names", "resize", "fit", "interpolation", "value_range",
    "normalisation", "mean", "std", "photometric", "spacing_mm", "orientation", "hu_window",
)  # fmt: skip
LABELS_SHOWN = 20
INTRODUCTION = """\
# The models

<!-- Written by scripts/make_zoo_page.py from zoo.yaml: change that file, not this one. -->

{count} models, by the kind of image that they were trained on. `radzoo list` shows them in the
terminal, `radzoo show NAME` one of them, `radzoo cite NAME` whom to cite.

"{unknown}" means that nobody has read the fact in the authors' own files, or measured it.
*Status* says how far an entry was tested: *listed* (its facts were read), *hash* (its download
was verified), *loads* (its weights fit the network), *selftest* (its answer to a small image is
known). What licences mean for pulling: [Licences](../how-to/licences.md). All fields:
[zoo.yaml](zoo-yaml.md).
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(make_page(load_files([REGISTRY]).entries.values()), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(REPOSITORY)}")


def make_page(entries: Iterable[ZooEntry]) -> str:
    """Return the whole page: for each kind of image a table, then a section for each model."""
    ordered = sorted(entries, key=lambda entry: (group_of(entry), entry.task, entry.name))
    groups = [(name, list(models)) for name, models in groupby(ordered, key=group_of)]
    parts = [INTRODUCTION.format(count=len(ordered), unknown=UNKNOWN)]
    for (_, modality), models in groups:
        parts.append(f"## {heading(modality)}\n\n{table_of(models)}\n")
        parts += [section_of(entry) for entry in models]
    return "\n".join(parts)


def group_of(entry: ZooEntry) -> tuple[bool, str]:
    """Return where a model stands: radiology first, photographs last."""
    return entry.modality.startswith("natural"), entry.modality


def heading(text: str) -> str:
    """Return a text with its first letter large."""
    return text[:1].upper() + text[1:]


def table_of(models: Iterable[ZooEntry]) -> str:
    """Return a table with one row for each model."""
    rows = [COLUMNS, ("---",) * len(COLUMNS), *(row_of(entry) for entry in models)]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in rows
    )


def row_of(entry: ZooEntry) -> tuple[str, ...]:
    """Return the cells of one model."""
    licence = entry.license.weights or "not stated"
    return (
        f"[{entry.name}](#{anchor_of(entry)})",
        entry.task,
        shape_of(entry),
        size_of(entry),
        escape(licence + (" (contradictory)" if entry.license.conflict else "")),
        entry.status,
    )


def anchor_of(entry: ZooEntry) -> str:
    """Return the name of a model's place on the page."""
    return f"model-{entry.name.replace('.', '-')}"


def section_of(entry: ZooEntry) -> str:
    """Return all that a user has to know of one model before using it."""
    facts: list[tuple[str, str | None]] = [
        ("task", entry.task),
        ("network", f"`{entry.architecture.library}:{entry.architecture.name}`"),
        ("weights", weights_of(entry)),
        ("input", shape_of(entry)),
        ("contract", contract_of(entry)),
        ("labels", labels_of(entry)),
        ("thresholds", thresholds_of(entry)),
        ("licences", licences_of(entry)),
        ("contradiction", entry.license.conflict and escape(entry.license.conflict)),
        ("cite", citation_of(entry)),
        ("intended use", escape(entry.intended_use)),
        ("limits", entry.limits and escape(entry.limits)),
        ("not verified", entry.unverified and escape(entry.unverified)),
        ("facts from", entry.facts_from and escape(entry.facts_from)),
    ]
    lines = [f"* **{name}**: {text}" for name, text in facts if text]
    title = f"### {entry.name} {{ #{anchor_of(entry)} }}"
    return "\n".join([title, "", escape(entry.summary), "", *lines, ""])


def weights_of(entry: ZooEntry) -> str:
    """Say where the weights are, how large, and how they are recognised."""
    source = entry.source
    if source.kind == "none":
        return "none: it is taught from random ones"
    if source.kind == "external":
        page = f" <{source.url}>" if source.url else ""
        return f"to be fetched by hand ({source.reason}):{page} {escape(source.instructions)}"
    where = {
        "hub": lambda: f"hub `{source.repository}`, `{source.file}`",
        "https": lambda: f"<{source.url}>",
        "package": lambda: f"in the package `{source.package}`",
        "local": lambda: f"`{source.path}`",
    }[source.kind]()
    known = "trusted on first use: no hash is known"
    if source.sha256:
        known = f"sha256 `{source.sha256[:16]}...`"
    elif source.sha256_prefix:
        known = f"sha256 begins with `{source.sha256_prefix}`"
    elif source.md5:
        known = f"md5 `{source.md5}`"
    return f"{where}, {source.format}, {size_of(entry)}, {known}"


def size_of(entry: ZooEntry) -> str:
    """Return the size of the weights for people."""
    size_mb = entry.source.size_mb
    if entry.source.size_bytes is not None:
        size_mb = entry.source.size_bytes / 1e6
    return (
        UNKNOWN
        if size_mb is None
        else f"{size_mb:,.0f} MB"
        if size_mb >= 10
        else f"{size_mb:.1f} MB"
    )


def shape_of(entry: ZooEntry) -> str:
    """Return channels and size of the input, such as 3 x 224."""
    shape = entry.input
    axes = shape.size if isinstance(shape.size, list) else [shape.size] * shape.dimensions
    sizes = " x ".join("?" if axis is None else str(axis) for axis in axes)
    return f"{shape.channels or '?'} x {sizes}"


def contract_of(entry: ZooEntry) -> str:
    """Return what else the network expects of its input; what nobody verified is named."""
    given = entry.input.model_dump(mode="json", include=set(CONTRACT))
    known = [f"{words(name)} {listed(given[name])}" for name in CONTRACT if given[name] is not None]
    needed = ("fit", "interpolation", "value_range", "normalisation", "photometric")
    if entry.input.dimensions == 3:
        needed = ("spacing_mm", "orientation", "normalisation")
    unknown = [words(name) for name in needed if given[name] is None and not implied(name, given)]
    return "; ".join([*known, *([f"{UNKNOWN}: {', '.join(unknown)}"] * bool(unknown))])


def implied(name: str, given: Mapping[str, object]) -> bool:
    """Is a fact stated by another one? Numbers say which normalisation it is."""
    return name == "normalisation" and given["mean"] is not None


def labels_of(entry: ZooEntry) -> str:
    """Return the names of the outputs, as many as one can take in."""
    if entry.labels is None:
        return "none that are meant to be read"
    names = [escape(label) if label else "(never trained)" for label in entry.labels]
    more = f" and {len(names) - LABELS_SHOWN} more" if len(names) > LABELS_SHOWN else ""
    return ", ".join(names[:LABELS_SHOWN]) + more


def thresholds_of(entry: ZooEntry) -> str | None:
    """Say whether the authors publish thresholds."""
    count = len(entry.operating_points)
    return f"{count} published: `radzoo show {entry.name}`" if count else None


def licences_of(entry: ZooEntry) -> str:
    """Return the three licences."""
    parts = (entry.license.code, entry.license.weights, entry.license.data)
    named = zip(("code", "weights", "data"), parts, strict=True)
    return "; ".join(f"{name} {escape(licence or 'not stated')}" for name, licence in named)


def citation_of(entry: ZooEntry) -> str:
    """Return whom to cite, with an address."""
    citation = entry.citation
    address = f" <https://doi.org/{citation.doi}>" if citation.doi else ""
    if not address and citation.arxiv:
        address = f" <https://arxiv.org/abs/{citation.arxiv}>"
    return escape(citation.text) + address


def words(name: str) -> str:
    """Return the name of a field for people."""
    return {"mean": "mean", "std": "standard deviation", "hu_window": "HU window"}.get(
        name, name.replace("_mm", " (mm)").replace("_", " ")
    )


def listed(value: object) -> str:
    """Return a value for people."""
    return escape(", ".join(str(item) for item in value) if isinstance(value, list) else str(value))


def escape(text: str) -> str:
    """Return a text so that Markdown shows it as it is."""
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{sign}" if sign in "\\`*_[]" else sign for sign in plain)


if __name__ == "__main__":
    main()
