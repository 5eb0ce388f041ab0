"""Whom radzoo connects to, and whom it trusts."""

import shutil
import socket
import ssl
import subprocess
import threading

import pytest

from radzoo.core.errors import EnvironmentFailure, IntegrityError
from radzoo.zoo import transfer_connection
from radzoo.zoo.addresses import Address, hub_address, mirror_addresses
from radzoo.zoo.transfer_connection import Interrupted, ask

URL = "https://example.org/w?version=1"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)


def get(address=URL, **headers):
    address = address if isinstance(address, Address) else Address(address)
    return ask(address, headers, read_timeout_s=5)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """An authority, and what it certifies: example.org and another host."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificates of this test")
    folder = tmp_path_factory.mktemp("certificates")

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl("req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
            "-subj", "/CN=test authority", "-addext", "keyUsage=critical,keyCertSign")  # fmt: skip
    for host in ("example.org", "elsewhere.org"):
        (folder / "names").write_text(f"subjectAltName=DNS:{host}\n")
        openssl("req", *new_key, "-keyout", f"{host}.key", "-out", "csr", "-subj", f"/CN={host}")
        openssl("x509", "-req", "-in", "csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2",
                "-CAcreateserial", "-extfile", "names", "-out", f"{host}.pem")  # fmt: skip
    return folder


class Proxy:
    """Lets clients through to a server of its own, which holds a certificate."""

    def __init__(self, certificates, host="example.org", *, refuses=False):
        self.asked = []
        self._refuses = refuses
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificates / f"{host}.pem", certificates / f"{host}.key")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://someone:a%20word@127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self):
        connection = self._listener.accept()[0]
        with connection:
            self.asked.append(_request(connection))
            if self._refuses:
                connection.sendall(b"HTTP/1.1 407 No\r\n\r\n")
                return
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            try:
                with self._context.wrap_socket(connection, server_side=True) as inner:
                    self.asked.append(_request(inner))
                    inner.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbytes")
            except OSError:
                pass  # the client did not trust us

    def close(self):
        self._thread.join()
        self._listener.close()


def _request(connection):
    text = b""
    while not text.endswith(b"\r\n\r\n"):
        text += connection.recv(4096)
    return text.decode()


@pytest.fixture
def proxy(certificates, monkeypatch):
    proxies = []

    def start(**how):
        proxies.append(Proxy(certificates, **how))
        monkeypatch.setenv("HTTPS_PROXY", proxies[-1].url)
        return proxies[-1]

    yield start
    for one in proxies:
        one.close()


def test_a_certificate_of_the_own_authority_is_trusted(proxy, certificates, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))
    through = proxy()
    with get(Address(URL, {"Authorization": "word"})) as response:
        assert response.read() == b"bytes"
    outer, inner = through.asked
    assert outer.startswith("CONNECT example.org:443 HTTP/1.")
    assert "Proxy-Authorization: Basic c29tZW9uZTphIHdvcmQ=\r\n" in outer
    assert "\r\nAuthorization" not in outer
    assert inner.startswith("GET /w?version=1 HTTP/1.1\r\n")
    assert "Host: example.org\r\n" in inner
    assert "Proxy-Authorization" not in inner


def test_an_unknown_authority_is_not_trusted(proxy):
    proxy()
    with pytest.raises(EnvironmentFailure) as caught:
        get()
    assert (caught.value.id, caught.value.exit_code) == ("untrusted-certificate", 5)
    assert "SSL_CERT_FILE" in caught.value.hint


def test_a_certificate_of_another_host_is_not_trusted(proxy, certificates, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))
    proxy(host="elsewhere.org")
    with pytest.raises(EnvironmentFailure, match=r"certificate of example\.org"):
        get()


def test_a_proxy_that_refuses_is_named(proxy):
    proxy(refuses=True)
    with pytest.raises(Interrupted, match="proxy"):
        get()


def test_a_file_of_certificates_that_is_missing_is_named(monkeypatch, connections):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    with pytest.raises(EnvironmentFailure, match="SSL_CERT_FILE"):
        get()


@pytest.mark.parametrize("named", ["socks5://127.0.0.1:1", "https://127.0.0.1:1", "http://"])
def test_a_proxy_of_another_kind_is_refused(monkeypatch, named):
    monkeypatch.setenv("HTTPS_PROXY", named)
    with pytest.raises(EnvironmentFailure) as caught:
        get()
    assert caught.value.id == "proxy-unsupported"


@pytest.fixture
def connections(monkeypatch):
    """What is connected to; nothing answers. Names stand for what `numbers` says."""
    made, numbers = [], {"example.org": ["93.184.216.34", "93.184.216.35"]}

    def refuse(address, timeout):
        made.append(address)
        raise ConnectionRefusedError

    def find(host, port, **_):
        return [(2, 1, 6, "", (number, port)) for number in numbers[host]]

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", find)
    return made, numbers


def test_the_numbers_that_were_checked_are_connected_to(connections):
    made, _ = connections
    with pytest.raises(Interrupted, match="cannot be reached"):
        get()
    assert made == [("93.184.216.34", 443), ("93.184.216.35", 443)]


@pytest.mark.parametrize("number", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fc00::1"])
def test_a_name_that_stands_for_a_private_number_is_not_connected_to(connections, number):
    made, numbers = connections
    numbers["example.org"] = [number]
    with pytest.raises(IntegrityError) as caught:
        get()
    assert caught.value.id == "unsafe-address"
    assert made == []


def test_loopback_is_allowed_for_its_own_names_only(connections, monkeypatch):
    monkeypatch.setenv("RADZOO_ALLOW_LOOPBACK", "1")
    made, numbers = connections
    numbers["example.org"] = ["127.0.0.1"]
    with pytest.raises(IntegrityError):
        get()
    numbers["localhost"] = ["127.0.0.1"]
    with pytest.raises(Interrupted):
        get("http://localhost:81/w")
    assert made == [("127.0.0.1", 81)]


def test_a_mirror_that_the_user_names_may_stand_inside(connections, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.hospital.local:8443/hf/")
    made, numbers = connections
    numbers["mirror.hospital.local"] = ["10.0.0.1"]
    address = hub_address("some/model", "main", "folder/w.safetensors")
    path = "/hf/some/model/resolve/main/folder/w.safetensors"
    assert address.url == "https://mirror.hospital.local:8443" + path
    with pytest.raises(Interrupted):
        get(address)
    assert made == [("10.0.0.1", 8443)]


def test_a_mirror_inside_is_still_asked_by_https(connections, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://mirror.hospital.local")
    with pytest.raises(IntegrityError, match="not https"):
        get(hub_address("some/model", "main", "w"))
    assert connections[0] == []


def test_from_a_mirror_inside_nobody_is_led_to_other_machines_inside(web, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", web.url)
    address = hub_address("some/model", "main", "w")
    path = address.url.removeprefix(web.url)
    web.on(path, lambda request: request.send(302, Location="https://10.0.0.1/w"))
    with pytest.raises(IntegrityError, match=r"10\.0\.0\.1"):
        get(address)


def test_mirrors_of_a_registry():
    from radzoo.core.entry import HttpsSource

    source = HttpsSource(
        kind="https",
        url="https://example.org/w",
        mirrors=[
            {"kind": "hub", "repository": "some/model", "file": "w", "revision": "refs/pr/1"},
            {"kind": "https", "url": "https://example.com/w"},
        ],
    )
    assert [(address.url, address.inside) for address in mirror_addresses(source.mirrors)] == [
        ("https://huggingface.co/some/model/resolve/refs%2Fpr%2F1/w", False),
        ("https://example.com/w", False),
    ]


def test_a_name_that_nobody_knows_is_an_error_of_the_network(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Interrupted, match="cannot be reached"):
        get()


def test_the_hosts_of_no_proxy_are_asked_directly(connections, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "example.org")
    with pytest.raises(Interrupted, match="the server"):
        get()
    assert connections[0][0] == ("93.184.216.34", 443)


def test_five_redirects_are_followed_and_no_more(web):
    for number in range(7):
        target = f"/{number + 1}"
        web.on(f"/{number}", lambda request, target=target: request.send(302, Location=target))
    web.on("/6", lambda request: request.send(200, b"here"))
    with get(web.url + "/1") as response:
        assert response.read() == b"here"
    with pytest.raises(IntegrityError, match="more than 5"):
        get(web.url + "/0")


def test_an_address_is_asked_for_as_it_is_written(web):
    for sent, asked in [("/a%20b", "/a%20b"), ("/a+b", "/a+b"), ("/\u00e4", "/%C3%A4")]:
        web.on(asked, lambda request: request.send(200, b"here"))
        with get(web.url + sent) as response:
            assert response.read() == b"here"


def test_certificates_cannot_be_switched_off():
    context = transfer_connection._tls_context()
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
