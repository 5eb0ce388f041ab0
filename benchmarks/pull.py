"""How long `radzoo pull` takes, and how much memory, against curl and huggingface_hub.

    python benchmarks/pull.py [--rounds 7] [--size-mb 500] [--scratch FOLDER]

A server on loopback (nginx if installed, else Python's) sends one file of random bytes, under
a plain address and under the routes of a hub. Rounds are interleaved, each tool starts as a
whole process with an empty cache of weights, medians count. The peer is `curl + sha256sum`,
since radzoo verifies; huggingface_hub compares no hash and curl alone neither. Memory is the
peak resident set of the process, less that of one which only imported the command line.
Ends with 1 if a pull takes longer, or more memory, than its share.
"""

import argparse
import contextlib
import hashlib
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "someone/network"
FILE = "model.safetensors"
HUB_PATH = f"/{REPOSITORY}/resolve/main/{FILE}"
PLAIN_PATH = f"/plain/{FILE}"
MOST_TIMES_PEER = 1.15
MOST_MB_OVER_IDLE = 60
NGINX = """\
daemon off; worker_processes 1; pid {root}/nginx.pid; error_log {root}/error.log;
{user}
events {{}}
http {{
  access_log off; sendfile on; tcp_nopush on; etag off;
  client_body_temp_path {root}/a; proxy_temp_path {root}/b; fastcgi_temp_path {root}/c;
  uwsgi_temp_path {root}/d; scgi_temp_path {root}/e;
  server {{
    listen 127.0.0.1:{port};
    add_header ETag '"{sha256}"';
    add_header X-Repo-Commit {commit};
    location = {hub_path} {{ alias {file}; }}
    location = {plain_path} {{ alias {file}; }}
    location / {{ return 404; }}
  }}
}}
"""
ENTRY = {
    "summary": "A file to fetch.", "task": "backbone", "modality": "none", "family": "none",
    "architecture": {"library": "timm", "name": "resnet18"}, "input": {},
    "license": {"code": "MIT", "weights": "MIT", "data": "MIT"},
    "citation": {"text": "Nobody."}, "intended_use": "Measuring.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tool:
    """A way to bring the file: its command, and whether it compares the hash."""

    name: str
    command: list[str]
    verifies: bool
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of a tool."""

    seconds: float
    peak_mb: float


def make_file(path: Path, size_mb: int) -> str:
    """Fill a file with bytes that do not compress; returns its sha256."""
    digest = hashlib.sha256()
    with path.open("wb") as stream:
        for _ in range(size_mb):
            block = os.urandom(1_000_000)
            digest.update(block)
            stream.write(block)
    return digest.hexdigest()


@contextlib.contextmanager
def served(root: Path, file: Path, sha256: str) -> Iterator[tuple[str, str]]:
    """Serve the file on loopback; gives the address and what serves it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if nginx:
        text = NGINX.format(
            root=root, port=port, sha256=sha256, commit=COMMIT, hub_path=HUB_PATH,
            plain_path=PLAIN_PATH, file=file, user="user root;" if os.geteuid() == 0 else "",
        )  # fmt: skip
        (root / "nginx.conf").write_text(text)
        command = [nginx, "-p", str(root), "-e", f"{root}/error.log", "-c", f"{root}/nginx.conf"]
    else:
        command = [sys.executable, __file__, "--serve", str(port), str(file), sha256]
    server = subprocess.Popen(command)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", "nginx" if nginx else "Python's http.server"
    finally:
        server.terminate()
        server.wait()


def serve(port: int, file: Path, sha256: str) -> None:
    """Be the server where there is no nginx."""

    class Handler(SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            known = self.path in {HUB_PATH, PLAIN_PATH}
            self.send_response(200 if known else 404)
            self.send_header("Content-Length", str(file.stat().st_size if known else 0))
            self.send_header("ETag", f'"{sha256}"')
            self.send_header("X-Repo-Commit", COMMIT)
            self.end_headers()
            if known and self.command == "GET":
                with file.open("rb") as stream:
                    self.connection.sendfile(stream)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *arguments: object) -> None:
            pass

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


def tools_for(url: str, home: Path, registry: Path) -> list[Tool]:
    """Return what is compared; each writes below `home` only."""
    radzoo = [sys.executable, "-m", "radzoo", "pull", "--registry", str(registry), "-q"]
    curl = f"curl -sS -f -o {home}/file {url}{PLAIN_PATH}"
    library = f"from huggingface_hub import hf_hub_download as f; f('{REPOSITORY}', '{FILE}')"
    return [
        Tool("curl + sha256sum", ["sh", "-c", f"{curl} && sha256sum {home}/file"], verifies=True),
        Tool("curl", ["sh", "-c", f"exec {curl}"], verifies=False),
        Tool("hf_hub_download", [sys.executable, "-c", library], verifies=False),
        Tool("radzoo pull, https", [*radzoo, "plain"], verifies=True, limited=True),
        Tool("radzoo pull, hub", [*radzoo, "hub"], verifies=True, limited=True),
    ]


def write_registry(path: Path, url: str, sha256: str, size: int) -> None:
    """Write a registry with both addresses of the file."""
    known = {"sha256": sha256, "size_bytes": size}
    sources = {
        "plain": {"kind": "https", "url": url + PLAIN_PATH, **known},
        "hub": {"kind": "hub", "repository": REPOSITORY, "file": FILE, **known},
    }
    models = {name: {**ENTRY, "source": source} for name, source in sources.items()}
    path.write_text(json.dumps({"schema_version": 1, "models": models}))  # JSON is YAML too


def environment_for(home: Path, url: str) -> dict[str, str]:
    """Return an environment in which nothing of this user counts."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "RADZOO_HOME": str(home / "radzoo"),
        "HF_HOME": str(home / "huggingface"),
        "XDG_STATE_HOME": str(home.with_name("memory")),  # the index of the registries
        "RADZOO_ALLOW_LOOPBACK": "1",
        "NO_PROXY": "*",
        "HF_ENDPOINT": url,
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }


def run(command: list[str], environment: dict[str, str], home: Path) -> Measured:
    """Run a command with an empty home; its time, and the peak memory of its process."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    peak_mb = 0.0
    with (home / "said").open("wb") as said:
        begin = time.perf_counter()
        child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=said)
        while child.poll() is None:
            peak_mb = max(peak_mb, high_water_mb(child.pid))
            time.sleep(0.005)
        seconds = time.perf_counter() - begin
    if child.returncode:
        raise SystemExit(f"{command} ended with {child.returncode}: {(home / 'said').read_text()}")
    return Measured(seconds, peak_mb)


