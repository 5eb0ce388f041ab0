"""One process of a training of noise, for `test_ranks.py` and `test_spreading.py`.

It writes what it ended with. The kind of trouble `stop=FOLDER` leaves a checkpoint there in the
second epoch, and no more; `go on=FOLDER` goes on with it.
"""

import json
import os
import signal
import sys
from pathlib import Path

import torch

# The tests import this file's neighbours by path; a process of its own has to as well.
sys.path.insert(0, str(Path(__file__).parents[1]))

from conftest import entry_of, lesson_of, recipe_of, samples_of

from radzoo.core.config import Launch
from radzoo.core.errors import RadzooError
from radzoo.models.build import build_network
from radzoo.models.device import engine_for, reproducible
from radzoo.models.training.checkpoint import read_checkpoint, write_checkpoint
from radzoo.models.training.fabric import muster
from radzoo.models.training.hooks import Hooks
from radzoo.models.training.train import train
from radzoo.tasks.losses import sigmoid_loss

ONE = torch.ones(1)


def separation(targets, logits):
    return float(logits[targets == 1].mean() - logits[targets == 0].mean())


def trouble(kind, engine):
    """Return a hook that makes the second process behave badly in the second epoch."""

    def on_step(epoch, done, total):
        if epoch == 2 and engine.ranks.rank == 1:
            if kind == "raise":
                raise ZeroDivisionError
            if kind:
                os.kill(os.getpid(), getattr(signal, kind))

    return on_step


def stop_in_second_epoch(folder, engine):
    """Return hooks that keep the training after some steps of the second epoch, and end it."""
    steps = []

    def keep(snapshot):
        if engine.ranks.leads:
            Path(folder).mkdir()
            write_checkpoint(Path(folder), snapshot, {})
        engine.ranks.wait()
        sys.exit(0)

    return Hooks(
        on_step=lambda epoch, done, total: steps.append((epoch, done)),
        wants_pause=lambda: steps[-1] == (2, 2),
        keep=keep,
    )


def main(out, architecture, kind, changes, processes, parallel, nodes=1):
    recipe = recipe_of(**changes)
    entry = entry_of(architecture)
    engine = muster(
        engine_for(torch.device("cpu"), recipe),
        Launch(devices=processes, nodes=nodes, parallel=parallel),
    )
    network = build_network(entry, outputs=1, weights=None, dropout=recipe.dropout, seed=0)
    kind, _, folder = kind.partition("=")
    hooks = stop_in_second_epoch(folder, engine) if kind == "stop" else Hooks()
    if kind.isupper() or kind == "raise":
        hooks = Hooks(on_step=trouble(kind, engine))
    start = read_checkpoint(Path(folder)).snapshot if kind == "go on" else None
    poison = {"nan": float("nan")}.get(kind, 1.0)

    def loss(logits, targets):
        mine = poison if engine.ranks.rank == engine.ranks.count - 1 else 1.0
        return sigmoid_loss(logits, targets, ONE) * mine

    with reproducible(engine.device, threads=1):
        trained = train(
            network, lesson_of(samples_of(37), samples_of(13, seed=9), entry), recipe=recipe,
            engine=engine, loss=loss, judge=separation,
            hooks=hooks, start=start,
        )  # fmt: skip
    ended = {
        "history": [[e.train_loss, e.val_loss, e.score, e.n_seen] for e in trained.history],
        "names": list(network.state_dict()),
        "weights": torch.cat([w.flatten() for w in network.state_dict().values()]).tolist(),
    }
    Path(f"{out}.{engine.ranks.rank}").write_text(json.dumps(ended))


if __name__ == "__main__":
    try:
        main(*json.loads(sys.argv[1]))
    except RadzooError as error:
        sys.stderr.write(f"{error.id}: {error}\n")
        sys.exit(int(error.exit_code))
