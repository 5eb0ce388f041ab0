"""The processes of one training: how this one knows its place, or who starts the others.

torchrun and SLURM start all processes and say in the environment which is which. Without them
radzoo does so itself: the process that the user started becomes the launcher, which only
watches. It ends all when one has failed, hands signals to the leader, and ends with the exit
code of the process that failed. (Lightning Fabric's own launcher makes the user's process one
of the workers and kills it with signal 9 when another one fails: its exit code is lost, and
nothing is tidied.)
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Final

from radzoo.core.config import Launch
from radzoo.core.errors import ExitCode, UsageError

LAUNCHER: Final = "RADZOO_LAUNCHER"
GRACE_S: Final = 10.0
"""How long the others may take to end by themselves when one has failed."""
LOOK_S: Final = 0.1
FORWARDED: Final = tuple(
    getattr(signal, name)
    for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1")
    if hasattr(signal, name)
)
SHOWN: Final = 8192


@dataclass(frozen=True, slots=True)
class Place:
    """Where a process stands among those of its training.

    Attributes:
        rank: of all; 0 leads.
        local_rank: on its machine.
        launch: what the environment says of devices and nodes.
    """

    rank: int
    local_rank: int
    devices: int
    nodes: int


def own_place(environment: Mapping[str, str] = os.environ) -> Place | None:
    """Return the place that torchrun, SLURM's srun or radzoo's launcher gave this process.

    None if nobody did: then the process is alone, or has to start the others.
    """
    given = environment
    if "LOCAL_RANK" in given and "WORLD_SIZE" in given:
        world, local = int(given["WORLD_SIZE"]), int(given["LOCAL_RANK"])
        devices = int(given.get("LOCAL_WORLD_SIZE", world))
        node = int(given.get("NODE_RANK", given.get("GROUP_RANK", 0)))
        rank = int(given.get("RANK", node * devices + local))
        return Place(rank, local, devices, world // devices)
    if int(given.get("SLURM_STEP_NUM_TASKS", 1)) > 1:
        world, nodes = int(given["SLURM_STEP_NUM_TASKS"]), int(given.get("SLURM_NNODES", 1))
        return Place(int(given["SLURM_PROCID"]), int(given["SLURM_LOCALID"]), world // nodes, nodes)
    return None


def agree(launch: Launch, place: Place | None) -> Launch:
    """Return what is to be launched: what the cluster says, if it does.

    Raises:
        UsageError: if the user asks for other numbers than the cluster started.
    """
    if place is None:
        return launch
    there = launch.model_copy(update={"devices": place.devices, "nodes": place.nodes})
    asked = (launch.devices, launch.nodes)
    if asked not in ((1, 1), (place.devices, place.nodes)):
        raise UsageError(
            f"--devices {launch.devices} --nodes {launch.nodes} was given, and {place.nodes} x "
            f"{place.devices} processes were started",
            id="other-number-of-processes",
            hint="leave both out: torchrun and SLURM say how many there are",
        )
    return there


def must_launch(launch: Launch, place: Place | None) -> bool:
    """Has this process to start the others?"""
    return place is None and launch.devices * launch.nodes > 1


def run_crew(command: Sequence[str], launch: Launch, say: Callable[[str], object]) -> int:
    """Start one process for each device of this node, and watch them to their end.

    Args:
        command: of each process; the environment tells it its place.
        launch: how many.
        say: told which process failed, and what it had said.

    Returns:
        The exit code of the training.

    Raises:
        UsageError: if there are more nodes and nobody says where the first one is.
    """
    environment = shared_environment(launch)
    with ExitStack() as stack:
        papers = [stack.enter_context(TemporaryFile()) for _ in range(launch.devices)]
        crew: list[subprocess.Popen[bytes]] = []
        with forwarding(crew):
            for local, paper in enumerate(papers):
                crew.append(start(command, environment, local, paper))
            blamed, still = watch_crew(crew)
        for local in still:
            say(f"error: process {local} of {len(crew)} stood still and was ended")
        if blamed is None:
            return ExitCode.OK
        code = crew[blamed].returncode
        if blamed or code < 0:
            say(f"error: process {blamed} of {len(crew)} ended with {name_of(code)}")
            papers[blamed].seek(0)
            for line in papers[blamed].read()[-SHOWN:].decode(errors="replace").splitlines():
                say(line)
        return int(ExitCode.ENVIRONMENT) if code < 0 else code


def shared_environment(launch: Launch) -> dict[str, str]:
    """Return what all processes of this node are told.

    Raises:
        UsageError: if there are more nodes and nobody says where the first one is.
    """
    given = dict(os.environ)
    if launch.nodes > 1 and not {"MASTER_ADDR", "MASTER_PORT", "NODE_RANK"} <= given.keys():
        raise UsageError(
            f"--nodes {launch.nodes} was given, but not where the others are",
            id="no-main-node",
            hint="start it with torchrun or srun, or set MASTER_ADDR, MASTER_PORT and NODE_RANK",
        )
    threads = max(1, (os.cpu_count() or 1) // launch.devices)
    return {
        "MASTER_ADDR": "127.0.0.1",
        "NODE_RANK": "0",
        "OMP_NUM_THREADS": str(threads),
        **given,
        "MASTER_PORT": given.get("MASTER_PORT") or str(free_port()),
        "WORLD_SIZE": str(launch.devices * launch.nodes),
        "LOCAL_WORLD_SIZE": str(launch.devices),
        LAUNCHER: str(os.getpid()),
    }


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start(
    command: Sequence[str], environment: Mapping[str, str], local: int, paper: IO[bytes]
) -> "subprocess.Popen[bytes]":
    """Start a process; what any but the leader says is kept for the case that it fails.

    They have a session of their own: Ctrl-C reaches the launcher alone, which hands it on.
    """
    leads = local == 0 and environment["NODE_RANK"] == "0"
    return subprocess.Popen(  # noqa: S603  # this program, with the user's own arguments
        list(command),
        env={**environment, "LOCAL_RANK": str(local)},
        stdin=None if leads else subprocess.DEVNULL,
        stdout=None if leads else subprocess.DEVNULL,
        stderr=None if leads else paper,
        start_new_session=True,
    )


@contextmanager
def forwarding(crew: "list[subprocess.Popen[bytes]]") -> Iterator[None]:
    """Hand signals that come meanwhile to the first process; it decides for all."""

    def hand_on(number: int, frame: object) -> None:
        if crew and crew[0].poll() is None:
            crew[0].send_signal(number)

    before = {number: signal.signal(number, hand_on) for number in FORWARDED}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def watch_crew(crew: "Sequence[subprocess.Popen[bytes]]") -> tuple[int | None, list[int]]:
    """Wait for all; when one fails, end those that do not end by themselves.

    Returns:
        The process that failed, None if none did: the leader if it failed by itself, else the
        first, but for those that only lost the others (exit code 5). And which stood still.
    """
    failed: list[int] = []
    deadline = float("inf")
    # A list: `any` of a generator would not look further than the first that still runs.
    while None in [one.poll() for one in crew] and time.monotonic() < deadline:
        failed += [i for i, one in enumerate(crew) if one.returncode and i not in failed]
        # The leader is the last to have something to do.
        if (failed or crew[0].returncode is not None) and deadline == float("inf"):
            deadline = time.monotonic() + GRACE_S
        time.sleep(LOOK_S)
    still = [i for i, one in enumerate(crew) if one.poll() is None]
    failed += [i for i, one in enumerate(crew) if one.returncode and i not in failed]
    for one in crew:
        if one.poll() is None:
            one.kill()
        one.wait()
    if crew[0].returncode == 0 and not failed:
        return None, []
    to_blame = [i for i in failed if crew[i].returncode != ExitCode.ENVIRONMENT]
    if 0 in to_blame and crew[0].returncode > 0:
        return 0, still
    return next(iter([*to_blame, *sorted(failed)]), None), still


def name_of(code: int) -> str:
    """Name an exit code or the signal that ended a process."""
    return f"exit code {code}" if code >= 0 else f"signal {-code}"


def end_with_launcher() -> None:
    """End this process when radzoo's launcher is gone: nobody would watch it any more."""
    launcher = os.environ.get(LAUNCHER)
    if launcher is None:
        return

    def look() -> None:
        while os.getppid() == int(launcher):
            time.sleep(1)
        os._exit(ExitCode.ENVIRONMENT)

    threading.Thread(target=look, name="launcher-watch", daemon=True).start()


def same_command() -> list[str]:
    """Return the command that this process was started by, for another one like it."""
    return [sys.executable, "-m", "radzoo", *sys.argv[1:]]
