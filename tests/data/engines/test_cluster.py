"""The engine ray: the same bytes as the local engine, from a cluster of several processes."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from radzoo.core.errors import EnvironmentFailure
from radzoo.data.engines import cluster
from radzoo.data.guard import Answer, Request

RAY = importlib.util.find_spec("ray") is not None
needs_ray = pytest.mark.skipif(not RAY, reason="ray is not installed: pip install radzoo[ray]")

# A cluster of two nodes, each with a scheduler and workers of its own, on this machine.
SCRIPT = """
import json, os, sys
from pathlib import Path
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
from ray.cluster_utils import Cluster
nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
nodes.add_node(num_cpus=1)
nodes.wait_for_nodes()
os.environ["RAY_ADDRESS"] = nodes.address
from radzoo.cli.app import main
images, out = sys.argv[1:]
code = main(["data", "prepare", images, "-o", out, "--size", "32", "--engine", "ray", "--json",
             "--max-refused", "1", "--data-format", "unlabelled"])
nodes.shutdown()
sys.exit(code)
"""


class FakeRay:
    """What of Ray is used, in this process."""

    exceptions = type("Exceptions", (), {"RayError": KeyError})

    def __init__(self, version=cluster.VERSION, lost=False):
        self.version, self.lost, self.batches = version, lost, []

    def is_initialized(self):
        return True

    def cluster_resources(self):
        return {"CPU": 2.0}

    def remote(self, *batch, **options):
        """As a decorator, and as the decorated function's own `remote`."""
        if options:
            return lambda function: self
        self.batches += batch
        return batch[0]

    def get(self, batch):
        if self.lost:
            raise KeyError
        return self.version, [Answer(fields={"n": request.size}) for request in batch]


@pytest.fixture
def fake(monkeypatch):
    def install(**options):
        ray = FakeRay(**options)
        monkeypatch.setattr(cluster, "_import_ray", lambda: ray)
        return ray

    return install


def ask(n):
    return (Request("pixels", Path("a"), size=number) for number in range(n))


def test_answers_come_in_order_and_few_batches_are_under_way(fake):
    ray = fake()
    answers = cluster.decode_on_cluster(ask(200), 2)
    assert next(answers).fields["n"] == 0
    assert len(ray.batches) == 4
    assert [answer.fields["n"] for answer in answers] == list(range(1, 200))


@pytest.mark.parametrize(
    ("options", "id_"),
    [({"lost": True}, "cluster-failed"), ({"version": ("0", 0)}, "cluster-version")],
)
def test_a_cluster_that_fails_is_said(fake, options, id_):
    fake(**options)
    with pytest.raises(EnvironmentFailure) as caught:
        list(cluster.decode_on_cluster(ask(3), 2))
    assert caught.value.id == id_


def test_without_ray_the_hint_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(EnvironmentFailure, match="not installed") as caught:
        list(cluster.decode_on_cluster(ask(1), 1))
    assert "radzoo[ray]" in caught.value.hint


@needs_ray
@pytest.mark.slow
def test_a_cluster_of_two_nodes_gives_the_same_bytes(make_images, tmp_path, radzoo):
    images = make_images(60)
    (images / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    local = ("data", "prepare", images, "-o", tmp_path / "local", "--size", 32, "--max-refused", 1)
    code, out, err = radzoo(*local, "--data-format", "unlabelled", "--json")
    assert code == 0, err
    command = [sys.executable, "-c", SCRIPT, str(images), str(tmp_path / "ray")]
    done = subprocess.run(command, capture_output=True, timeout=280, env=dict(os.environ))
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["n_cases"] == json.loads(out)["n_cases"] == 60
    for name in ("images.npy", "index.json", "cases.csv", "refused.csv"):
        ours, theirs = ((tmp_path / place / name).read_bytes() for place in ("local", "ray"))
        assert ours == theirs, name
