"""Which machines a name stands for, and whether they are out on the public network.

A public name may be given a private number by whoever owns it: so the numbers are checked,
and the connection is made to a checked number, not to the name a second time.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from radzoo.core.errors import IntegrityError

# IPv6 networks reach IPv4 hosts through these numbers; the last four bytes are the host.
NAT64 = IPv6Network("64:ff9b::/96")


def resolve(host: str, port: int, *, anywhere: bool) -> list[str]:
    """Return the numbers of a host.

    Args:
        host: a name.
        port: to connect to.
        anywhere: may the host be one of the own network, or this machine?

    Raises:
        IntegrityError: if one of them is not out on the public network.
        OSError: if the name is unknown.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise OSError("the name cannot be asked for") from None
    numbers = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not anywhere and not all(is_public(number) for number in numbers):
        raise IntegrityError(
            f"{host} is not fetched from: its name stands for a machine that is not on the "
            "public network",
            id="unsafe-address",
            hint="name a mirror inside the own network in HF_ENDPOINT, or use a proxy",
        )
    return numbers


def is_public(number: str) -> bool:
    """Is this the number of a host out on the public network?"""
    address = ip_address(number)
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in NAT64:
            inner = IPv4Address(address.packed[-4:])
        if inner is not None:
            return is_public(str(inner))
    return address.is_global and not (
        address.is_multicast or address.is_reserved or getattr(address, "is_site_local", False)
    )
