"""Asks a server for a file: checked addresses, verified TLS, proxies, redirects.

The certificates that count are those of the operating system, where hospitals keep their
own, and those of `SSL_CERT_FILE`. Nothing switches the check off. Proxies are named in the
environment, `HTTPS_PROXY` and `NO_PROXY`; through one the name is checked, but what it
stands for is known to the proxy only.
"""

import base64
import os
import socket
import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit
from urllib.request import getproxies_environment, proxy_bypass

from radzoo import __version__
from radzoo.core.errors import EnvironmentFailure, IntegrityError
from radzoo.zoo.addresses import Address, check_address, is_loopback, shorten
from radzoo.zoo.transfer_dns import resolve

CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 30.0
MAX_REDIRECTS = 5
# What stands for itself in an address; anything else is sent as %xx.
PLAIN = "%/?:@!$&'()*+,;=~[]|"
REDIRECTS = frozenset([301, 302, 303, 307, 308])


class Interrupted(Exception):
    """A transfer stopped half-way; it may be worth another attempt.

    Args:
        why: for the message if no attempt succeeds.
        wait_s: how long the server asked to wait.
    """

    def __init__(self, why: str, wait_s: float = 0.0) -> None:
        super().__init__(why)
        self.why = why
        self.wait_s = wait_s


def ask(
    address: Address, headers: Mapping[str, str], *, method: str = "GET", read_timeout_s: float
) -> HTTPResponse:
    """Return the answer of the server, after at most five redirects, whatever its status.

    Raises:
        Interrupted: if no answer came.
        IntegrityError: if the way there leads through an address that is not fetched from.
        EnvironmentFailure: if the server's certificate is not trusted.
    """
    url = address.url
    for _ in range(MAX_REDIRECTS + 1):
        own = _origin(url) == _origin(address.url)
        check_address(url, inside=address.inside and own)
        connection = _connect(urlsplit(url), inside=address.inside and own)
        response = _send(
            connection, url, method, {**headers, **(address.headers if own else {})}, read_timeout_s
        )
        target = response.headers.get("Location")
        if response.status not in REDIRECTS or not target:
            return response
        response.close()
        url = urljoin(url, target)
    raise IntegrityError(
        f"{shorten(address.url)} redirects more than {MAX_REDIRECTS} times",
        id="unsafe-address",
        hint="registries name the address of the file itself",
    )


def _origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port: who gets to see headers that are meant for them."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "", "", None
    return parts.scheme, (parts.hostname or "").lower(), port


def _send(
    connection: HTTPConnection,
    url: str,
    method: str,
    headers: Mapping[str, str],
    read_timeout_s: float,
) -> HTTPResponse:
    """Send one request and return the answer."""
    parts = urlsplit(url)
    target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=PLAIN)
    fixed = {
        "User-Agent": f"radzoo/{__version__}",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    try:
        connection.sock.settimeout(read_timeout_s)
        connection.request(method, target, headers={**fixed, **headers})
        response = connection.getresponse()
    except (HTTPException, OSError, ValueError):
        connection.close()
        raise Interrupted("the server does not answer") from None
    if connection.sock is not None:
        connection.sock.close()  # in truth when the answer is closed, which reads from it
    return response


def _connect(parts: SplitResult, *, inside: bool) -> HTTPConnection:
    """Return a connection to the host of an address that was checked."""
    host = (parts.hostname or "").lower()
    loopback = is_loopback(host)
    proxy = None if loopback else _proxy_for(host)
    try:
        if parts.scheme == "http":
            plain = HTTPConnection(host, parts.port or 80)
            plain.sock = _open_socket(host, parts.port or 80, anywhere=loopback)
            return plain
        context = _tls_context()
        port = parts.port or 443
        bare = (
            _open_tunnel(proxy, host, port)
            if proxy
            else _open_socket(host, port, anywhere=loopback or inside)
        )
        secure = HTTPSConnection(host, port, context=context)
        secure.sock = context.wrap_socket(bare, server_hostname=host)
    except ssl.SSLCertVerificationError:
        raise EnvironmentFailure(
            f"the certificate of {host} is not trusted by this machine",
            id="untrusted-certificate",
            hint="if a proxy inspects TLS here, its certificate belongs into the system's store, "
            "or into the file that SSL_CERT_FILE names",
        ) from None
    except (HTTPException, OSError):
        raise Interrupted(
            "the proxy does not let it through" if proxy else "the server cannot be reached"
        ) from None
    return secure


def _tls_context() -> ssl.SSLContext:
    """Return what decides whom to trust: the certificates of this machine."""
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["http/1.1"])
    chosen = os.environ.get("SSL_CERT_FILE")
    if chosen:
        try:
            context.load_verify_locations(cafile=chosen)
        except (OSError, ssl.SSLError):
            raise EnvironmentFailure(
                f"SSL_CERT_FILE names {chosen}, which holds no certificates",
                id="untrusted-certificate",
                hint="correct it, or unset it",
            ) from None
    return context


def _open_socket(host: str, port: int, *, anywhere: bool) -> socket.socket:
    """Connect to the first number of a host that answers; each was checked before.

    Raises:
        IntegrityError: if the host is not out on the public network.
        OSError: if none answers.
    """
    failure = OSError("the name has no numbers")
    for number in resolve(host, port, anywhere=anywhere):
        try:
            return socket.create_connection((number, port), timeout=CONNECT_TIMEOUT_S)
        except OSError as error:
            failure = error
    raise failure


def _proxy_for(host: str) -> SplitResult | None:
    """Return the proxy that the environment names for an https host."""
    chosen = getproxies_environment()
    named = chosen.get("https") or chosen.get("all")
    if not named or proxy_bypass(host):
        return None
    proxy = urlsplit(named if "://" in named else f"http://{named}")
    if proxy.scheme != "http" or not proxy.hostname:
        raise EnvironmentFailure(
            "the proxy that the environment names is none that radzoo can use",
            id="proxy-unsupported",
            hint="HTTPS_PROXY=http://HOST:PORT is what most networks need",
        )
    return proxy


def _open_tunnel(proxy: SplitResult, host: str, port: int) -> socket.socket:
    """Have a proxy connect to `host`; what goes through is encrypted by us."""
    headers = {}
    if proxy.username is not None:
        secret = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}".encode()
        headers["Proxy-Authorization"] = f"Basic {base64.b64encode(secret).decode('ascii')}"
    tunnel = HTTPConnection(proxy.hostname or "", proxy.port or 80, timeout=CONNECT_TIMEOUT_S)
    tunnel.set_tunnel(host, port, headers)
    tunnel.connect()
    return tunnel.sock
