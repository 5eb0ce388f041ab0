import socket

import pytest

from radzoo.core.errors import IntegrityError
from radzoo.zoo.transfer_dns import is_public, resolve

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1",
    "fec0::1", "ff02::1", "::ffff:10.0.0.1", "2002:a00:1::", "64:ff9b::a00:1",
]  # fmt: skip


@pytest.mark.parametrize("number", PRIVATE)
def test_private_numbers(number):
    assert not is_public(number)


@pytest.mark.parametrize("number", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_public_numbers(number):
    assert is_public(number)


@pytest.fixture
def names(monkeypatch):
    """A name server that gives the numbers it is told to give."""

    def give(*numbers):
        found = [(2, 1, 6, "", (number, 443)) for number in numbers]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    return give


def test_one_private_number_among_public_ones_is_enough_to_refuse(names):
    names("93.184.216.34", "10.0.0.1")
    with pytest.raises(IntegrityError) as caught:
        resolve("example.org", 443, anywhere=False)
    assert caught.value.id == "unsafe-address"
    assert resolve("example.org", 443, anywhere=True) == ["93.184.216.34", "10.0.0.1"]


def test_each_number_is_given_once(names):
    names("93.184.216.34", "93.184.216.34")
    assert resolve("example.org", 443, anywhere=False) == ["93.184.216.34"]


def test_a_name_that_cannot_be_asked_for_is_an_error_of_the_network():
    with pytest.raises(OSError, match="asked for"):
        resolve("a" * 80 + ".example.org", 443, anywhere=False)