def high_water_mb(process: int) -> float:
    """Return the peak resident set of a running process; Linux tells it at any time."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def compare(root: Path, rounds: int, size_mb: int) -> int:
    """Measure, print, and say whether the limits are kept."""
    file, home, registry = root / "served.bin", root / "home", root / "zoo.yaml"
    sha256 = make_file(file, size_mb)
    with served(root, file, sha256) as (url, server):
        write_registry(registry, url, sha256, file.stat().st_size)
        environment = environment_for(home, url)
        tools = tools_for(url, home, registry)
        idle_command = [sys.executable, "-c", "import radzoo.cli.app, time; time.sleep(0.5)"]
        idle = run(idle_command, environment, home).peak_mb
        runs: dict[str, list[Measured]] = {tool.name: [] for tool in tools}
        for number in range(rounds + 1):
            for tool in tools:
                measured = run(tool.command, environment, home)
                if number:  # the first round warms the disk
                    runs[tool.name].append(measured)
    print(f"{size_mb} MB from {server}, median of {rounds} interleaved rounds")
    print(f"idle: {idle:.0f} MB resident after `import radzoo.cli.app`\n")
    return report(tools, runs, idle)


def report(tools: list[Tool], runs: dict[str, list[Measured]], idle: float) -> int:
    """Print a table; returns 1 if a limit is missed."""
    times = {name: statistics.median(one.seconds for one in all_) for name, all_ in runs.items()}
    peer = times[tools[0].name]
    missed = False
    print(f"{'s':>6}  {'ratio':>5}  {'limit':>5}  {'MB over idle':>12}  {'limit':>5}  verified")
    for tool in tools:
        time_s = times[tool.name]
        over = max(one.peak_mb for one in runs[tool.name]) - idle
        ratio = time_s / peer
        miss = tool.limited and (ratio > MOST_TIMES_PEER or over > MOST_MB_OVER_IDLE)
        missed = missed or miss
        limits = (f"{MOST_TIMES_PEER:.2f}", MOST_MB_OVER_IDLE) if tool.limited else ("", "")
        numbers = f"{time_s:6.2f}  {ratio:5.2f}  {limits[0]:>5}  {over:12.0f}  {limits[1]:>5}"
        verified = "yes" if tool.verifies else "no"
        print(f"{numbers}  {verified:8}  {tool.name}{'  missed' if miss else ''}")
    return int(missed)


def main() -> int:
    """Read the options and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--size-mb", type=int, default=500)
    parser.add_argument("--scratch", type=Path, help="a folder on the disk to measure on")
    parser.add_argument("--serve", nargs=3, metavar=("PORT", "FILE", "SHA256"))
    options = parser.parse_args()
    if options.serve:
        port, file, sha256 = options.serve
        serve(int(port), Path(file), sha256)
    with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
        return compare(Path(folder), options.rounds, options.size_mb)


if __name__ == "__main__":
    sys.exit(main())
