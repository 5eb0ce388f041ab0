"""The only script of a page, what it may read, and the rule that lets the browser run no other."""

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

# What could end a script element early, or a line of a script.
UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@cache
def script() -> "Markup":
    """Return the script as it stands in the page."""
    from markupsafe import Markup

    return Markup(files("radzoo.render.html").joinpath("report.js").read_text("utf-8"))  # noqa: S704  our own file


def policy(*, scripted: bool, pictured: bool = False) -> "Markup":
    """Return the content security policy: nothing is fetched, and no other script runs.

    Args:
        scripted: does the page hold the script?
        pictured: does the page hold pictures, as data?
    """
    from markupsafe import Markup

    parts = ["default-src 'none'", "style-src 'unsafe-inline'"]
    if scripted:
        digest = hashlib.sha256(script().encode("utf-8")).digest()
        parts.append(f"script-src 'sha256-{base64.b64encode(digest).decode('ascii')}'")
    if pictured:
        parts.append("img-src data:")
    return Markup("; ".join([*parts, "base-uri 'none'", "form-action 'none'"]))  # noqa: S704  our own words


def embed(value: object) -> "Markup":
    """Write a value as JSON that can stand inside a script element, whatever names it holds."""
    from markupsafe import Markup

    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for sign, written in UNSAFE.items():
        text = text.replace(sign, written)
    return Markup(text)  # noqa: S704  every sign that means something to HTML is escaped
