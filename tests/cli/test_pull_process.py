"""`radzoo pull` as a process of its own: signals, sockets, terminals, other users' caches."""

import hashlib
import json
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

WEIGHTS = hashlib.sha256(b"radzoo").digest() * 40_000
SHA256 = hashlib.sha256(WEIGHTS).hexdigest()
COMMIT = "0123456789abcdef0123456789abcdef01234567"
RADZOO = [sys.executable, "-m", "radzoo"]
# Refuses every socket, then is radzoo.
NO_SOCKETS = """
import socket, sys
def refuse(*arguments, **options):
    raise SystemExit("a socket was opened")
socket.socket.__init__ = refuse
socket.getaddrinfo = refuse
from radzoo.cli.app import main
sys.exit(main(sys.argv[1:]))
"""
ENTRY = {
    "summary": "A test model.", "task": "backbone", "modality": "none", "family": "none",
    "architecture": {"library": "timm", "name": "resnet18"}, "input": {},
    "license": {"code": "MIT", "weights": "MIT", "data": None},
    "citation": {"text": "Nobody."}, "intended_use": "Tests.",
}  # fmt: skip


class Server(BaseHTTPRequestHandler):
    """Sends the weights under any name, as a hub and plainly; `/slow...` stops half-way."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(WEIGHTS)))
        self.send_header("ETag", f'"{SHA256}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if self.command == "HEAD":
            return
        if self.path.startswith("/slow"):
            self.wfile.write(WEIGHTS[: len(WEIGHTS) // 2])
            self.wfile.flush()
            self.server.half.set()
            self.server.go_on.wait(20)
        else:
            self.wfile.write(WEIGHTS)

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.daemon_threads = True
    server.half, server.go_on = threading.Event(), threading.Event()
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.go_on.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def registry(server, tmp_path):
    known = {"sha256": SHA256, "size_bytes": len(WEIGHTS)}
    sources = {
        "plain": {"kind": "https", "url": server.url + "/w", **known},
        "slow": {"kind": "https", "url": server.url + "/slow", **known},
        "hub": {"kind": "hub", "repository": "someone/network", "file": "w.safetensors", **known},
    }
    models = {name: {**ENTRY, "source": source} for name, source in sources.items()}
    file = tmp_path / "zoo.yaml"
    file.write_text(json.dumps({"schema_version": 1, "models": models}))
    return file


@pytest.fixture
def environment(server, registry, tmp_path):
    return {
        **os.environ,
        "RADZOO_ALLOW_LOOPBACK": "1",
        "RADZOO_ZOO": str(registry),
        "RADZOO_HOME": str(tmp_path / "cache"),
        "HF_HOME": str(tmp_path / "hf"),
        "HF_ENDPOINT": server.url,
        "NO_PROXY": "*",
    }


def run(*arguments, environment, begin=RADZOO):
    return subprocess.run(
        [*begin, *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_several_models_arrive_and_are_here_without_a_network(environment):
    done = run("pull", "hub", "plain", environment=environment)
    assert done.returncode == 0, done.stderr
    paths = done.stdout.splitlines()
    assert [Path(path).read_bytes() for path in paths] == [WEIGHTS] * 2
    without = [sys.executable, "-c", NO_SOCKETS]
    again = run("pull", "hub", "plain", "--offline", environment=environment, begin=without)
    assert (again.returncode, again.stdout, again.stderr) == (0, done.stdout, "")


def test_a_cold_cache_without_a_network_ends_soon_and_without_a_socket(environment):
    without = [sys.executable, "-c", NO_SOCKETS]
    for name in ("hub", "plain"):
        done = run("pull", name, "--offline", environment=environment, begin=without)
        assert (done.returncode, done.stdout) == (5, "")
        assert "works offline" in done.stderr


def test_a_cache_that_may_only_be_read_is_only_read(environment, tmp_path):
    """Neither cache nor memory is written, so that it does not matter whose they are."""
    done = run("pull", "hub", "plain", environment=environment)
    caches = [tmp_path / "cache", tmp_path / "hf"]

    def state():
        return [
            (path, path.lstat().st_mtime_ns)
            for cache in caches
            for path in sorted([cache, *cache.rglob("*")])
        ]

    before = state()
    elsewhere = {**environment, "XDG_STATE_HOME": str(tmp_path / "zoo.yaml")}  # a file
    again = run("pull", "hub", "plain", "--offline", environment=elsewhere)
    assert (again.returncode, again.stdout) == (0, done.stdout)
    assert state() == before


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_ends_at_once_and_leaves_only_what_can_be_resumed(
    environment, server, tmp_path, sent, code
):
    process = subprocess.Popen(
        [*RADZOO, "pull", "slow"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert server.half.wait(20)
    time.sleep(0.2)
    process.send_signal(sent)
    begin = time.monotonic()
    out, err = process.communicate(timeout=20)
    assert time.monotonic() - begin < 3
    assert (process.returncode, out) == (code, b"")
    assert b"Traceback" not in err
    said = b"stopped; the same command goes on where it stopped\n"
    assert err.endswith(said) is (sent == signal.SIGINT)
    left = [path.name for path in (tmp_path / "cache" / "weights").iterdir()]
    assert all(name.endswith(".partial") for name in left)


def test_a_terminal_sees_bars(environment, tmp_path):
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [*RADZOO, "pull", "hub", "plain", "--force"],
        env={**environment, "TERM": "xterm", "COLUMNS": "100"},
        stdout=subprocess.PIPE, stderr=end, text=True,
    )  # fmt: skip
    os.close(end)
    shown = b""
    while True:
        try:
            block = os.read(terminal, 65536)
        except OSError:
            break
        if not block:
            break
        shown += block
    os.close(terminal)
    out, _ = process.communicate()
    assert process.returncode == 0
    assert len(out.splitlines()) == 2
    assert b"hub" in shown
    assert "━".encode() in shown
    assert b"MB" in shown
