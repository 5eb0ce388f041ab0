"""The page of one model: what it is, what it expects, what it may be used for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from radzoo.core.entry import Citation, File, Licences, WeightsSource, ZooEntry
from radzoo.render.words import visible
from radzoo.render.zoo import weights_size
from radzoo.zoo.listing import use_of

if TYPE_CHECKING:
    from rich.text import Text

Facts = list[tuple[str, str]]

BELOW = "    "
UNKNOWN = "not verified"
STATUS = {
    "listed": "listed: its facts were read, its weights were not fetched to compare them",
    "hash": "hash: its weights were fetched and their hash was verified",
    "loads": "loads: its weights were found to fit the architecture",
    "selftest": "selftest: its weights give the known output",
}
# A local file was never fetched.
LOCAL_STATUS = {
    "listed": "listed: its facts were stated, its weights are not measured yet",
    "hash": "hash: its weights were measured",
}
USES = {
    "predict": "predict: its outputs can be read, and it can be fine-tuned",
    "finetune": "finetune: it can be fine-tuned on images; its published outputs are not read",
    "fetch": "fetch: its weights can be fetched and verified; radzoo cannot feed it yet",
    "external": "external: you fetch its weights yourself, as its instructions say",
}
FORMATS = {
    "safetensors": "safetensors",
    "torch": "torch: plain tensors, converted once in a child process",
    "pickle": "pickle: whole objects, of which only the tensors are rebuilt",
}
INPUT_WORDS = {
    "spacing_mm": "spacing in mm",
    "hu_window": "window in Hounsfield units",
}


def entry_page(
    entry: ZooEntry,
    *,
    origin: str,
    overruled: Sequence[str],
    path: str | None,
    width: int | None = None,
) -> "Text":
    """Return everything that is known of one model, in groups, a line for each fact.

    Args:
        entry: the model.
        origin: the registry file that it came from.
        overruled: registry files whose entry of that name does not count.
        path: where its weights are on this machine, if they are.
        width: of the terminal; without one nothing is wrapped.
    """
    from rich.text import Text

    groups = {
        "what it is": _what(entry),
        "input": _input(entry),
        "labels": _labels(entry),
        "weights": [*_weights(entry.source, entry.name), ("on this machine", path or "no")],
        "licences": _licences(entry.license),
        "citation": _citation(entry.citation),
        "use": _use(entry),
        "where this is from": _provenance(entry, origin, overruled),
    }
    indent = max(len(name) for facts in groups.values() for name, _ in facts) + 4
    lines = []
    for title, facts in groups.items():
        lines.append(Text(title, style="bold"))
        for name, value in facts:
            lines += map(Text, _fact_lines(name, visible(value).strip(), indent, width))
    return Text("\n").join(lines)


def _fact_lines(name: str, value: str, indent: int, width: int | None) -> list[str]:
    """Return a fact in lines that break between words only.

    A word that is longer than the space beside the names, such as a hash or an address, has
    a line of its own; one that is longer than the terminal is left to the terminal.
    """
    from textwrap import wrap

    begin = f"  {name}".ljust(indent)
    if width is None or indent + len(value) <= width:
        return [(begin + value).rstrip()]
    beside = max(width - indent, 1)
    if max(map(len, value.split()), default=0) <= beside:
        words = wrap(value, beside, break_long_words=False, break_on_hyphens=False)
        return [begin + words[0], *(" " * indent + line for line in words[1:])]
    below = max(width - len(BELOW), 1)
    words = wrap(value, below, break_long_words=False, break_on_hyphens=False)
    return [begin.rstrip(), *(BELOW + line for line in words)]


def _what(entry: ZooEntry) -> Facts:
    architecture = entry.architecture
    arguments = ", ".join(f"{key}={value}" for key, value in architecture.arguments.items())
    rules = [
        " ".join(f"{verb} {value!r}" for verb, value in rule.model_dump(exclude_none=True).items())
        for rule in architecture.key_map
    ]
    status = STATUS[entry.status]
    if entry.source.kind == "local":
        status = LOCAL_STATUS.get(entry.status, status)
    return [
        ("name", entry.name),
        ("summary", entry.summary),
        ("task", entry.task),
        ("modality", entry.modality),
        ("family", entry.family),
        ("architecture", f"{architecture.library}: {architecture.name}"),
        *([("arguments", arguments)] if arguments else []),
        *([("tensors are in", architecture.state)] if architecture.state else []),
        *([("names of tensors", "; ".join(rules))] if rules else []),
        ("status", status),
    ]


def _input(entry: ZooEntry) -> Facts:
    given = entry.input
    asked = {
        "channel_names": given.channels not in (None, 1, 3),
        "resize": given.fit == "crop",
        "mean": given.normalisation in (None, "mean-std"),
        "std": given.normalisation in (None, "mean-std"),
        "spacing_mm": given.dimensions == 3,
        "orientation": given.dimensions == 3,
        "hu_window": "CT" in entry.modality,
    }
    return [
        (INPUT_WORDS.get(name, name.replace("_", " ")), _plain(getattr(given, name)))
        for name in type(given).model_fields
        # A fact that does not arise is not one that somebody has still to verify.
        if getattr(given, name) is not None or asked.get(name, True)
    ]


def _labels(entry: ZooEntry) -> Facts:
    if entry.labels is None:
        return [("outputs", "not meant to be read, or not verified")]
    trained = [label for label in entry.labels if label]
    return [
        ("outputs", f"{len(trained)} of {len(entry.labels)} outputs trained"),
        ("trained for", ", ".join(trained) or "none"),
        *_thresholds(entry),
    ]


def _thresholds(entry: ZooEntry) -> Facts:
    """Return the published thresholds, and once for all that were chosen alike how."""
    facts: Facts = []
    for chosen in dict.fromkeys(point.chosen for point in entry.operating_points):
        points = [point for point in entry.operating_points if point.chosen == chosen]
        values = ", ".join(f"{point.label} {point.threshold:.4g}" for point in points)
        facts += [("thresholds", values), ("  chosen", chosen)]
    return facts


def _weights(source: WeightsSource, name: str) -> Facts:
    """Return where the weights are and what is known of the file; the kinds differ in fields."""
    if source.kind == "none":
        return [("weights", "none: it is taught from random ones")]
    known = File.model_fields
    address = [
        (name.replace("_", " "), _plain(value))
        for name, value in source.model_dump(exclude={"mirrors"}).items()
        if name not in known
    ]
    mirrors = [
        ("mirror", mirror.get("url") or f"{mirror['repository']}/{mirror['file']}")
        for mirror in source.model_dump().get("mirrors", [])
    ]
    unmeasured = UNKNOWN
    if source.kind == "local":
        unmeasured = f"not measured; radzoo registry lock {name} measures it"
    return [
        *address,
        *mirrors,
        ("size", weights_size(source.size_bytes, source.size_mb).replace("?", UNKNOWN)),
        ("format", FORMATS[source.format]),
        *([("member", source.member)] if source.member else []),
        ("sha256", source.sha256 or unmeasured),
        *([("sha256 begins", source.sha256_prefix)] if source.sha256_prefix else []),
        *([("md5", source.md5)] if source.md5 else []),
    ]


def _licences(given: Licences) -> Facts:
    facts = [(part, getattr(given, part) or UNKNOWN) for part in ("code", "weights", "data")]
    if given.conflict:
        facts.append(("conflict", f"the authors contradict each other: {given.conflict}"))
    return facts


def _citation(given: Citation) -> Facts:
    optional = [
        (name, value)
        for name, value in (("doi", given.doi), ("arxiv", given.arxiv), ("bibtex", given.bibtex))
        if value
    ]
    return [("text", given.text), *optional]


def _use(entry: ZooEntry) -> Facts:
    return [
        ("with radzoo", USES[use_of(entry)]),
        ("intended", entry.intended_use),
        ("limits", entry.limits or UNKNOWN),
    ]


def _provenance(entry: ZooEntry, origin: str, overruled: Sequence[str]) -> Facts:
    return [
        ("facts from", entry.facts_from or "not stated"),
        ("unverified", entry.unverified or "not stated"),
        ("registry", origin),
        *[("overrules", file) for file in overruled],
    ]


def _plain(value: object) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, list | tuple):
        return ", ".join(f"{one:g}" if isinstance(one, float) else str(one) for one in value)
    return str(value)
