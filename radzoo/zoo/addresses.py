"""Which addresses radzoo fetches from: https on the public network, and nothing else.

Plain http and addresses of this machine are for tests and for mirrors on this machine; they
need `RADZOO_ALLOW_LOOPBACK=1`. Redirects are checked like the first address.
"""

import os
from ipaddress import ip_address
from urllib.parse import urlsplit

from radzoo.core.errors import IntegrityError

LOOPBACK_NAMES = frozenset(["localhost", "127.0.0.1", "::1"])


def check_address(url: str) -> None:
    """Raise `IntegrityError` unless `url` may be fetched."""
    reason = _objection(url)
    if reason:
        raise IntegrityError(
            f"the address {shorten(url)} is not fetched: {reason}",
            id="unsafe-address",
            hint="registries name public https addresses",
        )


def shorten(url: str) -> str:
    """Return an address without its query, which may hold a token, and not too long."""
    plain = url.split("?", 1)[0].split("#", 1)[0]
    host = plain.rpartition("@")[2] if "@" in plain else plain
    return host if len(host) <= 120 else f"{host[:117]}..."


def _objection(url: str) -> str:
    """Return why `url` may not be fetched, or an empty string."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "it is malformed"
    host = (parts.hostname or "").lower()
    if parts.username is not None or parts.password is not None:
        return "it holds a user name"
    if host in LOOPBACK_NAMES and os.environ.get("RADZOO_ALLOW_LOOPBACK") == "1":
        return "" if parts.scheme in {"http", "https"} else "it is neither http nor https"
    if parts.scheme != "https":
        return "it is not https"
    if port not in {None, 443}:
        return "its port is not 443"
    if "." not in host or host.endswith((".local", ".localhost", ".internal")) or _is_number(host):
        return "its host is not a public name"
    return ""


def _is_number(host: str) -> bool:
    """Is a host an IP address, in any spelling that a resolver accepts?"""
    try:
        ip_address(host)
    except ValueError:
        return host.rpartition(".")[2].startswith(tuple("0123456789"))
    return True
