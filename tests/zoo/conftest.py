"""A registry file to write, and a server on this machine that misbehaves on demand."""

import hashlib
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

ENTRY = {
    "summary": "A test model.",
    "task": "backbone",
    "modality": "phantom",
    "family": "resnet",
    "architecture": {"library": "timm", "name": "resnet18"},
    "input": {
        "channels": 1,
        "size": 64,
        "mean": [0.5],
        "std": [0.5],
        "value_range": [0.0, 1.0],
        "fit": "pad",
        "interpolation": "bilinear",
    },
    "license": {"code": "MIT", "weights": "MIT", "data": None},
    "citation": {"text": "Nobody. Nothing. 2026."},
    "intended_use": "Tests.",
}


@pytest.fixture
def registry(tmp_path):
    """Write a registry of models given as `name=source` and fields; gives its path."""

    def write(*, file="zoo.yaml", **models):
        path = tmp_path / file
        entries = {name: {**ENTRY, **fields} for name, fields in models.items()}
        # JSON is YAML too.
        path.write_text(json.dumps({"schema_version": 1, "models": entries}, indent=1))
        return path

    return write


class Request(BaseHTTPRequestHandler):
    """Hands every request to the function that the test put under its path."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        answer = self.server.answers.get(self.path.split("?")[0])
        self.close_connection = True
        if answer is None:
            self.send(404, b"nothing here")
        else:
            answer(self)

    do_HEAD = do_GET  # noqa: N815

    def send(self, status, body=b"", *, length=None, **headers):
        """Send a reply; `length=None` announces the true length, False announces none."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        if length is not False:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_file(self, body, **headers):
        """Send a file as a good server does, from the offset that was asked for."""
        asked = self.headers.get("Range")
        if asked is None:
            return self.send(200, body, Accept_Ranges="bytes", **headers)
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
        span = f"bytes {start}-{len(body) - 1}/{len(body)}"
        return self.send(206, body[start:], Content_Range=span, **headers)

    def log_message(self, *arguments):
        pass


class Web:
    """A server on loopback; `on(path, function)` says what it does."""

    def __init__(self, server):
        self._server = server
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.asked = server.asked

    def on(self, path: str, answer: Callable[[Request], None]) -> str:
        self._server.answers[path] = answer
        return self.url + path


@pytest.fixture
def web(monkeypatch):
    """A server on loopback, which radzoo is allowed to ask."""
    monkeypatch.setenv("RADZOO_ALLOW_LOOPBACK", "1")
    monkeypatch.setenv("NO_PROXY", "*")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
    server.daemon_threads = True
    server.answers, server.asked = {}, []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield Web(server)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def weights():
    """Bytes that stand for weights, large enough to arrive in several blocks."""
    return b"".join(hashlib.sha256(n.to_bytes(4, "big")).digest() for n in range(40_000))
