"""Engine: a Ray cluster, for archives that one machine decodes too slowly.

Each processor of the cluster asks a guard of its own, as the local engine does; this process
alone writes. The machines need radzoo and must see the images under the same paths.
"""

import itertools
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

from radzoo import __version__
from radzoo.core.errors import EnvironmentFailure
from radzoo.data.engines import Answers
from radzoo.data.guard import Answer, Guard, Request
from radzoo.data.recipe import RECIPE_VERSION

BATCH: Final = 16
AHEAD: Final = 2  # batches per processor that are under way
VERSION: Final = (__version__, RECIPE_VERSION)

Reply = tuple[tuple[str, int], list[Answer]]


def decode_on_cluster(requests: Iterable[Request], workers: int) -> Answers:
    """Answer requests in their order, by every processor of the cluster.

    The cluster is that of `RAY_ADDRESS`, or one that is started on this machine and ended.

    Args:
        requests: any number; a few batches are under way at any time.
        workers: processors of a cluster that is started here.

    Raises:
        EnvironmentFailure: if Ray is not installed, the cluster cannot be reached, its
            machines have another version of radzoo, or they are lost.
    """
    ray = _import_ray()
    with _connected(ray, workers):
        remote = ray.remote(num_cpus=1, max_retries=2)(answer_batch)
        most = max(1, int(ray.cluster_resources().get("CPU", workers))) * AHEAD
        under_way: deque[Any] = deque()
        for batch in _batches(requests):
            under_way.append(remote.remote(batch))
            if len(under_way) >= most:
                yield from _open(ray, under_way.popleft())
        while under_way:
            yield from _open(ray, under_way.popleft())


def answer_batch(requests: Sequence[Request]) -> Reply:
    """Answer some requests; runs on a machine of the cluster."""
    return VERSION, list(_own_guard().map(requests))


@cache
def _own_guard() -> Guard:
    """Return the guard of this process; its child ends with the process."""
    return Guard(1)


def _batches(requests: Iterable[Request]) -> Iterator[list[Request]]:
    them = iter(requests)
    while batch := list(itertools.islice(them, BATCH)):
        yield batch


def _open(ray: Any, reply: Any) -> list[Answer]:
    """Wait for the answers to a batch.

    Raises:
        EnvironmentFailure: if they were lost, or come from another version of radzoo.
    """
    try:
        version, answers = ray.get(reply)
    except ray.exceptions.RayError:
        raise EnvironmentFailure(
            "a machine of the Ray cluster could not answer, or was lost",
            id="cluster-failed",
            hint="the same command goes on where it stopped; all machines need this radzoo",
        ) from None
    if version != VERSION:
        raise EnvironmentFailure(
            f"a machine of the Ray cluster has radzoo {version[0]}, this one {VERSION[0]}",
            id="cluster-version",
            hint="install the same version everywhere, so that images are the same",
        )
    return list(answers)


@contextmanager
def _connected(ray: Any, workers: int) -> Iterator[None]:
    """Use the cluster that this process knows already, or else connect and disconnect."""
    if ray.is_initialized():
        yield
        return
    address = os.environ.get("RAY_ADDRESS")
    try:
        ray.init(
            address=address,
            num_cpus=None if address else workers,
            include_dashboard=None if address else False,
            log_to_driver=False,
            logging_level="ERROR",
        )
    except (ConnectionError, OSError, RuntimeError, ValueError):
        raise EnvironmentFailure(
            f"the Ray cluster {address or 'on this machine'} cannot be reached",
            id="no-cluster",
            hint="RAY_ADDRESS says where it is; without it one is started on this machine",
        ) from None
    try:
        yield
    finally:
        ray.shutdown()


def _import_ray() -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nobody is told of this
    try:
        import ray
    except ModuleNotFoundError:
        raise EnvironmentFailure(
            "--engine ray needs the package ray, which is not installed",
            id="missing-package",
            hint="pip install 'radzoo[ray]'",
        ) from None
    return ray
