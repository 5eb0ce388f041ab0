"""What was verified, as a table that fits the terminal."""

from io import StringIO

import pytest
from rich.console import Console

from radzoo.render.cache import verified_table


def record(name, outcome, note=None, selftest=None):
    return {
        "name": name, "outcome": outcome, "sha256": "0123456789ab" + "0" * 52,
        "known_by": "sha256_prefix", "note": note, "selftest": selftest,
    }  # fmt: skip


VERIFIED = [
    record("densenet121", "ok", selftest={"outcome": "loads", "note": None}),
    record(
        "a-model-with-a-long-name", "not verifiable", "nobody has stated a hash of this file",
        {"outcome": "not run", "note": "radzoo does not build this network"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("width", "hashes"), [(60, False), (80, False), (120, True)])
def test_words_stay_whole_at_any_width(width, hashes):
    text = StringIO()
    Console(file=text, width=width).print(verified_table(VERIFIED, width))
    lines = text.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    words = {word for line in lines for word in line.split()}
    assert {"nobody", "verifiable", "loads", "stated", "densenet121"} <= words
    assert "not verifiable" in text.getvalue()
    assert "not run" in text.getvalue()
    assert ("0123456789ab" in words) is hashes
