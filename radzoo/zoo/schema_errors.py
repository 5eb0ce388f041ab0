"""How mistakes in a registry are told: what its entries may hold, and the errors made of it."""

from collections.abc import Sequence
from pathlib import Path

from radzoo.core.entry import ZooEntry
from radzoo.core.errors import InputError
from radzoo.core.schema_mistakes import Mistake
from radzoo.core.schema_words import Schema
from radzoo.core.strict_yaml import FIELDS, refused

PATTERNS = {
    r"^[0-9a-f]{64}$": "64 hexadecimal digits in lower case, in quotes",
    r"^[0-9a-f]{8,63}$": "8 to 63 hexadecimal digits in lower case, in quotes",
    r"^[0-9a-f]{32}$": "32 hexadecimal digits in lower case, in quotes",
    r"^[a-z0-9][a-z0-9._-]{0,63}$": (
        "lower-case letters, digits, '.', '_' and '-', at most 64, a letter or digit first"
    ),
    r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$": "a repository as owner/name",
    r"^https?://": "an address that begins with https://",
    r"^[A-Za-z_]\w*$": "the name of a Python package as it is imported",
    r"^[\w-]+(\.[\w-]+)*$": "keys with dots between them, such as model.state_dict",
    r"^[LR][AP][SI]$|^[A-Z]{3}$": "three capital letters such as RAS",
    r"^10\.\d{4,9}/\S+$": "a DOI such as 10.1000/182, without https://doi.org/",
    r"^(\d{4}\.\d{4,5}|[a-z-]+/\d{7})$": "an arXiv number such as 2106.10270",
}
ENTRY = Schema(
    ZooEntry,
    PATTERNS,
    kinds={"tuple_type": "a list of two numbers such as [0.0, 1.0]"},
    remedies={"of 2 axes": "a volume also needs dimensions: 3"},
)


def summarise(mistakes: Sequence[Mistake], file: Path) -> InputError:
    """Say what is wrong with an entry: the first mistake, and how many more there are."""
    first, *others = mistakes
    more = f" (and {len(others)} more)" if others else ""
    hint = first.hint or (f"radzoo registry validate {file} names them all" if others else "")
    return refused(file, first.line, f"{first.field}: {first.message}{more}", hint)


def describe_unwritten(mistakes: Sequence[Mistake]) -> InputError:
    """Say all that is wrong with an entry that stands in no file yet, so that has no lines."""
    said = "; ".join(f"{one.field}: {one.message}" for one in mistakes)
    hint = next((one.hint for one in mistakes if one.hint), FIELDS)
    return InputError(f"the entry is not written: {said}", id="invalid-registry", hint=hint)
