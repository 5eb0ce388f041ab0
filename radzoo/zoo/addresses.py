"""Which addresses radzoo fetches from: https on the public network, and nothing else.

Plain http and addresses of this machine are for tests and for mirrors on this machine; they
need `RADZOO_ALLOW_LOOPBACK=1`. Redirects are checked like the first address. A hub mirror
that the user names in `HF_ENDPOINT` may stand inside the own network: the user chose it, no
registry did.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from radzoo.core.errors import IntegrityError

if TYPE_CHECKING:
    from radzoo.core.entry import HttpsAddress, HubAddress

LOOPBACK_NAMES = frozenset(["localhost", "127.0.0.1", "::1"])
LONGEST = 120
PUBLIC_HUB = "https://huggingface.co"


@dataclass(frozen=True, slots=True)
class Address:
    """One place to get the bytes of a file from.

    Attributes:
        headers: sent to the host of `url`, and to no other host after a redirect.
        etag: what the server is known to call this version of the file.
        inside: the user, not a registry, named this host: it may stand in the own network
            and listen on any port. Still https.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    etag: str | None = None
    inside: bool = False


def hub_address(repository: str, revision: str, file: str) -> Address:
    """Return where a file of a hub repository is fetched; `HF_ENDPOINT` is honoured."""
    endpoint = (os.environ.get("HF_ENDPOINT") or PUBLIC_HUB).rstrip("/")
    path = f"{quote(repository)}/resolve/{quote(revision, safe='')}/{quote(file)}"
    return Address(f"{endpoint}/{path}", inside=endpoint != PUBLIC_HUB)


def mirror_addresses(mirrors: "Iterable[HubAddress | HttpsAddress]") -> list[Address]:
    """Return where the mirrors that a registry names are fetched, in its order."""
    return [
        hub_address(mirror.repository, mirror.revision, mirror.file)
        if mirror.kind == "hub"
        else Address(mirror.url)
        for mirror in mirrors
    ]


def check_address(url: str, *, inside: bool = False) -> None:
    """Raise `IntegrityError` unless `url` may be fetched.

    What its host resolves to is checked when the connection is made.
    """
    reason = _objection(url, inside=inside)
    if reason:
        raise IntegrityError(
            f"the address {shorten(url)} is not fetched: {reason}",
            id="unsafe-address",
            hint=_hint(url) if inside else "registries name public https addresses",
        )


def shorten(url: str) -> str:
    """Return an address without its query, which may hold a token, and not too long.

    What is cut stands between the host and the name of the file.
    """
    plain = url.split("?", 1)[0].split("#", 1)[0]
    host = plain.rpartition("@")[2] if "@" in plain else plain
    if len(host) <= LONGEST:
        return host
    begin, _, rest = host.partition("://")
    name = rest.rpartition("/")[2][-LONGEST // 2 :]
    return f"{begin}://{rest.partition('/')[0][: LONGEST // 2]}/.../{name}"


def is_loopback(host: str) -> bool:
    """Is `host` this machine, and is that allowed?"""
    return host in LOOPBACK_NAMES and os.environ.get("RADZOO_ALLOW_LOOPBACK") == "1"


def _hint(url: str) -> str:
    """Say what may be done about an address that the user chose."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        host = ""
    if host in LOOPBACK_NAMES:
        return "RADZOO_ALLOW_LOOPBACK=1 allows http and addresses of this machine, for tests"
    return "HF_ENDPOINT has to name an https address, such as https://hub.hospital.example"


def _objection(url: str, *, inside: bool) -> str:
    """Return why `url` may not be fetched, or an empty string."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "it is malformed"
    host = (parts.hostname or "").lower()
    if not host or any(character <= " " or character == "\x7f" for character in url):
        return "it is malformed"
    if parts.username is not None or parts.password is not None:
        return "it holds a user name"
    if is_loopback(host):
        return "" if parts.scheme in {"http", "https"} else "it is neither http nor https"
    if parts.scheme != "https":
        return "it is not https"
    return "" if inside else _private(host, port)


def _private(host: str, port: int | None) -> str:
    """Return what tells that a host is not a public one, or an empty string."""
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
