"""A server on this machine that misbehaves on demand, and counts what it sends."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BLOCK_BYTES = 1 << 16


class Request(BaseHTTPRequestHandler):
    """Hands each request to the function under its path."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def setup(self) -> None:
        """Keep little in flight, so that what was sent is nearly what arrived."""
        super().setup()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BLOCK_BYTES)

    def do_GET(self) -> None:
        """Answer."""
        self.close_connection = True
        self.server.count(self.path)
        with suppress(OSError):  # the client is gone
            self.server.answers[self.path](self)

    @property
    def start(self) -> int:
        """The offset that was asked for."""
        asked = self.headers.get("Range", "bytes=0-")
        return int(asked.removeprefix("bytes=").removesuffix("-"))

    def begin(self, status: int, length: int | None, **headers: object) -> None:
        """Send status and headers."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        self.end_headers()

    def send(
        self, status: int, body: bytes = b"", *, length: int | None = -1, **headers: object
    ) -> None:
        """Send a reply; `length=None` announces no length, -1 the true one."""
        self.begin(status, len(body) if length == -1 else length, **headers)
        self.pour(body)

    def send_file(
        self, body: bytes, *, most: int | None = None, rate: float = 0.0, etag: str = '"1"'
    ) -> None:
        """Send a file as a good server does; `most` cuts the reply, `rate` is bytes a second."""
        start = self.start
        if self.headers.get("If-Range", etag) != etag:
            start = 0
        if start >= len(body):
            return self.send(416, Content_Range=f"bytes */{len(body)}")
        span = {"Content_Range": f"bytes {start}-{len(body) - 1}/{len(body)}"} if start else {}
        self.begin(206 if start else 200, len(body) - start, ETag=etag, **span)
        return self.pour(body[start:][:most], rate)

    def pour(self, body: bytes, rate: float = 0.0) -> None:
        """Send bytes, and count them."""
        for at in range(0, len(body), BLOCK_BYTES):
            block = body[at : at + BLOCK_BYTES]
            self.wfile.write(block)
            self.server.sent += len(block)
            if rate:
                time.sleep(len(block) / rate)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Listens on loopback from the moment it is made."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.answers: dict[str, Callable[[Request], None]] = {}
        self.asked: dict[str, int] = {}
        self.sent = 0
        self.arrival = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def on(self, path: str, answer: Callable[[Request], None]) -> str:
        """Say what is done with a path; gives its address."""
        self.answers[path] = answer
        return f"http://127.0.0.1:{self.server_port}{path}"

    def count(self, path: str) -> None:
        """Note a request."""
        self.asked[path] = self.asked.get(path, 0) + 1
        self.arrival.set()
